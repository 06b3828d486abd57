import type { Bytes } from "../core/bytes.ts";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";

/** RTSP client states (RFC 2326 appendix A.1); recording has no place in a player. */
export type PlayerState = "INIT" | "READY" | "PLAYING";

/** What to play: an RTSP URL, or the four values of the networking assignment. */
export type Source =
  | { readonly kind: "rtsp"; readonly url: string }
  | {
    readonly kind: "lab";
    readonly host: string;
    readonly port: number;
    /** UDP port of the player for RTP; 0 lets the system choose. */
    readonly rtpPort: number;
    readonly file: string;
  };

/** How RTP travels: "auto" is UDP, and TCP when nothing arrives by UDP. */
export type TransportChoice = "auto" | "udp" | "tcp";

/** Waiting times of a player, in milliseconds. */
export interface PlayerTimeouts {
  /** To connect, and for the answer to a request (robustness R18). */
  readonly request: number;
  /** Silence after PLAY by UDP before "auto" changes to TCP. */
  readonly udpSilence: number;
  /** For the first answer before the server is asked in the assignment's dialect. */
  readonly firstAnswer: number;
  /** Silence that ends a stream of the assignment, or a stream whose range has been played. */
  readonly endSilence: number;
  /** No media at all while playing before it is called a problem. */
  readonly mediaSilence: number;
}

/** Settings of a player; all have defaults. */
export interface PlayerOptions {
  /** How RTP is to travel; "auto" by default. */
  readonly transport?: TransportChoice;
  /** Even UDP port for RTP, the next one is for RTCP; absent or 0: any free pair. */
  readonly rtpPort?: number;
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
  /** Where identifiers come from; the machine's random source by default. */
  readonly random?: Random;
  /** Waiting times that differ from the defaults. */
  readonly timeouts?: Partial<PlayerTimeouts>;
  /** Whether the player tries again by itself when the server goes away while it plays; default not. */
  readonly reconnect?: boolean;
  /** Whether a film begins anew at its end; default not. */
  readonly loop?: boolean;
  /**
   * Whether what has come of a damaged picture is shown over the picture before it, where restart markers allow it;
   * default not. Such pictures are marked and counted.
   */
  readonly repair?: boolean;
  /**
   * How long pictures are held so that they are shown evenly, in milliseconds from the quickest one on; by default as
   * long as the network needs, which is 0 on a clean one.
   */
  readonly latencyMs?: number;
}

/** Where and how to play. */
export interface PlayChoice {
  /** Seconds from the start of the film; without it the film goes on where it stands. */
  readonly from?: number;
  /** Speed, below 0 backwards: a wish, `PlayerStats.scale` tells what was granted. Without it that of the last PLAY. */
  readonly scale?: number;
}

/** The player is without its server and tries again. */
export interface Reconnecting {
  /** The next try, counted from 1. */
  readonly attempt: number;
  /** When it begins, clock milliseconds. */
  readonly nextTry: number;
  /** When the last picture arrived, clock milliseconds: the picture on the screen is stale since then. */
  readonly since: number | undefined;
  /** Why: one sentence for a person. */
  readonly reason: string;
}

/** One picture as it came off the wire. */
export interface ReceivedFrame {
  /** One whole JPEG. Nobody writes into it. */
  readonly data: Bytes;
  /** Frame number from 0: of the media where the media time or the assignment's sequence tells it, else a running one. */
  readonly index: number;
  /** Media time in seconds, where the server's RTP-Info lets it be known. */
  readonly mediaTime: number | undefined;
  /** Pixels. */
  readonly width: number;
  /** Height of the picture, pixels. */
  readonly height: number;
  /** Clock milliseconds (see lib/core/clock.ts) at which its last packet arrived. */
  readonly arrival: number;
  /** Whether a part of it is of the picture before it, because its own part was lost (`PlayerOptions.repair`). */
  readonly repaired?: boolean;
}

