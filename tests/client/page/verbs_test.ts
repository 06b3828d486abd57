import { assertEquals } from "@std/assert";
import { possibleVerbs } from "../../../lib/client/page/verbs.js";

Deno.test("possibleVerbs() offers what the state of the session allows", () => {
  assertEquals(possibleVerbs({ state: "INIT", activity: undefined, reconnecting: undefined }), ["setup", "play"]);
  assertEquals(possibleVerbs({ state: "READY", activity: undefined, reconnecting: undefined }), ["play", "teardown"]);
  assertEquals(possibleVerbs({ state: "PLAYING", activity: undefined, reconnecting: undefined }), [
    "pause",
    "teardown",
  ]);
});

Deno.test("possibleVerbs() offers nothing while an answer is awaited", () => {
  assertEquals(possibleVerbs({ state: "READY", activity: "play", reconnecting: undefined }), []);
});

Deno.test("possibleVerbs() lets a person try at once or give up while the player tries to reach the server", () => {
  const reconnecting = { attempt: 1, since: undefined, reason: "" };
  assertEquals(possibleVerbs({ state: "INIT", activity: undefined, reconnecting }), ["play", "teardown"]);
});
