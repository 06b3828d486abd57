import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  beginningOf,
  checkScale,
  filmRange,
  frameTimeAt,
  stillBeside,
  timeAfter,
  timeOfFrame,
} from "../../../lib/client/film/position.ts";
import type { ReceivedFrame, StreamInfo } from "../../../lib/client/player.ts";

function film(frameRate: number | undefined, frames: number): StreamInfo {
  const range = { start: 0, end: frames / (frameRate ?? 25) };
  return { dialect: "rtsp", title: "", address: "", range, frameRate, width: 8, height: 8 };
}

function shown(index: number, rate: number): ReceivedFrame {
  return { data: new Uint8Array(0), index, mediaTime: index / rate, width: 8, height: 8, arrival: 0 };
}

Deno.test("timeOfFrame() is never before the frame, nor a microsecond after it", () => {
  for (const rate of [10, 20, 23.976, 25, 29.97, 30, 50, 59.94, 60]) {
    for (let index = 0; index < 5000; index += 7) {
      const late = timeOfFrame(index, film(rate, 5000)) - index / rate;
      assert(late > -1e-8 && late < 1.1e-6, `${index} at ${rate}: ${late}`);
    }
  }
  assertEquals(timeOfFrame(37, film(25, 100)), 1.48);
});

Deno.test("frameTimeAt() finds the beginning of the picture that is shown, inside the film", () => {
  const info = film(25, 100);
  const range = filmRange(info)!;
  for (
    const [seconds, time] of [[0, 0], [0.039, 0], [0.04, 0.04], [0.0799999, 0.08], [1.5, 1.48], [-3, 0], [99, 3.96]]
  ) assertEquals(frameTimeAt(seconds!, range, info), time, `${seconds}`);
});

Deno.test("timeAfter() is the next picture's time in the direction of play, held inside the film", () => {
  const info = film(25, 100);
  assertEquals(timeAfter(shown(10, 25), 1, info), 0.44);
  assertEquals(timeAfter(shown(10, 25), -2, info), 0.36);
  assertEquals([timeAfter(shown(0, 25), -1, info), timeAfter(shown(99, 25), 4, info)], [0, 3.96]);
  assertEquals(timeAfter(undefined, 1, info), undefined);
  assertEquals(timeAfter(shown(1, 25), 1, { ...info, range: { start: 0, end: undefined } }), undefined);
});

Deno.test("beginningOf() is the last picture for a film that runs backwards", () => {
  assertEquals([beginningOf(film(25, 100), 1), beginningOf(film(25, 100), -1)], [0, 3.96]);
  assertEquals(beginningOf({ ...film(25, 1), range: undefined }, 1), undefined);
});

Deno.test("stillBeside() knows the ends of a film, and that nothing can be asked of a live stream", () => {
  const info = film(30, 10);
  const from = (index: number, direction: 1 | -1) => {
    const place = stillBeside(shown(index, 30), direction, info);
    return typeof place === "object" ? place.from : place;
  };
  assertEquals([from(0, -1), from(1, -1), from(8, 1), from(9, 1)], ["outside", 0, 0.3, "outside"]);
  assertEquals(stillBeside(undefined, 1, info), { from: 0, until: 1 / 30 });
  assertEquals(stillBeside(shown(1, 30), 1, { ...info, range: undefined }), undefined);
});

Deno.test("a film whose numbers tell no times is asked for moments, and for neighbours of a moment", () => {
  const info: StreamInfo = { ...film(undefined, 100), range: { start: 0, end: 4 } };
  const range = filmRange(info)!;
  const of = (mediaTime: number | undefined) => ({ ...shown(1, 25), mediaTime });
  assertEquals([0.0301, -1, 4, 9].map((seconds) => frameTimeAt(seconds, range, info)), [0.0301, 0, 3.999, 3.999]);
  assertEquals(beginningOf(info, -1), 3.999);
  assertEquals([timeAfter(of(1.5), 2, info), timeAfter(of(1.5), -2, info)], [1.5, 1.499]);
  assertEquals(stillBeside(of(1.5), 1, info), { from: 1.5, after: 1.5 });
  assertEquals(stillBeside(of(1.5), -1, info), { from: 1.499, until: 1.5 });
  assertEquals([stillBeside(of(0), -1, info), stillBeside(of(undefined), 1, info)], ["outside", undefined]);
});

Deno.test("checkScale() refuses speeds that make no sense", () => {
  for (const scale of [undefined, 1, -4, 0.25, 1000]) checkScale(scale);
  for (const scale of [0, NaN, Infinity, 1001]) assertThrows(() => checkScale(scale), RangeError);
});