/** Counters since SETUP and rates over the last seconds. */
export interface PlayerStats {
  /** Where the session stands. */
  readonly state: PlayerState;
  /** Standard RTSP, or the assignment's dialect. */
  readonly dialect: "rtsp" | "lab";
  /** How RTP travels now; undefined before SETUP. */
  readonly transport: "udp" | "tcp" | undefined;
  /** Whole pictures received. */
  readonly frames: number;
  /** RTP packets received. */
  readonly packets: number;
  /** Bytes of RTP packets with their headers. */
  readonly bytes: number;
  /** Packets that never came (RFC 3550 A.3); never below 0. */
  readonly lostPackets: number;
  /** Pictures that were dropped because a part was missing or wrong. */
  readonly damagedFrames: number;
  /** Damaged pictures that were shown all the same, over the picture before (`PlayerOptions.repair`). */
  readonly repairedFrames: number;
  /** Packets that came more than once. */
  readonly duplicates: number;
  /** Packets that came after a later one. */
  readonly reordered: number;
  /** Packets that were no use, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** Pictures a second, over about the last 2 seconds. */
  readonly fps: number;
  /** Kilobits of RTP a second, over about the last 2 seconds. */
  readonly kbps: number;
  /** Interarrival jitter (RFC 3550 6.4.1) in milliseconds. */
  readonly jitterMs: number;
  /** How long pictures are held now to be shown evenly, milliseconds. */
  readonly bufferMs: number;
  /**
   * From the sender's clock to the showing of the newest picture, milliseconds; undefined before the first sender report,
   * and where the two clocks plainly do not agree.
   */
  readonly latencyMs: number | undefined;
  /** Frame number and media time of the newest picture. */
  readonly frameIndex: number | undefined;
  /** Media time of the newest picture, seconds. */
  readonly mediaTime: number | undefined;
  /** Milliseconds since the newest picture arrived. */
  readonly pictureAge: number | undefined;
  /** Speed that the server granted last: 1 is normal, below 0 backwards. */
  readonly scale: number;
  /** Whether the server is away and the player tries to reach it again. */
  readonly reconnecting: boolean;
}

/** Something a person must know. `message` says what happened and what to do next; it is plain text. */
export interface PlayerProblem {
  /** Its kind, for programs. */
  readonly code: ProblemCode;
  /** What happened and what to do next, for a person. */
  readonly message: string;
  /** With "unauthorized": what name and password are for, in the server's words, at most 120 characters; may be empty. */
  readonly realm?: string;
  /** With "unauthorized": whether a name and a password were given, and the server does not take them. */
  readonly loginRefused?: boolean;
}

/** Kinds of problems, for programs: a page may choose an icon or a button by them. */
export type ProblemCode =
  | "bad-source"
  | "unreachable"
  | "not-found"
  | "unauthorized"
  | "unsupported"
  | "refused"
  | "port-taken"
  | "no-answer"
  | "protocol"
  | "no-media"
  | "server-gone"
  | "wrong-state"
  | "closed";

/** What a player tells while it works. No listener may throw. */
export interface PlayerEvents {
  /** A picture has arrived whole. */
  frame?(frame: ReceivedFrame): void;
  /** The session has changed its state. */
  state?(state: PlayerState): void;
  /** The stream failed while nobody waited for a request; a failed request rejects instead. State is INIT afterwards. */
  problem?(problem: PlayerProblem): void;
  /** UDP brought nothing and the player goes on by TCP, or the server speaks the assignment's dialect: `message` is for a person. */
  notice?(message: string): void;
  /** The film has been played to its end; state is READY, or INIT where the server closed. Not with `loop`. */
  ended?(): void;
  /** The server is away; comes before each try, and with undefined when it is over. State is INIT meanwhile. */
  reconnecting?(progress: Reconnecting | undefined): void;
}

