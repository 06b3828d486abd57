import { assertEquals } from "@std/assert";
import { FilmCommands } from "../../../lib/client/bridge/film_commands.ts";
import { FakePlayer } from "../../support/fake_player.ts";
import { headerOnlyJpeg } from "../../support/header_only_jpeg.ts";

function commands() {
  const pictures = [headerOnlyJpeg(8, 8)];
  const player = new FakePlayer({}, { pictures, width: 8, height: 8, frameRate: 0 });
  const told: string[] = [];
  const film = new FilmCommands({
    player,
    failed: (thrown) => told.push(`failed: ${thrown}`),
    notice: (message) => told.push(message),
    changed: () => {},
  });
  return { player, told, film };
}

Deno.test("FilmCommands goes to the newest place when the seeks come faster than the server answers", async () => {
  const { player, film } = commands();
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  player.seek = (seconds) => {
    asked.push(seconds);
    return new Promise((resolve) => answers.push(resolve));
  };
  const all = [1, 2, 3, 4].map((to) => film.run({ type: "seek", to }));
  answers.shift()!();
  await Promise.resolve();
  await Promise.resolve();
  answers.shift()!();
  await Promise.all(all);
  assertEquals(asked, [1, 4]);
});

Deno.test("FilmCommands does every step, but keeps no endless row of them", async () => {
  const { player, film } = commands();
  let steps = 0;
  const gate = Promise.withResolvers<void>();
  player.step = () => {
    steps++;
    return gate.promise;
  };
  const all = Array.from({ length: 100 }, () => film.run({ type: "step", direction: 1 }));
  gate.resolve();
  await Promise.all(all);
  assertEquals(steps, 32);
});

Deno.test("FilmCommands says so when the server plays at another speed than was asked for", async () => {
  const { player, told, film } = commands();
  await player.play();
  await film.run({ type: "speed", speed: 4 });
  assertEquals(told, []);
  player.play = () => Promise.resolve();
  await film.run({ type: "speed", speed: 8 });
  assertEquals(told, ["The server does not play at 8\u00d7, it plays at 4\u00d7."]);
});

Deno.test("FilmCommands keeps the speed that a server refuses to change", async () => {
  const { player, told, film } = commands();
  await player.play();
  player.play = () => Promise.reject(new Error("no"));
  await film.run({ type: "speed", speed: 8 });
  assertEquals([film.speed, told], [undefined, ["failed: Error: no"]]);
});
