import { type Clock, systemClock } from "../core/clock.ts";
import { type Random, systemRandom } from "../core/random.ts";
import { Login } from "./login/login.ts";
import { DEFAULT_TIMEOUTS, type MediaSession, type SessionContext, type SessionCounters } from "./media_session.ts";
import { type PlayerNetwork, systemNetwork } from "./network.ts";
import { asPlayerError, openSession } from "./opening.ts";
import {
  type PlayerControl,
  PlayerError,
  type PlayerEvents,
  type PlayerOptions,
  type PlayerState,
  type PlayerStats,
  type PlayerTimeouts,
  type ReceivedFrame,
  type Source,
  type StreamInfo,
  type TransportChoice,
} from "./player_types.ts";
import { Rates } from "./rates.ts";

export * from "./player_types.ts";

/** Milliseconds that a goodbye may take. */
const TEARDOWN_PATIENCE = 1000;
const CLOSE_PATIENCE = 700;

const NOTHING_COUNTED: SessionCounters = {
  frames: 0,
  packets: 0,
  bytes: 0,
  lostPackets: 0,
  damagedFrames: 0,
  duplicates: 0,
  reordered: 0,
  drops: {},
  jitterMs: 0,
};

/**
 * Plays one stream: the four verbs over a session of either dialect, one verb at a time, and what happens between them
 * (end of the film, change from UDP to TCP, a server that is gone).
 */
export class Player implements PlayerControl {
  /** What it plays. */
  readonly source: Source;
  readonly #events: PlayerEvents;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #network: PlayerNetwork;
  readonly #timeouts: PlayerTimeouts;
  readonly #rtpPort: number;
  readonly #rates = new Rates();
  readonly #login: Login;
  #transport: TransportChoice;
  #state: PlayerState = "INIT";
  #session: MediaSession | undefined;
  #info: StreamInfo | undefined;
  #counters: SessionCounters = NOTHING_COUNTED;
  #verbs: Promise<void> = Promise.resolve();
  /** The film is over; PLAY starts it again. */
  #atEnd = false;
  #newest: ReceivedFrame | undefined;
  #transportInUse: "udp" | "tcp" | undefined;
  /** Aborts the opening that is under way. */
  #opening: AbortController | undefined;
  #closed = false;

  /** Nothing is connected before the first verb; `network` is for tests. */
  constructor(source: Source, options: PlayerOptions & { network?: PlayerNetwork } = {}, events: PlayerEvents = {}) {
    this.source = source;
    this.#events = events;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#network = options.network ?? systemNetwork;
    this.#timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.#transport = options.transport ?? "auto";
    this.#rtpPort = options.rtpPort ?? 0;
    this.#login = new Login(source, this.#random);
  }

  /** Where the session stands. */
  get state(): PlayerState {
    return this.#state;
  }

  get info(): StreamInfo | undefined {
    return this.#info;
  }

