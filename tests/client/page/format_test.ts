import { assertEquals } from "@std/assert";
import {
  formatBitrate,
  formatLoss,
  formatTime,
  liveText,
  recordingText,
  staleText,
} from "../../../lib/client/page/format.js";

Deno.test("formatTime() shows minutes, seconds and tenths, with hours from one hour on", () => {
  assertEquals(formatTime(0), "00:00.0");
  assertEquals(formatTime(12.48, 3), "00:12.480");
  assertEquals(formatTime(59.99), "00:59.9");
  assertEquals(formatTime(3599.96, 0), "59:59");
  assertEquals(formatTime(3600), "1:00:00.0");
  assertEquals(formatTime(0.3), "00:00.3");
});

Deno.test("formatTime() shows a dash for a time that is not known and never a negative one", () => {
  assertEquals(formatTime(undefined), "\u2013");
  assertEquals(formatTime(NaN), "\u2013");
  assertEquals(formatTime(-0.2), "00:00.0");
});

Deno.test("formatBitrate() changes its unit at one megabit", () => {
  assertEquals(formatBitrate(999), { value: "999", unit: "kbit/s" });
  assertEquals(formatBitrate(5214), { value: "5.2", unit: "Mbit/s" });
  assertEquals(formatBitrate(123_456), { value: "123", unit: "Mbit/s" });
});

Deno.test("formatLoss() never rounds a loss away", () => {
  assertEquals(formatLoss(0, 1000), "0.0");
  assertEquals(formatLoss(1, 99_999), "<0.1");
  assertEquals(formatLoss(20, 980), "2.0");
  assertEquals(formatLoss(5, 0), "100.0");
});

Deno.test("staleText() counts whole seconds, later minutes", () => {
  assertEquals([-5, 0, 3999, 119_999, 120_000, 600_000].map(staleText), [
    "Stale for 0 s",
    "Stale for 0 s",
    "Stale for 3 s",
    "Stale for 119 s",
    "Stale for 2 min",
    "Stale for 10 min",
  ]);
});

Deno.test("liveText() tells the delay where it is known", () => {
  assertEquals([undefined, 9.4, -1].map(liveText), ["Live", "Live, 9 ms", "Live, 0 ms"]);
});

Deno.test("recordingText() tells length, size and file", () => {
  const text = (seconds: number, bytes: number, path: string) => recordingText({ seconds, bytes, path });
  assertEquals(text(12.9, 3_440_000, "/home/ann/Videos/a b.avi"), "Recording 00:12, 3.4 MB, a b.avi");
  assertEquals(text(3600, 2.5e9, "C:\\Users\\ann\\Videos\\film.Mjpeg"), "Recording 1:00:00, 2.50 GB, film.Mjpeg");
});
