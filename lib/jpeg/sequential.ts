import { decodeSequential, mcuGrid } from "./coefficients.ts";
import { encodeSampled } from "./encode.ts";
import { SOF0, SOF1, SOF2 } from "./markers.ts";
import type { JpegImage, JpegScan } from "./parse.ts";
import { decodeProgressive } from "./progressive.ts";
import { STANDARD_HUFFMAN } from "./standard_tables.ts";

/**
 * The same picture in one interleaved sequential scan with the standard Huffman tables: every quantized coefficient,
 * all quantization tables and the sampling stay. Undefined when there is a coefficient that those tables have no code
 * for, or when the picture has not three components.
 *
 * Throws `InvalidDataError` for damaged data. `bytes` and the offsets of the result are those of the old picture.
 */
export function toSequential(image: JpegImage): JpegImage | undefined {
  if (image.components.length !== 3) return undefined;
  const planes = image.process === SOF2 ? decodeProgressive(image) : decodeSequential(image);
  const { data, clamped } = encodeSampled(planes, image.components, mcuGrid(image));
  if (clamped > 0) return undefined;
  const { dc, ac } = STANDARD_HUFFMAN;
  const scan: JpegScan = {
    components: image.components.map((_, component) => {
      const table = component === 0 ? 0 : 1;
      return { component, dc: table, ac: table };
    }),
    spectralStart: 0,
    spectralEnd: 63,
    approximationHigh: 0,
    approximationLow: 0,
    data,
    offset: image.scans[0]!.offset,
    restartInterval: 0,
    restartMarkers: 0,
    restartsInOrder: true,
    strayMarker: undefined,
    dcTables: dc,
    acTables: ac,
  };
  // Steps of 16 bits have no place in a baseline picture (T.81, B.2.4.1).
  const isWide = image.quantization.some((table) => table?.bits === 16);
  return { ...image, process: isWide ? SOF1 : SOF0, scans: [scan] };
}
