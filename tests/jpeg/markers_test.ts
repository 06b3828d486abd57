import { assertEquals } from "@std/assert";
import { endsScan, isRestart, isStandalone, isStartOfFrame, markerName } from "../../lib/jpeg/markers.ts";

Deno.test("markerName() writes codes as T.81 does", () => {
  const names = [0xc0, 0xc2, 0xc4, 0xc8, 0xc9, 0xcc, 0xd5, 0xd8, 0xda, 0xe1, 0xfe, 0x3c].map(markerName);
  assertEquals(names.join(), "SOF0,SOF2,DHT,JPG,SOF9,DAC,RST5,SOI,SOS,APP1,COM,0xFF3C");
});

Deno.test("the kinds of markers are told apart over all codes", () => {
  const codes = Array.from({ length: 254 }, (_, i) => i + 1);
  assertEquals(codes.filter(isRestart), [0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7]);
  assertEquals(codes.filter(isStandalone), [0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9]);
  assertEquals(codes.filter(isStartOfFrame).length, 13);
  assertEquals(codes.filter(endsScan).length, 8 + 16);
});
