import { assertEquals, assertRejects } from "@std/assert";
import { PlayerError } from "../../../lib/client/player.ts";
import { settle } from "../../support/manual_clock.ts";
import { playerBench, whileRunning } from "../../support/player_bench.ts";

Deno.test("openSession() stays with a slow standard server while it tries the assignment's dialect", async () => {
  const { player, clock, server } = playerBench(
    { answer: ({ method }) => method === "DESCRIBE" ? "silence" : undefined },
    {},
    "film.mjpeg",
  );
  const ready = player.setup();
  await settle(40);
  await clock.run(1500, 50);
  assertEquals(server.connections, 2);
  server.answerLate(0);
  await whileRunning(clock, ready, 500);
  assertEquals([player.info?.dialect, player.state], ["rtsp", "READY"]);
  await whileRunning(clock, player.close());
  assertEquals(clock.pending, 0);
});

Deno.test("openSession() names the standard problem when neither dialect is understood", async () => {
  const { player, clock, network } = playerBench({ answer: () => "close" }, {}, "film.mjpeg");
  await assertRejects(() => whileRunning(clock, player.setup()), PlayerError, "Is there an RTSP server");
  assertEquals([clock.pending, network.openSockets], [0, 0]);
  await player.close();
});

Deno.test("openSession() believes a standard server's 404 and asks no second time", async () => {
  const { player, clock, server } = playerBench(
    { answer: (_, honest) => ({ ...honest(), status: 404, reason: "Not Found" }) },
    {},
    "film.mjpeg",
  );
  const error = await assertRejects(
    () => whileRunning(clock, player.setup()),
    PlayerError,
    "No stream named film.mjpeg",
  );
  assertEquals([error.code, server.connections], ["not-found", 1]);
  await player.close();
});

Deno.test("openSession() gives up both attempts when the player closes", async () => {
  const { player, clock, network } = playerBench({ answer: () => "silence" }, {}, "film.mjpeg");
  const failing = assertRejects(() => player.setup(), PlayerError);
  await settle(40);
  await clock.run(1500, 50);
  await whileRunning(clock, player.close(), 1000);
  await failing;
  assertEquals([clock.pending, network.openSockets], [0, 0]);
});
