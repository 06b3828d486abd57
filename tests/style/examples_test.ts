import { assertEquals, assertMatch } from "@std/assert";
import { PROJECT_ROOT } from "../support/source_files.ts";

Deno.test("the examples in the library's documentation run", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--doc", "--allow-read", "--allow-net", "mod.ts", "lib/client/play.ts"],
    cwd: PROJECT_ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
  assertMatch(decoder.decode(stdout), /[1-9]\d* passed/);
});
