import { assertEquals } from "@std/assert";
import { DeadlineHeap, type Due } from "../../lib/core/deadline_heap.ts";

function entry(deadline: number): Due {
  return { deadline, place: -1 };
}

function drain(heap: DeadlineHeap<Due>): number[] {
  const deadlines: number[] = [];
  for (let first = heap.first; first; first = heap.first) {
    deadlines.push(first.deadline);
    heap.remove(first);
  }
  return deadlines;
}

Deno.test("DeadlineHeap hands out what is due first, whatever was taken out between", () => {
  const heap = new DeadlineHeap<Due>();
  const entries = Array.from({ length: 300 }, (_, index) => entry(index * 7919 % 301));
  for (const each of entries) heap.add(each);
  const removed = entries.filter((_, index) => index % 3 === 0);
  for (const each of removed) heap.remove(each);
  const left = entries.filter((each) => !removed.includes(each)).map(({ deadline }) => deadline);
  assertEquals(heap.size, left.length);
  assertEquals(drain(heap), left.sort((a, b) => a - b));
});

Deno.test("DeadlineHeap.remove() leaves alone what is not in", () => {
  const heap = new DeadlineHeap<Due>();
  const [inside, outside] = [entry(1), entry(2)];
  heap.add(inside);
  heap.remove(outside);
  assertEquals(heap.first, inside);
  heap.clear();
  heap.remove(inside);
  assertEquals(heap.size, 0);
});
