import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { join } from "@std/path";
import { assignmentFilm, labPictures } from "../support/assignment_film.ts";
import { BASIC, LAB_FAMILIES, LabClient, type LabFamily } from "../support/lab_client.ts";
import { withMedia } from "../support/make_film.ts";
import { ServerProcess } from "../support/server_process.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

/** A server that went on after PAUSE would send twenty pictures in this time, ms. */
const SILENCE_MS = 200;
/** Faster than the assignment's 20 a second, so that a film of 500 pictures takes no 25 s; `tests/e2e` plays at 20. */
const FAST = ["--fps", "100"];

/** Plays the film from start to end with a pause in between, and looks at everything that came. */
async function playsWhole(family: LabFamily, port: number, file: string, film: readonly Uint8Array[]): Promise<void> {
  await using client = await LabClient.open(port, file, family);
  await client.ask("SETUP");
  assertEquals(client.datagrams.length, 0, `${family.name}: nothing comes before PLAY`);
  await client.ask("PLAY");
  await client.until(() => client.datagrams.length >= 5);
  await client.ask("PAUSE");
  // What was sent before PAUSE was answered may still lie in the socket.
  await client.drained();
  const paused = client.datagrams.length;
  await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
  assertEquals(client.datagrams.length, paused, `${family.name}: PAUSE is silence`);
  await client.ask("PLAY");
  await client.until(() => client.datagrams.length >= film.length);
  await client.ask("TEARDOWN");
  const packets = client.datagrams.map(({ packet }) => packet);
  assertEquals(packets.map(({ sequence }) => sequence), film.map((_, index) => index + 1), family.name);
  assert(packets.every(({ marker, payloadType }) => marker && payloadType === 26), family.name);
  assertEquals(client.pictures.length, film.length, family.name);
  film.forEach((picture, index) => assertEquals(client.pictures[index], picture, `${family.name}: picture ${index}`));
}

Deno.test("every family of the assignment's clients plays movie.Mjpeg to the last byte, all at once", async () => {
  await using server = await ServerProcess.start("media", ...FAST);
  const film = labPictures(await Deno.readFile(join(PROJECT_ROOT, "media", "movie.Mjpeg")));
  assertEquals(film.length, 500);
  await Promise.all(LAB_FAMILIES.map((family) => playsWhole(family, server.port, "movie.Mjpeg", film)));
});

Deno.test("the assignment's own film, 4:4:4, plays unchanged to its clients", async () => {
  const content = await assignmentFilm(60);
  const film = labPictures(content);
  await withMedia({ "movie.Mjpeg": content }, async (directory) => {
    await using server = await ServerProcess.start(directory, ...FAST);
    await playsWhole(BASIC, server.port, "movie.Mjpeg", film);
  });
});

Deno.test("films of media/ fit the smallest buffer of the assignment's clients", async () => {
  for (const picture of labPictures(await Deno.readFile(join(PROJECT_ROOT, "media", "movie.Mjpeg")))) {
    assertLessOrEqual(picture.length, 14_900);
  }
});

Deno.test("a film of large pictures reaches the assignment's clients in datagrams that they can take", async () => {
  await using server = await ServerProcess.start("media", "--fps", "10");
  await using client = await LabClient.open(server.port, "flipbook.mjpeg");
  await client.ask("SETUP");
  await client.ask("PLAY");
  await client.until(() => client.pictures.length >= 5);
  await client.ask("TEARDOWN");
  assert(client.datagrams.every(({ size }) => size <= BASIC.bufferSize));
  for (const picture of client.pictures) {
    assertEquals([picture[0], picture[1], ...picture.slice(-2)], [255, 216, 255, 217]);
  }
});

Deno.test("a client of the assignment that vanishes in the middle costs the others nothing", async () => {
  await using server = await ServerProcess.start("media", ...FAST);
  await using stays = await LabClient.open(server.port, "movie.Mjpeg");
  await stays.ask("SETUP");
  await stays.ask("PLAY");
  {
    await using leaves = await LabClient.open(server.port, "movie.Mjpeg");
    await leaves.ask("SETUP");
    await leaves.ask("PLAY");
    await leaves.until(() => leaves.datagrams.length > 3);
  }
  await stays.until(() => stays.datagrams.length >= 150);
  assertEquals(stays.datagrams.map(({ packet }) => packet.sequence), stays.datagrams.map((_, index) => index + 1));
});
