import type { Clock } from "../../core/clock.ts";
import type { Random } from "../../core/random.ts";
import type { WireLog } from "../inspection/wire_log.ts";
import type { Login } from "../login/login.ts";
import type { PlayerNetwork } from "../network.ts";
import type { PlayerError, PlayerStats, PlayerTimeouts, ReceivedFrame, StreamInfo } from "../player_types.ts";

/** What a session has counted since SETUP: the raw part of `PlayerStats`. */
export type SessionCounters = Pick<
  PlayerStats,
  | "frames"
  | "packets"
  | "bytes"
  | "lostPackets"
  | "damagedFrames"
  | "repairedFrames"
  | "duplicates"
  | "reordered"
  | "drops"
  | "jitterMs"
  | "scale"
  | "bufferMs"
  | "latencyMs"
>;

/** The counters before anything has come. */
export const NOTHING_COUNTED: SessionCounters = {
  frames: 0,
  packets: 0,
  bytes: 0,
  lostPackets: 0,
  damagedFrames: 0,
  repairedFrames: 0,
  duplicates: 0,
  reordered: 0,
  drops: {},
  jitterMs: 0,
  scale: 1,
  bufferMs: 0,
  latencyMs: undefined,
};

/** What is to be played; everything may be left out. */
export interface PlayOrder {
  /** Seconds; left out: from where the film stands. */
  readonly from?: number | undefined;
  /** Seconds; left out: to the end. */
  readonly until?: number | undefined;
  /** Speed, below 0 backwards; left out: 1. */
  readonly scale?: number | undefined;
}

/** What a session tells the player. */
export interface SessionListener {
  /** PLAY was accepted; comes before its first frame. */
  playing(): void;
  frame(frame: ReceivedFrame): void;
  /** The film is over: nothing more will come until the next PLAY. */
  ended(): void;
  /** Nothing has come by UDP since PLAY, and TCP may help. */
  silent(): void;
  /** The session is dead, and closed; no request waited for it. */
  failed(problem: PlayerError): void;
}

/** What a session is made with. */
export interface SessionContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: PlayerNetwork;
  readonly timeouts: PlayerTimeouts;
  readonly listener: SessionListener;
  readonly login: Login;
  /** Whether the strips of damaged pictures are shown over the picture before, at this moment. */
  readonly repair: () => boolean;
  /** Fixes how long pictures are held, milliseconds; undefined lets the network decide. */
  readonly latencyMs: number | undefined;
  /** Is told everything that passes between player and server. */
  readonly wire?: WireLog | undefined;
  /** Aborting gives up opening. */
  readonly signal: AbortSignal;
}

/**
 * A stream that is set up, in either control dialect: what lies under the four verbs. Requests reject with a
 * `PlayerError`; the player calls one at a time.
 */
export interface MediaSession {
  readonly info: StreamInfo;
  readonly transport: "udp" | "tcp";
  /** Whether it can never play again: the connection is gone. */
  readonly closed: boolean;
  play(order: PlayOrder): Promise<void>;
  pause(): Promise<void>;
  /** Says goodbye to the server, for at most `patience` milliseconds, and closes. Never rejects. */
  teardown(patience: number): Promise<void>;
  /** Frees everything at once. */
  close(): void;
  counters(): SessionCounters;
}

/** Waiting times where the options name none. */
export const DEFAULT_TIMEOUTS: PlayerTimeouts = {
  request: 10_000,
  udpSilence: 3000,
  firstAnswer: 1000,
  endSilence: 2000,
  mediaSilence: 10_000,
};
