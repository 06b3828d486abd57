import { assertEquals } from "@std/assert";
import { FilmTimes } from "../../../lib/client/record/film_times.ts";
import type { ReceivedFrame } from "../../../lib/client/player.ts";

function frame(mediaTime: number | undefined, arrival: number): ReceivedFrame {
  return { data: new Uint8Array(0), index: 0, mediaTime, width: 8, height: 8, arrival };
}

function timesOf(...frames: ReceivedFrame[]): string[] {
  const times = new FilmTimes();
  return frames.map((next) => times.next(next).toFixed(3));
}

Deno.test("FilmTimes follows the media time, and the arrival where there is none", () => {
  assertEquals(timesOf(frame(5, 0), frame(5.1, 900), frame(5.2, 901)), ["0.000", "0.100", "0.200"]);
  assertEquals(timesOf(frame(undefined, 300), frame(undefined, 333), frame(0, 400)), ["0.000", "0.033", "0.100"]);
});

Deno.test("R08 FilmTimes never stands still, goes back or keeps a pause", () => {
  const jumps = [1, 1.04, 1.04, 0.5, 0.54, 60, 60.04].map((time) => frame(time, 0));
  assertEquals(timesOf(...jumps), ["0.000", "0.040", "0.080", "0.120", "0.160", "0.200", "0.240"]);
});
