import { assertEquals } from "@std/assert";
import { PlayerHost, type PlayerHostOptions } from "../../../lib/client/bridge/player_host.ts";
import { PlayerError, type PlayerProblem } from "../../../lib/client/player_types.ts";
import { Remembering } from "../../../lib/client/bridge/remembering.ts";
import type { RecentStream } from "../../../lib/client/recent/recent_stream.ts";
import { FakePage } from "../../support/fake_page.ts";
import { FakePlayer } from "../../support/fake_player.ts";
import { headerOnlyJpeg } from "../../support/header_only_jpeg.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const GONE: PlayerProblem = { code: "server-gone", message: "The server is gone" };

type HostOptions = Partial<Pick<PlayerHostOptions, "autoplay" | "quitWithoutPages" | "shelf" | "remembering">>;

function host(options: HostOptions & { problem?: PlayerProblem } = {}) {
  const clock = new ManualClock();
  let player!: FakePlayer;
  let quits = 0;
  const playerHost = new PlayerHost({
    address: "rtsp://127.0.0.1/film",
    autoplay: options.autoplay ?? false,
    quitWithoutPages: options.quitWithoutPages ?? false,
    ...(options.shelf && { shelf: options.shelf }),
    ...(options.remembering && { remembering: options.remembering }),
    onQuit: () => quits++,
    clock,
    openPlayer: (events) =>
      player = new FakePlayer(events, {
        pictures: [headerOnlyJpeg(8, 8)],
        width: 8,
        height: 8,
        frameRate: 0,
        ...(options.problem && { problem: options.problem }),
      }),
  });
  const join = () => {
    const page = new FakePage();
    playerHost.connected(page.connection);
    return page;
  };
  return { host: playerHost, player, clock, join, quits: () => quits };
}

