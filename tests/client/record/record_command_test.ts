import { assertEquals, assertMatch } from "@std/assert";
import { parseClientArguments, type RecordCommand } from "../../../lib/client/arguments.ts";
import { record } from "../../../lib/client/record/record_command.ts";
import { type CommandBench, finished, STREAM, untilTrue, withCommand } from "../../support/command_bench.ts";
import { readFilm } from "../../support/written_film.ts";

function command(path: string, ...words: string[]): RecordCommand {
  const parsed = parseClientArguments(["record", STREAM, "--transport", "tcp", "-o", path, ...words]);
  if (parsed.kind !== "record") throw new TypeError(`Expected to record, not ${parsed.kind}`);
  return parsed;
}

/** Sends so many pictures, 40 ms apart, once the player plays. */
async function send({ clock, server }: CommandBench, count: number): Promise<void> {
  await untilTrue(() => server.methods.includes("PLAY"));
  for (let picture = 0; picture < count; picture++) {
    server.sendFrame(picture % 6);
    await clock.run(40, 10);
  }
}

Deno.test("record() keeps a film to its end, with a bar on a terminal", async () => {
  await withCommand({ duration: 1 }, async (bench) => {
    const path = `${bench.directory}/film.avi`;
    const code = record(command(path), bench.context);
    await send(bench, 25);
    bench.server.sendBye();
    await bench.clock.run(300, 10);
    assertEquals([await finished(bench.clock, code), bench.warned], [0, []]);
    const { pictures, rate } = await readFilm("film.avi", await Deno.readFile(path));
    assertEquals([pictures.length, rate], [25, 25]);
    assertMatch(bench.shown[0]!, /^\[#*-+\] +\d+ % 0:00 of 0:01, \d+ pictures, \d/);
    assertMatch(bench.printed[0]!, /film\.avi: 0:00, 25 pictures, \d/);
    assertEquals(bench.clock.pending, 0);
  });
});

Deno.test("record() stops after --duration and when it is told to, with a film that plays", async () => {
  await withCommand({}, async (bench) => {
    const timed = record(command(`${bench.directory}/a.mjpeg`, "--duration", "2"), bench.context);
    await send(bench, 10);
    await bench.clock.run(1600, 50);
    assertEquals(await finished(bench.clock, timed), 0);
    assertEquals((await readFilm("a.mjpeg", await Deno.readFile(`${bench.directory}/a.mjpeg`))).pictures.length, 10);
  });
  await withCommand({}, async (bench) => {
    const told = record(command(`${bench.directory}/b.Mjpeg`), bench.context);
    await send(bench, 3);
    bench.stop.abort();
    assertEquals([await finished(bench.clock, told), bench.clock.pending], [0, 0]);
    assertEquals((await readFilm("b.Mjpeg", await Deno.readFile(`${bench.directory}/b.Mjpeg`))).pictures.length, 3);
  });
});

Deno.test("record() replaces no film unless it is forced, and none while the stream is not there", async () => {
  await withCommand({}, async (bench) => {
    const path = `${bench.directory}/film.avi`;
    await Deno.writeTextFile(path, "precious");
    assertEquals(await finished(bench.clock, record(command(path), bench.context)), 1);
    assertMatch(bench.warned[0]!, /film\.avi exists already\. Use --force/);
    assertEquals(await Deno.readTextFile(path), "precious");
    const forced = record(command(path, "--force"), bench.context);
    await send(bench, 2);
    bench.stop.abort();
    assertEquals(await finished(bench.clock, forced), 0);
    assertEquals((await readFilm("film.avi", await Deno.readFile(path))).pictures.length, 2);
  });
  await withCommand({ answer: (_, honest) => ({ ...honest(), status: 404, reason: "No" }) }, async (bench) => {
    const path = `${bench.directory}/film.avi`;
    await Deno.writeTextFile(path, "precious");
    assertEquals(await finished(bench.clock, record(command(path, "--force"), bench.context)), 1);
    assertEquals([bench.warned, await Deno.readTextFile(path)], [
      ["No stream named live/film on server. Check the name in the address."],
      "precious",
    ]);
  });
});

Deno.test("record() keeps what it has when the server dies, and says so", async () => {
  await withCommand({}, async (bench) => {
    const path = `${bench.directory}/film.mjpeg`;
    const code = record(command(path), bench.context);
    await send(bench, 4);
    bench.server.hangUp();
    assertEquals(await finished(bench.clock, code), 1);
    assertMatch(bench.warned[0]!, /closed the connection/);
    assertEquals((await readFilm("film.mjpeg", await Deno.readFile(path))).pictures.length, 4);
  });
});

Deno.test("record() says what is wrong with the place for the film", async () => {
  await withCommand({}, async (bench) => {
    const code = record(command(`${bench.directory}/none/film.avi`), bench.context);
    assertEquals(await finished(bench.clock, code), 1);
    assertMatch(bench.warned[0]!, /no such directory/);
  });
});
