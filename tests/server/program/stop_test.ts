import { assertEquals } from "@std/assert";
import { askedToStop } from "../../../lib/server/program/stop.ts";

Deno.test("askedToStop() resolves at the first request and ends the program at the second", async () => {
  const requests: (() => void)[] = [];
  const exits: number[] = [];
  const stopped = askedToStop({ onStop: (callback) => requests.push(callback), exit: (code) => exits.push(code) });
  requests.forEach((request) => request());
  await stopped;
  assertEquals(exits, []);
  requests.forEach((request) => request());
  assertEquals(exits, [130]);
});
