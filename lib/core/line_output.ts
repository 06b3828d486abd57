import { encodeText } from "./bytes.ts";

/**
 * A way to write lines to an output that somebody may stop reading (`| head`): from then on `onBroken` has been called,
 * once, and lines go nowhere. `write` takes some of the bytes and returns how many, or throws when nobody reads.
 */
export function lineOutput(
  write: (bytes: Uint8Array) => number,
  onBroken: () => void = () => {},
): (line: string) => void {
  let broken = false;
  return (line) => {
    if (broken) return;
    const bytes = encodeText(`${line}\n`);
    try {
      for (let at = 0; at < bytes.length;) at += write(bytes.subarray(at));
    } catch {
      broken = true;
      onBroken();
    }
  };
}