  setup(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === "INIT") await this.#open();
    });
  }

  play(options: { readonly from?: number } = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === "INIT") await this.#open();
      if (this.#state === "PLAYING") {
        if (options.from === undefined) return;
        await this.#paused();
      }
      await (this.#atEnd ? this.#playAgain(options.from) : this.#session!.play(options.from));
    });
  }

  login(username: string, password: string): void {
    this.#login.give(username, password);
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === "INIT") {
        throw new PlayerError("wrong-state", "Nothing is set up, so there is nothing to pause. Press Setup first.");
      }
      if (this.#state === "PLAYING") await this.#paused();
    });
  }

  teardown(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#session?.teardown(TEARDOWN_PATIENCE);
      this.#drop();
    });
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#opening?.abort();
      await this.#session?.teardown(CLOSE_PATIENCE);
      this.#drop();
    }
    await this.#verbs;
  }

  /** The figures of this moment. */
  stats(): PlayerStats {
    const now = this.#clock.now();
    const counters = this.#session?.counters() ?? this.#counters;
    const playing = this.#state === "PLAYING";
    return {
      ...counters,
      state: this.#state,
      dialect: this.#info?.dialect ?? (this.source.kind === "lab" ? "lab" : "rtsp"),
      transport: this.#transportInUse,
      fps: playing ? this.#rates.fps(now) : 0,
      kbps: playing ? this.#rates.kbps(now) : 0,
      frameIndex: this.#newest?.index,
      mediaTime: this.#newest?.mediaTime,
    };
  }

  /** Runs verbs one after the other; a session that died under one leaves the state at INIT. */
  #inTurn(verb: () => Promise<void>): Promise<void> {
    const run = this.#verbs.then(async () => {
      if (this.#closed) throw new PlayerError("closed", "The player was closed.");
      try {
        await verb();
      } catch (thrown) {
        if (this.#session?.closed) this.#drop();
        throw asPlayerError(thrown);
      }
    });
    this.#verbs = run.catch(() => {});
    return run;
  }

  async #open(): Promise<void> {
    const opening = this.#opening = new AbortController();
    const notice = (message: string) => this.#events.notice?.(message);
    const options = { transport: this.#transport, rtpPort: this.#rtpPort, notice };
    try {
      const session = await openSession(this.source, options, this.#context(opening.signal));
      if (this.#closed) {
        session.close();
        throw new PlayerError("closed", "The player was closed.");
      }
      this.#session = session;
    } finally {
      this.#opening = undefined;
    }
    this.#info = this.#session.info;
    this.#transportInUse = this.#session.transport;
    this.#counters = NOTHING_COUNTED;
    this.#newest = undefined;
    this.#atEnd = false;
    if (this.#state === "INIT") this.#enter("READY");
  }

  #context(signal: AbortSignal): SessionContext {
    return {
      clock: this.#clock,
      random: this.#random,
      network: this.#network,
      timeouts: this.#timeouts,
      signal,
      login: this.#login,
      listener: {
        playing: () => {
          this.#rates.begin(this.#clock.now());
          this.#atEnd = false;
          this.#enter("PLAYING");
        },
        frame: (frame) => this.#show(frame),
        ended: () => this.#ended(),
        silent: () => this.#changeToTcp(),
        failed: (problem) => this.#failed(problem),
      },
    };
  }

  async #paused(): Promise<void> {
    await this.#session!.pause();
    this.#enter("READY");
  }

  /** After the end some servers play again, others only a new session; either way the film starts anew. */
  async #playAgain(from: number | undefined): Promise<void> {
    const session = this.#session!;
    const start = from ?? session.info.range?.start;
    if (start !== undefined) {
      try {
        return await session.play(start);
      } catch (thrown) {
        if (this.#closed) throw thrown;
      }
    }
    await session.teardown(TEARDOWN_PATIENCE);
    this.#session = undefined;
    await this.#open();
    await this.#session!.play(start);
  }

  #show(frame: ReceivedFrame): void {
    this.#newest = frame;
    this.#rates.frame(frame.arrival, this.#session?.counters().bytes ?? 0);
    this.#events.frame?.(frame);
  }

  #ended(): void {
    this.#atEnd = true;
    this.#enter("READY");
    this.#events.ended?.();
  }

  #failed(problem: PlayerError): void {
    this.#drop();
    this.#events.problem?.(problem);
  }

  #changeToTcp(): void {
    this.#events.notice?.("Nothing arrives by UDP, so the stream now comes by TCP.");
    this.#transport = "tcp";
    void this.#inTurn(async () => {
      const session = this.#session;
      if (session === undefined || this.#state !== "PLAYING") return;
      await session.teardown(TEARDOWN_PATIENCE);
      this.#session = undefined;
      await this.#open();
      await this.#session!.play(undefined);
    }).catch((thrown) => {
      const problem = asPlayerError(thrown);
      if (problem.code !== "closed") this.#failed(problem);
    });
  }

  /** Forgets the session but not what it counted. */
  #drop(): void {
    this.#counters = this.#session?.counters() ?? this.#counters;
    this.#session?.close();
    this.#session = undefined;
    this.#atEnd = false;
    this.#enter("INIT");
  }

  #enter(state: PlayerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.state?.(state);
  }
}
