import { assertEquals } from "@std/assert";
import { keyName, Keys } from "../../../lib/client/page/keys.js";

Deno.test("Keys finds what a key does, whether it is typed large or small", () => {
  const keys = new Keys();
  const acts: string[] = [];
  keys.add(["l"], "Loop", () => acts.push("loop"));
  keys.add(["arrowleft", "j"], "Back", () => acts.push("back"), true);
  for (const key of ["L", "l", "ArrowLeft", "J"]) keys.find(key)?.act();
  assertEquals(acts, ["loop", "loop", "back", "back"]);
  assertEquals([keys.find("x"), keys.find("l")?.repeats, keys.find("j")?.repeats], [undefined, false, true]);
});

Deno.test("keyName() names keys as a person knows them", () => {
  assertEquals([" ", "arrowleft", "f", "?", "home"].map(keyName), ["Space", "\u2190", "F", "?", "Home"]);
});
