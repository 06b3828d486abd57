import { type Clock, systemClock } from "../core/clock.ts";
import { errorMessage } from "../core/errors.ts";
import type { PlayCommand } from "./arguments.ts";
import type { PlayerNetwork } from "./network.ts";
import { Player, type PlayerStats } from "./player.ts";

/** Milliseconds between two lines of statistics. */
const INTERVAL = 1000;

/** Where a program without a window writes its lines, and what may end it. */
export interface HeadlessContext {
  /** A line of results. */
  readonly print: (line: string) => void;
  /** A line about what goes wrong, or what a person should know. */
  readonly warn: (line: string) => void;
  /** Aborting ends the playing as `--duration` does. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly network?: PlayerNetwork;
}

/** Plays without a window until the end, `--duration` or the signal. Resolves with the exit code: 0 done, 1 failed. */
export async function playHeadless(command: PlayCommand, context: HeadlessContext): Promise<number> {
  const clock = context.clock ?? systemClock;
  const end = Promise.withResolvers<string | undefined>();
  const averages = new Averages();
  const player = new Player(command.source, { ...command, ...pick(context) }, {
    frame: (frame) => averages.frame(frame.arrival),
    notice: context.warn,
    problem: ({ message }) => end.resolve(message),
    ended: () =>
      end.resolve(
        averages.frames > 0
          ? undefined
          : "The stream ended before its first picture. Check that the film is not empty.",
      ),
  });
  const stop = () => end.resolve(undefined);
  context.signal?.addEventListener("abort", stop, { once: true });
  if (context.signal?.aborted) stop();
  const timers: (() => void)[] = [];
  try {
    player.play().then(() => {
      if (command.duration !== undefined) timers.push(clock.at(clock.now() + command.duration * 1000, stop));
      if (command.json) everySecond(clock, timers, () => context.print(describeStats(player.stats())));
    }).catch((thrown) => end.resolve(errorMessage(thrown)));
    const failure = await end.promise;
    const last = averages.over(player.stats());
    if (command.json) context.print(describeStats(last));
    else if (failure === undefined) context.print(summary(last));
    if (failure !== undefined) context.warn(failure);
    return failure === undefined ? 0 : 1;
  } finally {
    timers.forEach((cancel) => cancel());
    context.signal?.removeEventListener("abort", stop);
    await player.close();
  }
}

function pick({ clock, network }: HeadlessContext): { clock?: Clock; network?: PlayerNetwork } {
  return { ...(clock && { clock }), ...(network && { network }) };
}

function everySecond(clock: Clock, timers: (() => void)[], act: () => void): void {
  let next = clock.now();
  const schedule = () => {
    next += INTERVAL;
    timers[0] = clock.at(next, () => {
      act();
      schedule();
    });
  };
  timers.unshift(() => {});
  schedule();
}

/** Frame rate and bitrate over the whole time, for the last line. */
class Averages {
  frames = 0;
  #first = 0;
  #last = 0;

  frame(at: number): void {
    if (this.frames++ === 0) this.#first = at;
    this.#last = at;
  }

  over(stats: PlayerStats): PlayerStats {
    const span = this.#last - this.#first;
    if (span <= 0) return stats;
    return { ...stats, fps: (this.frames - 1) * 1000 / span, kbps: stats.bytes * 8 / span };
  }
}

/** The statistics as the command line promises them. Without a window every picture that came counts as shown. */
function describeStats(stats: PlayerStats): string {
  return JSON.stringify({
    frames: stats.frames,
    shown: stats.frames,
    lost_packets: stats.lostPackets,
    dropped_frames: stats.damagedFrames,
    repaired_frames: stats.repairedFrames,
    fps: Math.round(stats.fps * 10) / 10,
    kbps: Math.round(stats.kbps),
    jitter_ms: Math.round(stats.jitterMs * 100) / 100,
    latency_ms: stats.latencyMs === undefined ? null : Math.round(stats.latencyMs * 10) / 10,
    transport: stats.transport ?? null,
    state: stats.state,
  });
}

function summary({ frames, fps, lostPackets, damagedFrames, repairedFrames, transport }: PlayerStats): string {
  return `${frames} pictures by ${(transport ?? "udp").toUpperCase()}, ${fps.toFixed(1)} a second; ` +
    `${lostPackets} packets lost, ${damagedFrames} pictures ` +
    (repairedFrames > 0 ? `damaged, ${repairedFrames} of them shown repaired` : "dropped");
}