/** Lets promises that are already settled go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("PlayerHost sets up at the start and plays when the page says so", async () => {
  const { host: playerHost, player, join } = host();
  playerHost.start();
  await settle();
  const page = join();
  assertEquals(page.last("state").state, "READY");
  playerHost.command(page.connection, { type: "play" });
  assertEquals(page.last("state").activity, "play");
  await settle();
  assertEquals([page.last("state").state, page.last("state").activity], ["PLAYING", undefined]);
  player.step();
  assertEquals(page.pictures.map(({ frame, again }) => [frame.index, again]), [[0, false]]);
});

Deno.test("PlayerHost plays by itself only when a page can show the first picture", async () => {
  const { host: playerHost, player, join } = host({ autoplay: true });
  playerHost.start();
  await settle();
  assertEquals(player.calls, ["setup"]);
  join();
  await settle();
  join();
  await settle();
  assertEquals(player.calls, ["setup", "play"]);
});

Deno.test("PlayerHost tells of a failed verb and tries the same again", async () => {
  const { host: playerHost, player, join } = host({ autoplay: true, problem: GONE });
  playerHost.start();
  const page = join();
  await settle();
  assertEquals(page.last("state").problem, GONE);
  playerHost.command(page.connection, { type: "retry" });
  assertEquals(page.last("state").problem, undefined);
  await settle();
  assertEquals(player.calls, ["setup", "play"]);
});

Deno.test("B09 PlayerHost lives through a hundred reloads with one session, and shows the last picture anew", async () => {
  const { host: playerHost, player, clock, join, quits } = host({ quitWithoutPages: true });
  playerHost.start();
  await settle();
  player.step();
  let page = join();
  for (let reload = 0; reload < 100; reload++) {
    playerHost.disconnected(page.connection);
    clock.advance(100);
    page = join();
  }
  clock.advance(60_000);
  assertEquals(page.pictures.map(({ again }) => again), [true]);
  assertEquals([player.calls, quits()], [["setup"], 0]);
});

Deno.test("B09 PlayerHost quits some seconds after a browser's last page has gone", async () => {
  const { host: playerHost, player, clock, join, quits } = host({ quitWithoutPages: true });
  playerHost.start();
  await settle();
  clock.advance(600_000);
  await settle();
  assertEquals(quits(), 0);
  playerHost.disconnected(join().connection);
  clock.advance(6000);
  await settle();
  assertEquals([player.calls.at(-1), quits(), clock.pending], ["close", 1, 0]);
});

Deno.test("PlayerHost pauses and asks when the window closes while playing; no goes on", async () => {
  const { host: playerHost, player, clock, join, quits } = host({ autoplay: true });
  playerHost.start();
  const page = join();
  await settle();
  playerHost.requestClose();
  await settle();
  assertEquals([page.last("state").closing, page.last("state").state], [true, "READY"]);
  playerHost.command(page.connection, { type: "close-asked" });
  clock.advance(60_000);
  await settle();
  assertEquals(quits(), 0);
  playerHost.command(page.connection, { type: "close-answer", close: false });
  await settle();
  assertEquals([page.last("state").closing, page.last("state").state], [false, "PLAYING"]);
  assertEquals(player.calls, ["setup", "play", "pause", "play"]);
});

Deno.test("PlayerHost tears down and quits when the close question is answered with yes", async () => {
  const { host: playerHost, player, join, quits } = host({ autoplay: true });
  playerHost.start();
  const page = join();
  await settle();
  playerHost.requestClose();
  playerHost.command(page.connection, { type: "close-answer", close: true });
  await settle();
  assertEquals([player.calls.at(-1), page.messages.at(-1)?.type, quits()], ["close", "goodbye", 1]);
});

Deno.test("PlayerHost quits when the page does not put the question within 3 s, or at a second request", async () => {
  for (const second of [true, false]) {
    const { host: playerHost, clock, join, quits } = host({ autoplay: true });
    playerHost.start();
    join();
    await settle();
    playerHost.requestClose();
    await settle();
    assertEquals(quits(), 0);
    if (second) playerHost.requestClose();
    else clock.advance(3000);
    await settle();
    assertEquals(quits(), 1);
  }
});

Deno.test("PlayerHost quits when only pages come that do not put the close question", async () => {
  const { host: playerHost, clock, join, quits } = host({ autoplay: true });
  playerHost.start();
  join();
  await settle();
  playerHost.requestClose();
  join();
  clock.advance(3000);
  await settle();
  assertEquals(quits(), 1);
});

Deno.test("PlayerHost quits at once when the window closes and nothing plays", async () => {
  const { host: playerHost, join, quits } = host();
  playerHost.start();
  join();
  await settle();
  playerHost.requestClose();
  await settle();
  assertEquals(quits(), 1);
});

Deno.test("PlayerHost waits for the window that comes back to put the close question", async () => {
  const { host: playerHost, clock, join, quits } = host({ autoplay: true });
  playerHost.start();
  playerHost.disconnected(join().connection);
  await settle();
  playerHost.requestClose(true);
  await settle();
  clock.advance(4000);
  const page = join();
  assertEquals(page.last("state").closing, true);
  playerHost.command(page.connection, { type: "close-asked" });
  clock.advance(60_000);
  await settle();
  assertEquals(quits(), 0);
});

Deno.test("B11 PlayerHost keeps pictures of absurd size from the page", () => {
  const { player, join } = host();
  const page = join();
  // The size that counts is the one in the JPEG, whatever the packets said.
  const show = (width: number, height: number, data = headerOnlyJpeg(width, height)) =>
    player.events.frame?.({ data, index: 0, mediaTime: 0, width: 8, height: 8, arrival: 0 });
  show(8, 8, Uint8Array.of(255, 216, 1, 2));
  show(65535, 65535);
  show(16384, 16384);
  show(8, 65535);
  show(65535, 8);
  assertEquals(page.pictures, []);
  show(4096, 2160);
  assertEquals(page.pictures.length, 1);
});

Deno.test("PlayerHost sends statistics four times a second while a session stands, and only while a page is there", async () => {
  const { host: playerHost, clock, join } = host();
  playerHost.start();
  await settle();
  const page = join();
  const count = () => page.messages.filter(({ type }) => type === "stats").length;
  const before = count();
  clock.advance(1000);
  assertEquals(count() - before, 4);
  playerHost.disconnected(page.connection);
  clock.advance(1000);
  assertEquals(clock.pending, 0);
});

Deno.test("PlayerHost plays from the next Play on at the speed that was asked for while nothing played", async () => {
  const { host: playerHost, player, join } = host();
  playerHost.start();
  await settle();
  const page = join();
  playerHost.command(page.connection, { type: "speed", speed: -2 });
  await settle();
  assertEquals(page.last("state").speed, -2);
  playerHost.command(page.connection, { type: "play" });
  await settle();
  assertEquals(player.calls, ["setup", "play scale -2"]);
  playerHost.command(page.connection, { type: "pause" });
  playerHost.command(page.connection, { type: "speed", speed: 1 });
  await settle();
  // A single picture was played forward meanwhile.
  player.scale = 1;
  playerHost.command(page.connection, { type: "play" });
  await settle();
  assertEquals(player.calls.at(-1), "play scale 1");
});

Deno.test("PlayerHost says what cannot be done beside the picture while the session stands", async () => {
  const { host: playerHost, player, join } = host();
  playerHost.start();
  await settle();
  const page = join();
  player.step = () => Promise.reject(new PlayerError("refused", "There is no picture before this one."));
  playerHost.command(page.connection, { type: "step", direction: -1 });
  await settle();
  const notices = page.messages.filter((message) => message.type === "notice");
  assertEquals(notices, [{ type: "notice", message: "There is no picture before this one." }]);
  assertEquals(page.last("state").problem, undefined);
});

Deno.test("PlayerHost gives name and password to the player, tells nobody, and tries again", async () => {
  const { host: playerHost, player, join } = host({
    problem: { code: "unauthorized", message: "A password is needed", realm: "Films" },
  });
  playerHost.start();
  await settle();
  const page = join();
  assertEquals(page.last("state").problem?.realm, "Films");
  playerHost.command(page.connection, { type: "login", username: "ann", password: "a secret" });
  await settle();
  assertEquals(player.calls, ["setup", "login ann", "setup"]);
  assertEquals(JSON.stringify(page.messages).includes("a secret"), false);
});

Deno.test("PlayerHost tells since when the picture is stale while the server is away", async () => {
  const { host: playerHost, player, clock, join } = host();
  playerHost.start();
  await settle();
  const page = join();
  clock.advance(5000);
  const progress = { attempt: 1, nextTry: clock.now() + 500, since: clock.now() - 3000, reason: "The server is gone." };
  player.events.reconnecting?.(progress);
  const { reconnecting } = page.last("state");
  assertEquals(reconnecting, { attempt: 1, since: clock.wallTime() - 3000, reason: "The server is gone." });
  player.events.reconnecting?.(undefined);
  assertEquals(page.last("state").reconnecting, undefined);
});

Deno.test("PlayerHost saves the newest picture and says where", async () => {
  const saved: number[] = [];
  const { host: playerHost, player, join } = host({
    shelf: {
      pictures: "/pictures",
      films: "/films",
      savePicture: (title, frame) => {
        saved.push(frame.index);
        return Promise.resolve(`/pictures/${title}-${frame.index}.jpg`);
      },
      createFilm: () => Promise.reject(new Error("No room")),
    },
  });
  playerHost.start();
  await settle();
  const page = join();
  playerHost.command(page.connection, { type: "snapshot" });
  player.step();
  playerHost.command(page.connection, { type: "snapshot" });
  await settle();
  assertEquals([page.last("state").saving, saved], [
    { pictures: "/pictures", films: "/films", format: undefined },
    [0],
  ]);
  const notices = page.messages.filter((message) => message.type === "notice");
  assertEquals(notices, [{ type: "notice", message: "Snapshot saved: /pictures/flipbook.mjpeg-0.jpg" }]);
});

Deno.test("PlayerHost remembers a stream from its first picture on, and lets pages make thumbnails of it", async () => {
  const kept: RecentStream[] = [];
  const memory = {
    list: () => Promise.resolve([]),
    forget: () => Promise.resolve([]),
    remember(stream: RecentStream) {
      kept.push(stream);
      return Promise.resolve(kept);
    },
  };
  const { host: playerHost, player, join } = host({
    remembering: new Remembering(memory, ["rtsp://127.0.0.1/film"], new ManualClock()),
  });
  playerHost.start();
  await settle();
  const page = join();
  assertEquals([page.last("state").remembers, kept.length], [true, 0]);
  player.step();
  playerHost.command(page.connection, { type: "thumbnail", jpeg: Uint8Array.of(0xff, 0xd8) });
  await playerHost.quit();
  assertEquals(kept.map(({ thumbnail }) => thumbnail), [undefined, "/9g="]);
});

Deno.test("PlayerHost that is left tears down and says no goodbye", async () => {
  const { host: playerHost, player, join, quits } = host();
  playerHost.start();
  await settle();
  const page = join();
  await playerHost.leave();
  await playerHost.quit();
  assertEquals([player.calls.at(-1), quits()], ["close", 0]);
  assertEquals(page.messages.some(({ type }) => type === "goodbye"), false);
});
