import { assertEquals, assertMatch } from "@std/assert";
import { parseClientArguments, type SnapshotCommand } from "../../../lib/client/arguments.ts";
import { takeSnapshot } from "../../../lib/client/record/snapshot_command.ts";
import { parseJpeg } from "../../../lib/jpeg/parse.ts";
import { finished, STREAM, untilTrue, withCommand } from "../../support/command_bench.ts";
import { makeJpeg } from "../../support/make_film.ts";

function command(path: string, ...words: string[]): SnapshotCommand {
  const parsed = parseClientArguments(["snapshot", STREAM, "--transport", "tcp", "-o", path, ...words]);
  if (parsed.kind !== "snapshot") throw new TypeError(`Expected a snapshot, not ${parsed.kind}`);
  return parsed;
}

Deno.test("takeSnapshot() keeps the first picture with the bits that were sent", async () => {
  await withCommand({}, async ({ clock, server, directory, context, printed }) => {
    const path = `${directory}/a.jpg`;
    for (const force of [false, true]) {
      const before = server.methods.length;
      const code = takeSnapshot(command(path, ...(force ? ["--force"] : [])), context);
      await untilTrue(() => server.methods.slice(before).includes("PLAY"));
      server.sendFrame(2);
      assertEquals(await finished(clock, code), 0);
    }
    const [kept, sent] = [await Deno.readFile(path), makeJpeg(2, { width: 320, height: 240 })].map(parseJpeg);
    assertEquals([kept!.scans[0]!.data, kept!.quantization], [sent!.scans[0]!.data, sent!.quantization]);
    assertMatch(printed[0]!, /a\.jpg: 320x240, [\d.]+ kB/);
    assertEquals([server.methods.at(-1), clock.pending], ["TEARDOWN", 0]);
  });
});

Deno.test("takeSnapshot() replaces no picture unless it is forced, and says what else fails", async () => {
  await withCommand({}, async ({ clock, server, directory, context, warned, stop }) => {
    const path = `${directory}/a.jpg`;
    await Deno.writeTextFile(path, "precious");
    const code = takeSnapshot(command(path), context);
    await untilTrue(() => server.methods.includes("PLAY"));
    server.sendFrame(2);
    assertEquals([await finished(clock, code), await Deno.readTextFile(path)], [1, "precious"]);
    const dying = takeSnapshot(command(`${directory}/b.jpg`), context);
    await untilTrue(() => server.methods.filter((method) => method === "PLAY").length === 2);
    server.hangUp();
    assertEquals(await finished(clock, dying), 1);
    stop.abort();
    assertEquals(await finished(clock, takeSnapshot(command(`${directory}/c.jpg`), context)), 1);
    assertEquals(warned.map((line) => /exists already|closed the connection|Interrupted/.exec(line)?.[0]), [
      "exists already",
      "closed the connection",
      "Interrupted",
    ]);
  });
});