/** Where the stream can be played from and to, in seconds; `end` is undefined for a live stream. */
export interface PlayerRange {
  /** First moment, seconds. */
  readonly start: number;
  /** Last moment, seconds; undefined for a live stream. */
  readonly end: number | undefined;
}

/** What SETUP has learned about the stream. */
export interface StreamInfo {
  /** Standard RTSP, or the assignment's dialect. */
  readonly dialect: "rtsp" | "lab";
  /** Name for a title bar: plain text from the network, at most 200 characters. */
  readonly title: string;
  /** Address without user name and password. */
  readonly address: string;
  /** What can be sought; undefined where the server tells none. */
  readonly range: PlayerRange | undefined;
  /** Pictures a second, where the server tells it. */
  readonly frameRate: number | undefined;
  /** Pixels, where the server tells it. */
  readonly width: number | undefined;
  /** Pixels, where the server tells it. */
  readonly height: number | undefined;
}

/**
 * The four verbs of a player. Each resolves when the server has answered and rejects with a `PlayerError` whose message
 * is for a person. A verb whose state is reached already resolves at once; verbs that overlap run one after the other.
 */
export interface PlayerControl {
  /** What it plays. */
  readonly source: Source;
  /** Where the session stands. */
  readonly state: PlayerState;
  /** Known from SETUP on. */
  readonly info: StreamInfo | undefined;
  /** INIT to READY. */
  setup(): Promise<void>;
  /** Whether a film begins anew at its end. */
  loop: boolean;
  /** Whether damaged pictures are shown over the picture before them, from now on (`PlayerOptions.repair`). */
  repair: boolean;
  /** READY to PLAYING; sets up first in INIT. Goes to another place or speed while it plays. */
  play(choice?: PlayChoice): Promise<void>;
  /**
   * Goes to the picture that is shown at `seconds`, held inside the film. While it plays it plays on from there; else that
   * one picture comes and the state stays READY. Rejects for a live stream.
   */
  seek(seconds: number): Promise<void>;
  /**
   * Pauses, and shows the picture after (1) or before (-1) the newest one: from memory, or the server is asked for it. At
   * the ends of a film it does nothing. Rejects where a live stream's picture is not remembered.
   */
  step(direction: 1 | -1): Promise<void>;
  /** Lets RTP travel otherwise from now on, resuming at the same place. */
  changeTransport(choice: TransportChoice): Promise<void>;
  /**
   * Takes name and password for the server that answered with the problem "unauthorized"; the next verb uses them. They
   * are kept in memory alone, and given to no other server.
   */
  login(username: string, password: string): void;
  /** PLAYING to READY. */
  pause(): Promise<void>;
  /** To INIT; `setup()` may follow. */
  teardown(): Promise<void>;
  /** The figures of this moment. */
  stats(): PlayerStats;
  /** Tears down if needed and frees everything, within a second. Never rejects; the player is of no use afterwards. */
  close(): Promise<void>;
}

/** A verb that failed: `code` for programs, `message` for a person. */
export class PlayerError extends Error implements PlayerProblem {
  /** The class's name, as it stands in a stack trace. */
  override readonly name = "PlayerError";

  /** What name and password are for, where the server asks for them. */
  readonly realm?: string;
  /** Whether a name and a password were given, and the server does not take them. */
  readonly loginRefused?: boolean;
  /** The first part of `message`: what happened, without what to do next. */
  readonly happened: string;

  /** `code` is the kind of problem; `happened` and `advice` are sentences for a person and make up the message. */
  constructor(
    readonly code: ProblemCode,
    happened: string,
    options: ErrorOptions & Pick<PlayerProblem, "realm" | "loginRefused"> & { readonly advice?: string } = {},
  ) {
    const { realm, loginRefused, advice, ...rest } = options;
    super(advice === undefined ? happened : `${happened} ${advice}`, rest);
    this.happened = happened;
    if (realm !== undefined) this.realm = realm;
    if (loginRefused !== undefined) this.loginRefused = loginRefused;
  }
}
