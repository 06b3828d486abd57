import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { formatRange, parseRange, type Range } from "../../../lib/rtsp/headers/range.ts";
import { RtspError } from "../../../lib/rtsp/status.ts";

const CASES: readonly { input: string; canonical: string; value: Range }[] = [
  { input: "npt=0-", canonical: "npt=0.000-", value: { unit: "npt", start: 0 } },
  { input: "npt=0.000-25.5", canonical: "npt=0.000-25.500", value: { unit: "npt", start: 0, end: 25.5 } },
  {
    input: " NPT = 1. - 2.1234567 ",
    canonical: "npt=1.000-2.123457",
    value: { unit: "npt", start: 1, end: 2.1234567 },
  },
  { input: "npt=1:02:03.25-", canonical: "npt=3723.250-", value: { unit: "npt", start: 3723.25 } },
  { input: "npt=0:59:59.9-", canonical: "npt=3599.900-", value: { unit: "npt", start: 3599.9 } },
  { input: "npt=-20", canonical: "npt=-20.000", value: { unit: "npt", end: 20 } },
  { input: "npt=now-", canonical: "npt=now-", value: { unit: "npt", start: "now" } },
  { input: "npt=5-5", canonical: "npt=5.000-5.000", value: { unit: "npt", start: 5, end: 5 } },
  { input: "npt=1.0405-", canonical: "npt=1.0405-", value: { unit: "npt", start: 1.0405 } },
  {
    input: "npt=0-;time=19970123T143720Z",
    canonical: "npt=0.000-;time=19970123T143720Z",
    value: { unit: "npt", start: 0, time: 854030240 },
  },
  {
    input: "clock=19961108T142300Z-19961108T143520.25Z",
    canonical: "clock=19961108T142300Z-19961108T143520.25Z",
    value: { unit: "clock", start: 847462980, end: 847463720.25 },
  },
  { input: "smpte-25=0:00:01:05-", canonical: "smpte-25=0:00:01:05-", value: { unit: "smpte-25", start: 1.2 } },
];

Deno.test("parseRange() and formatRange() agree on every form", () => {
  for (const { input, canonical, value } of CASES) {
    assertEquals(parseRange(input), value, input);
    assertEquals(formatRange(value), canonical, input);
    assertEquals(formatRange(parseRange(canonical)), canonical, canonical);
  }
});

Deno.test("parseRange() reads SMPTE with and without drop frame", () => {
  const { start, end } = parseRange("smpte=00:01:00:02-00:10:00:00");
  assertAlmostEquals(start as number, 60.06, 1e-9);
  assertAlmostEquals(end!, 599.9994, 1e-9);
});

Deno.test("P20 parseRange() answers 457 to what is no range", () => {
  const wrong = [
    ..."npt=1e308-|npt=-5-2|npt=--5|npt=-|npt=|npt|npt=abc-|npt=5|npt=5-4|npt=0-now|npt=1:60:00-|npt=1:00:60-|npt=+1-"
      .split("|"),
    ..."npt=99999999999-|npt=0-5,npt=7-9|clock=npt=5-|clock=19961308T142300Z-|smpte=1:2-|smpte=0:60:00-|".split("|"),
    ..."smpte-25=0:0:0:25-|clock=19691231T235959Z-|npt=0-;time=5|npt=0-;time=clock=smpte=|now-|-|npt=Infinity-|npt=NaN-"
      .split("|"),
    `npt=${"0".repeat(300)}-`,
  ];
  for (const value of wrong) assertEquals(assertThrows(() => parseRange(value), RtspError).status, 457, value);
});

Deno.test("parseRange() answers 501 to an unknown unit", () => {
  for (const value of ["bytes=0-5", "=0-", "toString=0-", "__proto__=0-"]) {
    assertEquals(assertThrows(() => parseRange(value), RtspError, "its unit").status, 501, value);
  }
});

Deno.test("formatRange() refuses times that no range can hold", () => {
  for (const start of [-1, NaN, Infinity]) assertThrows(() => formatRange({ unit: "npt", start }), RangeError);
});

Deno.test("parseRange() takes an end before the start only for a film that plays backward", () => {
  assertEquals(parseRange("npt=20-10", { backward: true }), { unit: "npt", start: 20, end: 10 });
  assertEquals(assertThrows(() => parseRange("npt=20-10"), RtspError).status, 457);
});
