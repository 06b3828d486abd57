import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ntpFromUnix, ntpMiddle, unixFromNtp } from "../../lib/rtp/ntp.ts";

const CASES: { date: string; seconds: number; fraction: number }[] = [
  { date: "1970-01-01T00:00:00.000Z", seconds: 2208988800, fraction: 0 },
  { date: "1999-12-31T23:59:59.500Z", seconds: 3155673599, fraction: 0x80000000 },
  { date: "2024-02-29T12:00:00.250Z", seconds: 3918196800, fraction: 0x40000000 },
  { date: "2036-02-07T06:28:15.000Z", seconds: 4294967295, fraction: 0 },
  { date: "2036-02-07T06:28:16.000Z", seconds: 0, fraction: 0 },
];

for (const { date, seconds, fraction } of CASES) {
  Deno.test(`ntpFromUnix() and unixFromNtp() agree on ${date}`, () => {
    assertEquals(ntpFromUnix(Date.parse(date)), { seconds, fraction });
    assertEquals(unixFromNtp({ seconds, fraction }), Date.parse(date));
  });
}

Deno.test("ntpFromUnix() keeps fractions of a millisecond", () => {
  const time = Date.UTC(2024, 1, 29) + 0.125;
  assertAlmostEquals(unixFromNtp(ntpFromUnix(time)), time, 0.001);
});

Deno.test("ntpMiddle() takes the example of RFC 3550 figure 2", () => {
  assertEquals(ntpMiddle({ seconds: 0xb44db705, fraction: 0x20000000 }), 0xb7052000);
});
