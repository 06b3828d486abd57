import { assertEquals, assertMatch } from "@std/assert";
import { decodeLatin1 } from "../../../lib/core/bytes.ts";
import type { RtspResponse } from "../../../lib/rtsp/message.ts";
import { LAB_FILM, withServer } from "../../support/local_server.ts";
import { makeJpeg } from "../../support/make_film.ts";
import { RtspTalker } from "../../support/rtsp_talker.ts";

const LIST = { Accept: "text/uri-list" };
const RAW_PATH = "films/raw%20film.mjpeg";

function linesOf({ status, body }: RtspResponse): string[] {
  assertEquals(status, 200);
  return decodeLatin1(body).split("\r\n").filter((line) => line !== "");
}

Deno.test("list() answers DESCRIBE of the root with the address of every stream, as the client calls the server", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const answer = await talker.ask("DESCRIBE", `${url}/`, LIST);
    assertEquals(answer.headers.get("Content-Type"), "text/uri-list");
    assertEquals(linesOf(answer), [`${url}/${RAW_PATH}`, `${url}/${LAB_FILM}`]);
    for (const [uri, origin] of [["*", url], ["rtsp://camera.example", "rtsp://camera.example"]] as const) {
      assertEquals(linesOf(await talker.ask("DESCRIBE", uri, LIST)), [
        `${origin}/${RAW_PATH}`,
        `${origin}/${LAB_FILM}`,
      ]);
    }
    const either = await talker.ask("DESCRIBE", url, { Accept: "application/sdp, text/uri-list" });
    assertEquals(linesOf(either).length, 2);
  });
});

Deno.test("list() names a live stream at once, and a stream that it names can be described", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    assertEquals(linesOf(await talker.ask("DESCRIBE", url, LIST)).length, 2);
    async function* pictures() {
      yield makeJpeg(1);
      await new Promise(() => {});
    }
    server.addStream("door", pictures());
    const lines = linesOf(await talker.ask("DESCRIBE", url, LIST));
    assertEquals(lines, [`${url}/door`, `${url}/${RAW_PATH}`, `${url}/${LAB_FILM}`]);
    assertEquals((await talker.ask("DESCRIBE", lines[1]!, { Accept: "application/sdp" })).status, 200);
  });
});

Deno.test("list() leaves what asks for no list as it is", async () => {
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const status = async (uri: string, headers: Record<string, string>) =>
      (await talker.ask("DESCRIBE", uri, headers)).status;
    assertEquals(await status(`${url}/`, { Accept: "application/sdp" }), 404);
    assertEquals(await status(`${url}/`, {}), 404);
    assertEquals(await status(`${url}/`, { Accept: "*/*" }), 404);
    assertEquals(await status(`${url}/${LAB_FILM}`, LIST), 406);
    assertEquals(await status(`${url}/${LAB_FILM}`, { Accept: "text/uri-list, application/sdp" }), 200);
    assertEquals(await status("http://127.0.0.1/", LIST), 400);
  });
});

Deno.test("list() is bounded, and tells how much it leaves out", async () => {
  const folder = "f".repeat(100);
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`${folder}/${`\u00e4`.repeat(60)}${index}.mjpeg`, makeJpeg(1)]),
  );
  await withServer(async (server, url) => {
    await using talker = await RtspTalker.open(server.port);
    const lines = linesOf(await talker.ask("DESCRIBE", url, LIST));
    const left = /^# (\d+) more are not listed$/.exec(lines.at(-1)!);
    assertEquals(lines.length - 1 + Number(left![1]), 302);
    assertMatch(lines[0]!, /^rtsp:\/\/127\.0\.0\.1:\d+\/f{100}\/(%C3%A4){60}\d+\.mjpeg$/);
  }, { files });
});
