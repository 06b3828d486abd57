import type { Clock } from "../../core/clock.ts";
import type { DelayMeter } from "./delay_meter.ts";
import type { Delivery } from "../sending/delivery.ts";
import type { MediaForm } from "../forms/media_form.ts";
import type { RtpSender } from "../sending/rtp_sender.ts";

/** What a client must know before it sets a stream up. */
export interface StreamFacts {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second; undefined where frames have times of their own, so that numbers tell no times. */
  readonly frameRate?: number;
  /** Seconds; undefined for a live stream, and while a large film is still being measured. */
  readonly duration?: number;
}

/** What PLAY asks for. */
export interface PlayOrder {
  /** Seconds. Left out: from where the viewer stands. */
  readonly start?: number;
  /** Seconds. Left out: to the end. Forward, the end itself is not played. */
  readonly end?: number;
  /** Media time against presentation time (RFC 2326 section 12.34), negative: backwards; 1 by default. */
  readonly scale?: number;
  /** Presentation time against delivery (RFC 2326 section 12.35); 1 by default. */
  readonly speed?: number;
  /** Clock ms, at which the first frame is to leave. Left out: at once. */
  readonly at?: number;
}

/** How fast a viewer's film runs, and how fast its packets leave. */
export interface Pace {
  readonly scale: number;
  readonly speed: number;
}

/** What PLAY answers. */
export interface PlayStart extends Pace {
  /** Media time of the first frame, seconds; undefined for a live stream: from now on. */
  readonly start?: number;
  readonly end?: number;
  /** Number and RTP timestamp of the first packet; undefined where others will be played before it. */
  readonly first?: { readonly sequence: number; readonly timestamp: number };
}

/** Where packets begin to count: random numbers, or those that a client expects. */
export interface FirstNumbers {
  readonly ssrc: number;
  readonly firstSequence: number;
  readonly firstTimestamp: number;
}

/** What a viewer's packets carry, and where they go. A live line that others watch already has its own numbers. */
export interface ViewerOptions extends FirstNumbers {
  readonly form: MediaForm;
  readonly delivery: Delivery;
  readonly clock: Clock;
  /** Whether `firstSequence` holds for a live line too: the assignment's clients count their frames by it. */
  readonly countsAnew?: boolean;
  /** Name of this source in sender reports; left out: no RTCP at all, for the assignment's clients. */
  readonly cname?: string;
  /** Whether a film begins again at its end, for ever. */
  readonly loop?: boolean;
  /** Told when the end of the range, the film or the feed, or the point set for PAUSE was reached. */
  readonly onEnd: (reason: string) => void;
  /** Told when the viewer failed by an error of ours. */
  readonly onFailure: (thrown: unknown) => void;
}

/** One who watches a stream. */
export interface Viewer {
  readonly sender: RtpSender;
  /** How late its frames leave. */
  readonly delay: DelayMeter;
  readonly playing: boolean;
  /** Whether the end of the film was reached, and nothing is left to go on with. */
  readonly atEnd: boolean;
  /** Starts, seeks or changes pace. Throws RtspError 457 for a range outside the stream. */
  play(order: PlayOrder): PlayStart;
  /** What `play` would answer, but for `first`; nothing changes. Throws as `play` does. */
  foresee(order: PlayOrder): PlayStart;
  /** Unix time, seconds, of media time 0; undefined where nothing tells it. */
  readonly recordedAt: number | undefined;
  /** How fast it plays, or played at last. */
  readonly pace: Pace;
  /** What is granted of a wish for pace. */
  grant(order: PlayOrder): Pace;
  /** Stops, at once or when media time `at` (seconds) is reached. Throws RtspError 457 for a time that will not be. */
  pause(at?: number): void;
  /** Says BYE and ends. Harmless when repeated. */
  close(): void;
}

/** A film or a live feed as something that many can watch. */
export interface Stream {
  readonly name: string;
  readonly live: boolean;
  /** Throws RtspError 415 if RFC 2435 cannot carry it, with the reason as reason phrase, and 503 before the first picture. */
  describe(form: MediaForm): Promise<StreamFacts>;
  /** Length and rate of a film, whatever form can carry it; undefined for a live stream. */
  measure(): Promise<{ frameCount: number; frameRate: number; duration: number } | undefined>;
  /** Bits a second that one viewer takes in that form, by the frames made ready so far; 0 before the first of them. */
  bitrateIn(form: MediaForm): number;
  watch(options: ViewerOptions): Viewer;
}
