import type { MediaForm, Prepared } from "./media_form.ts";
import type { Frame } from "../../core/frame.ts";

/** What the assignment's clients read at once: a larger datagram is cut, and nothing of it is shown. */
export const MAX_LAB_FRAME = 20_480 - 12;
/** What fits one datagram beside the RTP header. */
const MAX_DATAGRAM_FRAME = 65_000;

/** Makes a JPEG smaller until it fits; tells in a word or two what it did. */
export type Shrink = (data: Frame["data"], maxBytes: number) => Promise<{ data: Frame["data"]; change: string }>;

/** The assignment's form: a whole JPEG as the one payload. Without `shrink`, large frames leave as they are. */
export function labForm(shrink: Shrink | undefined): MediaForm {
  return {
    name: "the assignment's",
    async prepare({ data }): Promise<Prepared> {
      if (data.length <= MAX_LAB_FRAME) return whole(data);
      if (shrink) {
        const small = await shrink(data, MAX_LAB_FRAME);
        return { ...whole(small.data), change: small.change };
      }
      if (data.length <= MAX_DATAGRAM_FRAME) return whole(data);
      return { reason: `it has ${data.length} bytes and fits no datagram` };
    },
  };
}

function whole(data: Frame["data"]) {
  // A copy, because it is kept: what it is a part of may be large.
  return { packets: { payloads: [data.slice()] }, width: 0, height: 0 };
}
