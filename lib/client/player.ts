import { Newest } from "./film/newest.ts";
import {
  beginningOf,
  checkScale,
  filmRange,
  frameTimeAt,
  hasNumbers,
  stillAt,
  stillBeside,
  type StillPlace,
  timeAfter,
} from "./film/position.ts";
import { noStill, nothingSetUp, notRemembered, nowhereToSeek, udpAlone, wentAway } from "./film/refusals.ts";
import { askForStill, type Still } from "./film/still.ts";
import { Login } from "./login/login.ts";
import {
  type MediaSession,
  NOTHING_COUNTED,
  type PlayOrder,
  type SessionContext,
  type SessionCounters,
} from "./control/media_session.ts";
import { asPlayerError, Opener } from "./session/opening.ts";
import { type EngineOptions, type PlayerSettings, settingsOf } from "./player_settings.ts";
import {
  type PlayChoice,
  type PlayerControl,
  PlayerError,
  type PlayerEvents,
  type PlayerState,
  type PlayerStats,
  type ReceivedFrame,
  type Source,
  type StreamInfo,
  type TransportChoice,
} from "./player_types.ts";
import { Reconnector } from "./resume/reconnector.ts";
import { mayPass } from "./resume/retry.ts";

export * from "./player_types.ts";

/** Milliseconds that a goodbye may take. */
const TEARDOWN_PATIENCE = 1000;
const CLOSE_PATIENCE = 700;

/**
 * Plays one stream: the four verbs over a session of either dialect, one verb at a time, and what happens between them
 * (end of the film, change from UDP to TCP, a server that is gone and comes back).
 */
export class Player implements PlayerControl {
  /** What it plays. */
  readonly source: Source;
  readonly #events: PlayerEvents;
  readonly #settings: PlayerSettings;
  readonly #newest = new Newest();
  readonly #login: Login;
  #transport: TransportChoice;
  #state: PlayerState = "INIT";
  #session: MediaSession | undefined;
  #info: StreamInfo | undefined;
  #counters: SessionCounters = NOTHING_COUNTED;
  #verbs: Promise<void> = Promise.resolve();
  /** The film is over; PLAY starts it again. */
  #atEnd = false;
  /** Whether a film begins anew at its end. */
  loop: boolean;
  /** Whether damaged pictures are shown over the picture before them, from now on. */
  repair: boolean;
  /** Speed that was asked for last. */
  #scale = 1;
  /** What was ordered last: where to begin again as long as no picture has come. */
  #order: PlayOrder = {};
  /** A single picture was shown out of turn: where PLAY goes on. */
  #resumeFrom: number | undefined;
  /** The single picture that is awaited; the state is READY meanwhile. */
  #still: Still | undefined;
  readonly #reconnector: Reconnector;
  #transportInUse: "udp" | "tcp" | undefined;
  readonly #opener = new Opener();
  #closed = false;

