import { seededRandom } from "../../lib/core/random.ts";
import {
  Player,
  type PlayerEvents,
  type PlayerOptions,
  type PlayerProblem,
  type ReceivedFrame,
} from "../../lib/client/player.ts";
import { makeJpegs } from "./make_film.ts";
import { ManualClock, settle } from "./manual_clock.ts";
import { type Script, ScriptedServer } from "./scripted_server.ts";
import { SimulatedNetwork } from "./simulated_network.ts";

/** Big enough for several packets a frame. */
export const BENCH_FRAMES = makeJpegs(6, { width: 320, height: 240 });

/** A player and a scripted server on a simulated link, with time moved by hand; `login` is "name:password@" or empty. */
export function playerBench(
  script: Partial<Script> = {},
  options: PlayerOptions = {},
  path = "live/film",
  login = "",
  events: PlayerEvents = {},
) {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  const server = new ScriptedServer(network, 554, { frames: BENCH_FRAMES, ...script });
  const frames: ReceivedFrame[] = [];
  const states: string[] = [];
  const problems: PlayerProblem[] = [];
  const notices: string[] = [];
  const ends = { count: 0 };
  const player = new Player(
    { kind: "rtsp", url: `rtsp://${login}server/${path}` },
    { clock, network, random: seededRandom(7), ...options },
    {
      frame: (frame) => frames.push(frame),
      state: (state) => states.push(state),
      problem: (problem) => problems.push(problem),
      notice: (message) => notices.push(message),
      ended: () => ends.count++,
      ...events,
    },
  );
  return { clock, network, server, player, frames, states, problems, notices, ends };
}

/** Waits for a promise while the clock runs, at most `limit` milliseconds of it. */
export async function whileRunning<T>(clock: ManualClock, work: Promise<T>, limit = 20_000): Promise<T> {
  let done = false;
  const watched = work.finally(() => done = true);
  watched.catch(() => {});
  await settle(30);
  for (let left = limit; left > 0 && !done; left -= 10) {
    clock.advance(10);
    await settle(30);
  }
  if (!done) throw new Error(`Nothing came of it within ${limit} ms`);
  return await watched;
}
