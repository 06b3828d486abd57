import { ByteWindow } from "../../lib/media/byte_window.ts";
import type { Container } from "../../lib/media/containers/container.ts";
import { RandomAccessFile } from "../../lib/media/random_access_file.ts";

/** What a container's reader found in a file. */
export interface ScanResult {
  readonly frames: readonly { readonly offset: number; readonly length: number }[];
  readonly remarks: readonly string[];
  /** Where it would go on. */
  readonly end: number;
}

/** Runs a container's reader over bytes, by way of a real file. */
export async function scanBytes(container: Container, bytes: Uint8Array, from = 0): Promise<ScanResult> {
  const path = await Deno.makeTempFile({ prefix: "flipbook-scan-" });
  await Deno.writeFile(path, bytes);
  const file = await RandomAccessFile.open(path);
  const frames: { offset: number; length: number }[] = [];
  const remarks: string[] = [];
  try {
    const end = await container.index({
      window: new ByteWindow(file),
      from,
      add: (offset, length) => frames.push({ offset, length }),
      remark: (text) => remarks.push(text),
    });
    return { frames, remarks, end };
  } finally {
    file.close();
    await Deno.remove(path);
  }
}
