import { assertEquals } from "@std/assert";
import { filmOf, placeAt, placeAtShare, shareOf } from "../../../lib/client/page/seek_position.js";

const FILM = { start: 0, end: 10, frameRate: 25 };
const INFO = { dialect: "rtsp", title: "", address: "", width: 8, height: 8 } as const;

Deno.test("placeAt() is the beginning of the frame that is shown at a time", () => {
  assertEquals(placeAt(FILM, 0), { time: 0, index: 0 });
  assertEquals(placeAt(FILM, 4.079), { time: 4.04, index: 101 });
  // 7 * 0.04 is a little less than 0.28 in binary numbers.
  assertEquals(placeAt(FILM, 7 / 25).index, 7);
});

Deno.test("placeAt() stays inside the film", () => {
  assertEquals(placeAt(FILM, -3).index, 0);
  assertEquals(placeAt(FILM, 10), { time: 9.96, index: 249 });
  assertEquals(placeAt(FILM, 1e9).index, 249);
  assertEquals(placeAt({ ...FILM, start: 4 }, 0).index, 100);
});

Deno.test("placeAt() takes the time as it is where nobody tells how long a frame lasts", () => {
  assertEquals(placeAt({ ...FILM, frameRate: undefined }, 4.079), { time: 4.079, index: undefined });
});

Deno.test("shareOf() and placeAtShare() undo each other for every frame", () => {
  for (let index = 0; index < 250; index++) {
    assertEquals(placeAtShare(FILM, shareOf(FILM, index / 25) + 1e-9).index, index);
  }
});

Deno.test("filmOf() knows no film where the stream has no end", () => {
  assertEquals(filmOf(undefined), undefined);
  assertEquals(filmOf({ ...INFO, range: undefined, frameRate: 25 }), undefined);
  assertEquals(filmOf({ ...INFO, range: { start: 0, end: undefined }, frameRate: 25 }), undefined);
  assertEquals(filmOf({ ...INFO, range: { start: 0, end: 10 }, frameRate: 25 }), FILM);
});
