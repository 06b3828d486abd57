import { assertEquals, assertThrows } from "@std/assert";
import { BoundedQueue } from "../../lib/core/queue.ts";

Deno.test("BoundedQueue drops the oldest when full and counts it", async () => {
  const queue = new BoundedQueue<number>(2);
  assertEquals([queue.push(1), queue.push(2), queue.push(3)], [undefined, undefined, 1]);
  assertEquals([queue.dropped, queue.length], [1, 2]);
  queue.close();
  assertEquals(await Array.fromAsync(queue), [2, 3]);
});

Deno.test("BoundedQueue wakes a reader that waits", async () => {
  const queue = new BoundedQueue<string>(4);
  const read = Array.fromAsync(queue);
  await Promise.resolve();
  queue.push("a");
  await Promise.resolve();
  queue.push("b");
  queue.close();
  assertEquals(await read, ["a", "b"]);
});

Deno.test("BoundedQueue takes nothing after close()", async () => {
  const queue = new BoundedQueue<string>(1);
  queue.close();
  queue.push("late");
  assertEquals(await Array.fromAsync(queue), []);
});

Deno.test("BoundedQueue refuses a capacity below one", () => {
  assertThrows(() => new BoundedQueue(0), RangeError);
});
