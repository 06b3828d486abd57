import { assertEquals } from "@std/assert";
import { formatRange } from "../../lib/rtsp/headers/range.ts";
import { RAW_FILM, withServer } from "../support/local_server.ts";
import { RtspTalker } from "../support/rtsp_talker.ts";

/** The answer to PLAY with a Range that ends in `time` (Unix seconds), and whether media came. */
async function playAt(time: number, comes: boolean): Promise<{ status: number; range: string | undefined }> {
  let result: { status: number; range: string | undefined } | undefined;
  await withServer(async (server, base) => {
    await using talker = await RtspTalker.open(server.port);
    const url = `${base}/${RAW_FILM.replaceAll(" ", "%20")}`;
    const setup = await talker.ask("SETUP", `${url}/track1`, { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
    const Session = setup.headers.get("Session")!.split(";")[0]!;
    const Range = formatRange({ unit: "npt", start: 0.5, end: 0.6, time });
    const { status, headers } = await talker.ask("PLAY", url, { Session, Range });
    result = { status, range: headers.get("Range") };
    if (comes) await talker.until(() => talker.frames.some(({ channel }) => channel === 0));
    else assertEquals((await talker.ask("PAUSE", url, { Session })).status, 200);
    assertEquals(talker.frames.some(({ channel }) => channel === 0), comes);
  });
  return result!;
}

Deno.test("PLAY with a time that has passed plays at once", async () => {
  assertEquals(await playAt(1_000_000_000, true), { status: 200, range: "npt=0.480-0.600" });
});

Deno.test("PLAY with a time that is yet to come plays then, and says so", async () => {
  const soon = Math.ceil(Date.now() / 100 + 3) / 10;
  const time = formatRange({ unit: "clock", start: soon }).slice("clock=".length, -1);
  assertEquals(await playAt(soon, true), { status: 200, range: `npt=0.480-0.600;time=${time}` });
});

Deno.test("PLAY that waits for its time sends nothing before it, and PAUSE calls it off", async () => {
  const { status } = await playAt(Math.floor(Date.now() / 1000) + 3600, false);
  assertEquals(status, 200);
});

Deno.test("PLAY refuses a time more than a day ahead", async () => {
  assertEquals(await playAt(Math.floor(Date.now() / 1000) + 90_000, false), { status: 457, range: undefined });
});
