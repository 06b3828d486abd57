import { assertEquals } from "@std/assert";
import { FrameHistory, MAX_REMEMBERED, MAX_REMEMBERED_BYTES } from "../../../lib/client/film/frame_history.ts";
import type { ReceivedFrame } from "../../../lib/client/player.ts";

function frame(index: number, bytes = 10): ReceivedFrame {
  return { data: new Uint8Array(bytes), index, mediaTime: index / 25, width: 8, height: 8, arrival: index * 40 };
}

function remembered(history: FrameHistory, upTo: number): number[] {
  return Array.from({ length: upTo }, (_, index) => index).filter((index) => history.get(index));
}

Deno.test("FrameHistory keeps the newest pictures by their numbers", () => {
  const history = new FrameHistory();
  for (let index = 0; index < MAX_REMEMBERED + 2; index++) history.add(frame(index));
  assertEquals(remembered(history, 5), [2, 3, 4]);
  assertEquals(history.get(MAX_REMEMBERED + 1)?.mediaTime, (MAX_REMEMBERED + 1) / 25);
  history.clear();
  assertEquals(remembered(history, 100), []);
});

Deno.test("FrameHistory holds no more bytes than it may", () => {
  const history = new FrameHistory();
  for (let index = 0; index < 5; index++) history.add(frame(index, MAX_REMEMBERED_BYTES / 2));
  assertEquals(remembered(history, 5), [3, 4]);
  for (let times = 0; times < 5; times++) history.add(frame(4, MAX_REMEMBERED_BYTES / 2));
  assertEquals(remembered(history, 5), [3, 4]);
  history.add(frame(0, 2 * MAX_REMEMBERED_BYTES));
  assertEquals(remembered(history, 5), []);
});
