import { assertEquals, assertStringIncludes } from "@std/assert";
import { encodeText } from "../../../lib/core/bytes.ts";
import { list } from "../../../lib/client/record/list_command.ts";
import { response } from "../../../lib/rtsp/message.ts";
import { finished, withCommand } from "../../support/command_bench.ts";
import type { Script } from "../../support/scripted_server.ts";

const URL = "rtsp://server/";

function offering(text: string): Partial<Script> {
  return {
    answer: ({ headers }) =>
      response(200, { CSeq: headers.get("CSeq")!, "Content-Type": "text/uri-list" }, encodeText(text)),
  };
}

Deno.test("list() prints what a server offers, for people and for programs", async () => {
  await withCommand(offering(`${URL}a.mjpeg\r\n${URL}b%20c\r\n`), async ({ clock, context, printed }) => {
    for (const json of [false, true]) {
      assertEquals(await finished(clock, list({ kind: "list", url: URL, json }, context)), 0);
    }
    assertEquals(printed.slice(0, 2), [`${URL}a.mjpeg`, `${URL}b%20c`]);
    assertEquals(JSON.parse(printed[2]!), [
      { name: "a.mjpeg", url: `${URL}a.mjpeg` },
      { name: "b c", url: `${URL}b%20c` },
    ]);
  });
});

Deno.test("list() says so where nothing is offered, and fails with one clear line", async () => {
  await withCommand(offering("# none\r\n"), async ({ clock, context, printed, warned }) => {
    assertEquals(await finished(clock, list({ kind: "list", url: URL, json: false }, context)), 0);
    assertEquals([printed, warned], [[], ["The server offers nothing now."]]);
  });
  await withCommand({}, async ({ clock, context, printed, warned }) => {
    assertEquals(await finished(clock, list({ kind: "list", url: "rtsp://server:9/", json: false }, context)), 1);
    assertEquals([printed, warned.length], [[], 1]);
    assertStringIncludes(warned[0]!, "server:9");
  });
});
