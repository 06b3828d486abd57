import { assertEquals, assertThrows } from "@std/assert";
import type { Bytes } from "../../lib/core/bytes.ts";
import { InvalidDataError } from "../../lib/core/errors.ts";
import { SOF0 } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { mcuGrid, planeShapes, scanOrder } from "../../lib/jpeg/planes.ts";
import { markerOffset, patched, sampleJpeg } from "../support/jpeg_samples.ts";

function sized(bytes: Bytes, width: number, height: number): Bytes {
  const at = markerOffset(bytes, SOF0);
  return patched(bytes, { [at + 5]: height >> 8, [at + 6]: height & 255, [at + 7]: width >> 8, [at + 8]: width & 255 });
}

Deno.test("scanOrder() goes through MCUs, or through the blocks of a single component", () => {
  const image = parseJpeg(sampleJpeg("422"));
  const shapes = planeShapes(image);
  const [scan] = image.scans;
  const order = scanOrder(image, scan!, shapes);
  assertEquals([order.units, order.unitsWide], [15, 3]);
  assertEquals(order.blocks.map(({ part, x, y }) => [part, x, y]), [[0, 0, 0], [0, 1, 0], [1, 0, 0], [2, 0, 0]]);
  const single = scanOrder(image, { ...scan!, components: scan!.components.slice(1, 2) }, shapes);
  assertEquals([single.units, single.unitsWide, single.blocks.length], [15, 3, 1]);
  assertEquals(mcuGrid(image), { horizontal: 2, vertical: 1, wide: 3, high: 5 });
});

Deno.test("J09 planeShapes() refuses sizes that the data cannot fill", () => {
  assertThrows(
    () => planeShapes(parseJpeg(sized(sampleJpeg("420"), 65535, 65535))),
    InvalidDataError,
    "is over 33554432 pixels",
  );
  assertThrows(
    () => planeShapes(parseJpeg(sized(sampleJpeg("420"), 5000, 5000))),
    InvalidDataError,
    "are too few for 5000x5000",
  );
});
