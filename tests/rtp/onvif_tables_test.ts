import { assertEquals } from "@std/assert";
import { concatBytes } from "../../lib/core/bytes.ts";
import { DHT, DQT, SOS } from "../../lib/jpeg/markers.ts";
import {
  merged,
  quantizationOf,
  sameTables,
  segmentsIn,
  STANDARD_TABLES,
  tableSegment,
  tablesIn,
} from "../../lib/rtp/onvif_tables.ts";
import { segment } from "../support/jpeg_samples.ts";

const [ONE, TWO] = [1, 2].map((value) => new Array<number>(64).fill(value)) as [number[], number[]];

Deno.test("tablesIn() finds all tables of all segments of a kind, the last of each name", () => {
  const bytes = concatBytes([
    segment(DQT, 0, ...ONE, 1, ...ONE),
    segment(DHT, 0x10, 1, ...new Array<number>(15).fill(0), 7),
    segment(DQT, 0x11, ...TWO, ...TWO),
  ]);
  const tables = tablesIn(bytes, segmentsIn(bytes, 0, SOS), DQT)!;
  assertEquals([...tables].map(([key, table]) => [key, table.length, table[1]]), [[0, 65, 1], [1, 129, 2]]);
  assertEquals([...tablesIn(bytes, segmentsIn(bytes, 0, SOS), DHT)!.keys()], [0x10]);
});

Deno.test("tablesIn() says that a table is cut off", () => {
  for (const bytes of [segment(DQT, 0, ...ONE.slice(1)), segment(DQT, 0x10, ...ONE), segment(DQT, 0, ...ONE, 1)]) {
    assertEquals(tablesIn(bytes, segmentsIn(bytes, 0, SOS), DQT), undefined);
  }
  for (const data of [[0], [0, 255, ...new Array<number>(15).fill(0), 7]]) {
    const bytes = segment(DHT, ...data);
    assertEquals(tablesIn(bytes, segmentsIn(bytes, 0, SOS), DHT), undefined);
  }
});

Deno.test("tableSegment() writes what tablesIn() reads", () => {
  const tables = quantizationOf(Uint8Array.from([...ONE, ...TWO]));
  for (const [code, written] of [[DQT, tables], [DHT, STANDARD_TABLES]] as const) {
    const bytes = tableSegment(code, written);
    assertEquals(sameTables(tablesIn(bytes, segmentsIn(bytes, 0, SOS), code)!, written), true);
  }
  assertEquals([...STANDARD_TABLES.keys()], [0x00, 0x10, 0x01, 0x11]);
});

Deno.test("merged() and sameTables() go by the tables' names and bytes", () => {
  const [ones, twos] = [ONE, TWO].map((steps) => quantizationOf(Uint8Array.from([...steps, ...steps])));
  const mixed = merged(ones!, new Map([[1, twos!.get(1)!]]));
  assertEquals([mixed.get(0)![1], mixed.get(1)![1]], [1, 2]);
  assertEquals([sameTables(ones!, mixed), sameTables(ones!, merged(twos!, ones!))], [false, true]);
  assertEquals(sameTables(ones!, new Map([[0, ones!.get(0)!]])), false);
});