  /** Nothing is connected before the first verb; `network` is for tests. */
  constructor(source: Source, options: EngineOptions = {}, events: PlayerEvents = {}) {
    this.source = source;
    this.#events = events;
    this.#settings = settingsOf(options);
    this.#transport = options.transport ?? "auto";
    this.#login = new Login(source, this.#settings.random);
    this.loop = options.loop ?? false;
    this.repair = options.repair ?? false;
    this.#reconnector = new Reconnector(this.#settings.clock, events, (order, isOff) => this.#comeBack(order, isOff));
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
      this.#reconnector.stop();
      if (this.#state === "INIT") await this.#openAnew();
    });
  }

  async play({ from, scale }: PlayChoice = {}): Promise<void> {
    checkScale(scale);
    await this.#inTurn(async () => {
      const interrupted = this.#reconnector.stop();
      if (this.#state === "INIT") await (interrupted ? this.#open() : this.#openAnew());
      if (this.#state === "PLAYING") {
        if (from === undefined && (scale === undefined || scale === this.#scale)) return;
        await this.#paused();
      }
      this.#scale = scale ?? this.#scale;
      await this.#start({ from: from ?? this.#resumeFrom ?? interrupted?.from, scale: this.#scale });
    });
  }

  async seek(seconds: number): Promise<void> {
    if (!Number.isFinite(seconds)) throw new RangeError(`Cannot seek to ${seconds} s`);
    await this.#inTurn(async () => {
      this.#reconnector.stop();
      if (this.#state === "INIT") await this.#openAnew();
      const range = filmRange(this.#info);
      if (!range) throw nowhereToSeek();
      if (this.#state !== "PLAYING") return await this.#showStill(stillAt(seconds, range, this.#info));
      await this.#paused();
      await this.#start({ from: frameTimeAt(seconds, range, this.#info), scale: this.#scale });
    });
  }

  step(direction: 1 | -1): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === "INIT") throw nothingSetUp("step through");
      if (this.#state === "PLAYING") await this.#paused();
      const { frame } = this.#newest;
      // Where numbers tell no times, those of neighbours in a film need not follow each other.
      const counts = hasNumbers(this.#info) || !filmRange(this.#info);
      const remembered = counts ? this.#newest.recall(frame ? frame.index + direction : 0) : undefined;
      if (remembered) return this.#present(remembered, true);
      const place = stillBeside(frame, direction, this.#info);
      if (place === undefined) throw notRemembered(direction);
      if (place !== "outside") await this.#showStill(place);
    });
  }

  changeTransport(choice: TransportChoice): Promise<void> {
    return this.#inTurn(async () => {
      if (this.source.kind === "lab" && choice === "tcp") throw udpAlone();
      this.#transport = choice;
      if (this.#session && choice !== "auto" && choice !== this.#session.transport) await this.#reopen();
    });
  }

  login(username: string, password: string): void {
    this.#login.give(username, password);
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#reconnector.stop()) return;
      if (this.#state === "INIT") throw nothingSetUp("pause");
      if (this.#state === "PLAYING") await this.#paused();
    });
  }

  teardown(): Promise<void> {
    // A try to reach the server again must not hold up the farewell.
    if (this.#reconnector.stop()) this.#opener.abort();
    return this.#inTurn(async () => {
      await this.#session?.teardown(TEARDOWN_PATIENCE);
      this.#drop();
    });
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#reconnector.stop();
      this.#opener.abort();
      await this.#session?.teardown(CLOSE_PATIENCE);
      this.#drop();
    }
    await this.#verbs;
  }

  /** The figures of this moment. */
  stats(): PlayerStats {
    const counters = this.#session?.counters() ?? this.#counters;
    return {
      ...counters,
      ...this.#newest.stats(this.#settings.clock.now(), this.#state === "PLAYING"),
      state: this.#state,
      dialect: this.#info?.dialect ?? (this.source.kind === "lab" ? "lab" : "rtsp"),
      transport: this.#transportInUse,
      reconnecting: this.#reconnector.active,
    };
  }

  /** Runs verbs one after the other; a session that died under one leaves the state at INIT. */
  #inTurn(verb: () => Promise<void>): Promise<void> {
    const run = this.#verbs.then(async () => {
      if (this.#closed) throw new PlayerError("closed", "The player was closed.");
      try {
        await verb();
      } catch (thrown) {
        if (!this.#session || this.#session.closed || this.#reconnector.active) this.#drop();
        throw asPlayerError(thrown);
      }
    });
    this.#verbs = run.catch(() => {});
    return run;
  }

  /** A session that has nothing to do with an earlier one. */
  #openAnew(): Promise<void> {
    this.#newest.clear();
    this.#order = {};
    this.#scale = 1;
    return this.#open();
  }

  async #open(): Promise<void> {
    const notice = (message: string) => this.#events.notice?.(message);
    const options = { transport: this.#transport, rtpPort: this.#settings.rtpPort, notice };
    this.#session = await this.#opener.open(this.source, options, this.#context());
    this.#info = this.#session.info;
    this.#transportInUse = this.#session.transport;
    this.#counters = NOTHING_COUNTED;
    this.#atEnd = false;
    this.#newest.forgetOthers();
    if (this.#state === "INIT") this.#enter("READY");
  }

  #context(): Omit<SessionContext, "signal"> {
    return {
      ...this.#settings,
      login: this.#login,
      repair: () => this.repair,
      listener: {
        playing: () => this.#begun(),
        frame: (frame) => this.#show(frame),
        ended: () => this.#ended(),
        silent: () => this.#changeToTcp(),
        failed: (problem) => this.#failed(problem),
      },
    };
  }

  async #paused(): Promise<void> {
    await this.#session!.pause();
    this.#resumeFrom = undefined;
    this.#enter("READY");
  }

  async #start(order: PlayOrder): Promise<void> {
    this.#order = order;
    await (this.#atEnd ? this.#playAgain(order) : this.#session!.play(order));
  }

  /** After the end some servers play again, others only a new session; either way the film starts anew. */
  async #playAgain(order: PlayOrder): Promise<void> {
    const from = order.from ?? beginningOf(this.#info, this.#scale);
    if (from !== undefined) {
      try {
        return await this.#session!.play({ ...order, from });
      } catch (thrown) {
        if (this.#closed) throw thrown;
      }
    }
    await this.#renew();
    await this.#session!.play({ ...order, from });
  }

  /** Asks for one picture alone, and stays READY. */
  async #showStill(place: StillPlace): Promise<void> {
    const ask = (still: Still) => {
      this.#still = still;
      return this.#start({ from: place.from, until: place.until });
    };
    const finish = async () => {
      if (!this.#session) throw wentAway();
      await this.#session.pause();
    };
    try {
      if (!(await askForStill(this.#settings.clock, place, ask, finish))) throw noStill();
    } finally {
      this.#still = undefined;
    }
  }

  /** Ends the session and begins another one at the same place, as at a change of transport. */
  async #reopen(): Promise<void> {
    const wasPlaying = this.#state === "PLAYING";
    const from = this.#nextPlace();
    await this.#renew();
    if (wasPlaying) await this.#start({ from, scale: this.#scale });
    else this.#resumeFrom = from;
  }

  async #renew(): Promise<void> {
    await this.#session!.teardown(TEARDOWN_PATIENCE);
    this.#session = undefined;
    await this.#open();
  }

  /** Where to go on without a gap: behind the newest picture. */
  #nextPlace(): number | undefined {
    return timeAfter(this.#newest.frame, this.#scale, this.#info) ?? this.#order.from ?? undefined;
  }

  #begun(): void {
    this.#atEnd = false;
    this.#resumeFrom = undefined;
    if (this.#still) return;
    this.#newest.begin(this.#settings.clock.now());
    this.#enter("PLAYING");
  }

  #show(frame: ReceivedFrame): void {
    const still = this.#still;
    if (still && !still.takes(frame)) return;
    this.#newest.arrived(frame, this.#session?.counters().bytes ?? 0);
    this.#present(frame, still !== undefined);
    still?.arrived();
  }

  /** Shows a picture; after one out of turn PLAY goes on behind it. */
  #present(frame: ReceivedFrame, outOfTurn: boolean): void {
    if (outOfTurn) this.#resumeFrom = timeAfter(frame, this.#scale, this.#info);
    this.#events.frame?.(frame);
  }

  #ended(): void {
    if (this.#still) return this.#still.ended();
    this.#atEnd = true;
    if (this.loop) return this.#automatically(() => this.#start({ scale: this.#scale }));
    this.#enter("READY");
    this.#events.ended?.();
  }

  #failed(problem: PlayerError): void {
    const order = { from: this.#nextPlace(), scale: this.#scale };
    const wasPlaying = this.#state === "PLAYING";
    this.#still?.ended();
    this.#drop();
    if (this.#settings.reconnect && wasPlaying && mayPass(problem)) {
      this.#order = order;
      this.#reconnector.begin(order, this.#newest.frame?.arrival, problem.happened);
    } else this.#events.problem?.(problem);
  }

  #changeToTcp(): void {
    this.#events.notice?.("Nothing arrives by UDP, so the stream now comes by TCP.");
    this.#transport = "tcp";
    this.#automatically(() => this.#reopen());
  }

  /** Does what no verb asked for, if the film still plays when its turn comes. */
  #automatically(act: () => Promise<void>): void {
    void this.#inTurn(async () => {
      if (this.#session !== undefined && this.#state === "PLAYING") await act();
    }).catch((thrown) => {
      const problem = asPlayerError(thrown);
      if (problem.code !== "closed") this.#failed(problem);
    });
  }

  #comeBack(order: PlayOrder, isOff: () => boolean): Promise<void> {
    return this.#inTurn(async () => {
      if (isOff()) return;
      await this.#open();
      await this.#start(order);
    });
  }

  /** Forgets the session but not what it counted. */
  #drop(): void {
    this.#counters = this.#session?.counters() ?? this.#counters;
    this.#session?.close();
    this.#session = undefined;
    this.#atEnd = false;
    this.#resumeFrom = undefined;
    this.#enter("INIT");
  }

  #enter(state: PlayerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.state?.(state);
  }
}
