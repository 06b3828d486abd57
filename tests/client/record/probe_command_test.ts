import { assertEquals, assertMatch } from "@std/assert";
import { parseClientArguments, type ProbeCommand } from "../../../lib/client/arguments.ts";
import { probe } from "../../../lib/client/record/probe_command.ts";
import { finished, STREAM, untilTrue, withCommand } from "../../support/command_bench.ts";

function command(...words: string[]): ProbeCommand {
  const parsed = parseClientArguments(["probe", STREAM, "--transport", "tcp", ...words]);
  if (parsed.kind !== "probe") throw new TypeError(`Expected to probe, not ${parsed.kind}`);
  return parsed;
}

Deno.test("probe() tells what a stream is, for people and for programs", async () => {
  await withCommand({ duration: 2 }, async ({ clock, server, context, printed }) => {
    for (const words of [[], ["--json"]]) {
      const before = server.methods.length;
      const code = probe(command(...words), context);
      await untilTrue(() => server.methods.slice(before).includes("PLAY"));
      server.sendFrame(0);
      assertEquals(await finished(clock, code), 0);
    }
    assertMatch(
      printed[0]!,
      /^address {4}rtsp:\/\/server\/live\/film\n.*\n.*TCP\n.*2\.000 s\n.*25 .*\n.*320x240, 4:2:0/,
    );
    const { picture_bytes, ...facts } = JSON.parse(printed[1]!);
    assertEquals(facts, {
      address: "rtsp://server/live/film",
      title: "live/film",
      dialect: "rtsp",
      transport: "tcp",
      live: false,
      duration: 2,
      frame_rate: 25,
      width: 320,
      height: 240,
      sampling: "4:2:0",
    });
    assertEquals(picture_bytes > 1000, true);
  });
});

Deno.test("probe() fails with one clear line", async () => {
  await withCommand({ answer: (_, honest) => ({ ...honest(), status: 404, reason: "No" }) }, async (bench) => {
    assertEquals(await finished(bench.clock, probe(command(), bench.context)), 1);
    assertEquals([bench.printed, bench.warned.length], [[], 1]);
  });
});
