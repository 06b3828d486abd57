import { systemClock } from "../../lib/core/clock.ts";
import type {
  PlayerControl,
  PlayerEvents,
  PlayerProblem,
  PlayerState,
  PlayerStats,
  Source,
  StreamInfo,
} from "../../lib/client/player_types.ts";
import { PlayerError } from "../../lib/client/player_types.ts";

/** What a fake player shows, and how it behaves. */
export interface FakeFilm {
  readonly pictures: readonly Uint8Array<ArrayBuffer>[];
  readonly width: number;
  readonly height: number;
  /** Pictures a second; 0: only `step()` shows pictures. */
  readonly frameRate: number;
  /** Thrown by every verb but teardown. */
  readonly problem?: PlayerProblem;
  /** SETUP never answers. */
  readonly hangs?: boolean;
  /** It has no end, and its pictures take 9 ms. */
  readonly live?: boolean;
}

/** A player without a network: its verbs succeed at once and its film runs round. */
export class FakePlayer implements PlayerControl {
  readonly source: Source = { kind: "rtsp", url: "rtsp://127.0.0.1:8554/flipbook.mjpeg" };
  readonly calls: string[] = [];
  state: PlayerState = "INIT";
  info: StreamInfo | undefined;
  index = -1;
  loop = false;
  repair = false;
  scale = 1;
  #cancel: (() => void) | undefined;

  constructor(readonly events: PlayerEvents, readonly film: FakeFilm) {}

  setup(): Promise<void> {
    this.calls.push("setup");
    return this.#setUp();
  }

  async #setUp(): Promise<void> {
    if (this.film.hangs) await new Promise(() => {});
    const { problem } = this.film;
    if (problem) {
      const refused = this.calls.some((call) => call.startsWith("login"));
      const asked = problem.realm === undefined ? {} : { realm: problem.realm, loginRefused: refused };
      throw new PlayerError(problem.code, problem.message, asked);
    }
    const { width, height, frameRate, pictures } = this.film;
    this.info = {
      dialect: "rtsp",
      title: "flipbook.mjpeg",
      address: "rtsp://127.0.0.1:8554/flipbook.mjpeg",
      range: { start: 0, end: this.film.live ? undefined : pictures.length / (frameRate || 25) },
      frameRate: frameRate || 25,
      width,
      height,
    };
    this.#enter("READY");
  }

  async play(options: { from?: number; scale?: number } = {}): Promise<void> {
    const words = [options.from, options.scale && `scale ${options.scale}`].filter((word) => word !== undefined);
    this.calls.push(["play", ...words].join(" "));
    this.scale = options.scale ?? this.scale;
    if (this.state === "INIT") await this.#setUp();
    if (options.from === 0) this.index = -1;
    this.#enter("PLAYING");
    if (this.film.frameRate > 0) this.#run();
  }

  login(username: string, _password: string): void {
    this.calls.push(`login ${username}`);
  }

  pause(): Promise<void> {
    this.calls.push("pause");
    this.#cancel?.();
    if (this.state === "PLAYING") this.#enter("READY");
    return Promise.resolve();
  }

  teardown(): Promise<void> {
    this.calls.push("teardown");
    this.#cancel?.();
    this.#enter("INIT");
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.calls.push("close");
    this.#cancel?.();
    this.#enter("INIT");
    return Promise.resolve();
  }

  seek(seconds: number): Promise<void> {
    this.calls.push(`seek ${seconds}`);
    this.index = Math.round(seconds * (this.film.frameRate || 25)) - 1;
    return this.step();
  }

  changeTransport(choice: string): Promise<void> {
    this.calls.push(`transport ${choice}`);
    return Promise.resolve();
  }

  /** Shows the next picture, or the one before. */
  step(direction: 1 | -1 = 1): Promise<void> {
    const count = this.film.pictures.length;
    this.index = (this.index + direction + count) % count;
    const { width, height, frameRate } = this.film;
    this.events.frame?.({
      data: this.film.pictures[this.index]!,
      index: this.index,
      mediaTime: this.index / (frameRate || 25),
      width,
      height,
      arrival: systemClock.now(),
    });
    return Promise.resolve();
  }

  /** The film is over. */
  end(): void {
    this.#cancel?.();
    this.#enter("READY");
    this.events.ended?.();
  }

  /** The server goes away, the player tries again, and the newest picture is `age` ms old. */
  lose(reason: string, age: number): void {
    this.#cancel?.();
    this.#enter("INIT");
    const now = systemClock.now();
    this.events.reconnecting?.({ attempt: 2, nextTry: now + 1000, since: now - age, reason });
  }

  /** The server dies. */
  fail(problem: PlayerProblem): void {
    this.#cancel?.();
    this.#enter("INIT");
    this.events.problem?.(problem);
  }

  stats(): PlayerStats {
    const playing = this.state === "PLAYING";
    return {
      state: this.state,
      dialect: "rtsp",
      transport: this.state === "INIT" ? undefined : "udp",
      frames: this.index + 1,
      packets: 19 * (this.index + 1),
      bytes: 26_000 * (this.index + 1),
      lostPackets: 0,
      damagedFrames: 0,
      repairedFrames: 0,
      duplicates: 0,
      reordered: 0,
      drops: {},
      fps: playing ? this.film.frameRate || 25 : 0,
      kbps: playing ? 2793 : 0,
      jitterMs: 0.4,
      frameIndex: this.index < 0 ? undefined : this.index,
      mediaTime: this.index < 0 ? undefined : this.index / (this.film.frameRate || 25),
      pictureAge: this.index < 0 ? undefined : 0,
      scale: this.scale,
      bufferMs: 0,
      latencyMs: this.film.live ? 9 : undefined,
      reconnecting: false,
    };
  }

  #enter(state: PlayerState): void {
    if (state === this.state) return;
    this.state = state;
    this.events.state?.(state);
  }

  #run(): void {
    this.#cancel?.();
    let deadline = systemClock.now();
    const next = () => {
      this.step();
      deadline += 1000 / this.film.frameRate;
      this.#cancel = systemClock.at(deadline, next);
    };
    next();
  }
}
