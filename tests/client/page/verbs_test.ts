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
