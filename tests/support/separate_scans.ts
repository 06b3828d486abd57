import { type Bytes, concatBytes } from "../../lib/core/bytes.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { encodeSampled } from "../../lib/jpeg/encode.ts";
import { SOS } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { markerOffset, sampleJpeg, segment } from "./jpeg_samples.ts";

/** A sample with a scan of its own for each component, as `cjpeg -scans` can write it. */
export function inSeparateScans(name: string): Bytes {
  const bytes = sampleJpeg(name);
  const image = parseJpeg(bytes);
  const scans = decodeSequential(image).flatMap((plane, index) => {
    const grid = { wide: plane.blocksWide, high: plane.blocksHigh };
    const { data } = encodeSampled([plane], [{ horizontal: 1, vertical: 1 }], grid);
    return [segment(SOS, 1, image.components[index]!.id, 0, 0, 63, 0), data];
  });
  return concatBytes([bytes.subarray(0, markerOffset(bytes, SOS)), ...scans, Uint8Array.of(0xff, 0xd9)]);
}
