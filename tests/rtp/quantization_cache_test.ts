import { assertEquals } from "@std/assert";
import { quantizationForQuality } from "../../lib/jpeg/standard_tables.ts";
import { QuantizationCache } from "../../lib/rtp/quantization_cache.ts";

const header = { typeSpecific: 0, fragmentOffset: 0, type: 1, width: 8, height: 8 };

Deno.test("QuantizationCache.resolve() keeps tables apart by Q and replaces them when they are sent again", () => {
  const cache = new QuantizationCache();
  const [a, b] = [quantizationForQuality(10), quantizationForQuality(90)];
  cache.resolve({ ...header, q: 128, table: { precision: 0, tables: a } });
  cache.resolve({ ...header, q: 254, table: { precision: 0, tables: b } });
  const empty = { precision: 0, tables: new Uint8Array() };
  assertEquals(cache.resolve({ ...header, q: 128, table: empty }), a);
  assertEquals(cache.resolve({ ...header, q: 254, table: empty }), b);
  cache.resolve({ ...header, q: 128, table: { precision: 0, tables: b } });
  assertEquals(cache.resolve({ ...header, q: 128, table: empty }), b);
});

Deno.test("R12 QuantizationCache.resolve() never remembers tables of Q 255", () => {
  const cache = new QuantizationCache();
  const tables = quantizationForQuality(10);
  assertEquals(cache.resolve({ ...header, q: 255, table: { precision: 0, tables } }), tables);
  const again = cache.resolve({ ...header, q: 255, table: { precision: 0, tables: new Uint8Array() } });
  assertEquals(again, "quantization tables never sent");
});

Deno.test("QuantizationCache.resolve() copies what it remembers", () => {
  const cache = new QuantizationCache();
  const tables = quantizationForQuality(10);
  cache.resolve({ ...header, q: 128, table: { precision: 0, tables } });
  tables.fill(0);
  assertEquals(
    cache.resolve({ ...header, q: 128, table: { precision: 0, tables: new Uint8Array() } }),
    quantizationForQuality(10),
  );
});
