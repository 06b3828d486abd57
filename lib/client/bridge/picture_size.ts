import { DAC, DHT, JPG, SOF0, SOF15, SOI, SOS } from "../../jpeg/markers.ts";
import { readSegment } from "../../jpeg/segments.ts";

/** Most segments that may stand before the frame header. */
const MAX_SEGMENTS = 256;

/** Width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size in the JPEG's own frame header, which is what a decoder makes room for, whatever was said about the picture
 * elsewhere. Undefined where there is none to be found.
 */
export function pictureSize(jpeg: Uint8Array): PictureSize | undefined {
  try {
    let at = 0;
    for (let count = 0; count < MAX_SEGMENTS; count++) {
      const segment = readSegment(jpeg, at);
      if (segment === undefined || segment.code === SOS || (count === 0) !== (segment.code === SOI)) return undefined;
      if (isFrameHeader(segment.code)) return segment.end - segment.start < 6 ? undefined : sizeAt(jpeg, segment.start);
      at = segment.end;
    }
  } catch {
    // No JPEG: there is no size to tell.
  }
  return undefined;
}

function isFrameHeader(code: number): boolean {
  return code >= SOF0 && code <= SOF15 && code !== DHT && code !== JPG && code !== DAC;
}

/** T.81 B.2.2: precision, lines, samples a line. */
function sizeAt(jpeg: Uint8Array, at: number): PictureSize {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset + at, 5);
  return { width: view.getUint16(3), height: view.getUint16(1) };
}
