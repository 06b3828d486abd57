/** A thread of the transcoder: see `transcode_pool.ts`. It may read, write and reach nothing. */
import { type PictureResult, type PictureTask, workOn } from "./picture_work.ts";

const thread = globalThis as unknown as {
  onmessage: ((event: MessageEvent<PictureTask>) => void) | null;
  postMessage(result: PictureResult, transfer: ArrayBuffer[]): void;
};

thread.onmessage = async ({ data: task }) => {
  const result = await workOn(task);
  const transfer = result.kind === "packets"
    ? [result.framed.buffer]
    : result.kind === "jpeg"
    ? [result.data.buffer]
    : [];
  thread.postMessage(result, transfer);
};
