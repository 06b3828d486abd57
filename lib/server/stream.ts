import type { Clock } from "../core/clock.ts";
import type { Delivery } from "./delivery.ts";
import type { MediaForm } from "./media_form.ts";
import type { RtpSender } from "./rtp_sender.ts";

/** What a client must know before it sets a stream up. */
export interface StreamFacts {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** Seconds; undefined for a live stream, and while a large film is still being measured. */
  readonly duration?: number;
}

/** What PLAY asks for, seconds. */
export interface PlayRange {
  /** Left out: from where the viewer stands. */
  readonly start?: number;
  /** Left out: to the end. The end itself is not played. */
  readonly end?: number;
}

/** What PLAY answers. */
export interface PlayStart {
  /** Media time of the first frame, seconds; undefined for a live stream: from now on. */
  readonly start?: number;
  readonly end?: number;
  /** Number and RTP timestamp of the first packet. */
  readonly sequence: number;
  readonly timestamp: number;
}

/** Numbers that a viewer's packets carry, and where they go. */
export interface ViewerOptions {
  readonly form: MediaForm;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly ssrc: number;
  readonly firstSequence: number;
  readonly firstTimestamp: number;
  /** Name of this source in sender reports; left out: no RTCP at all, for the assignment's clients. */
  readonly cname?: string;
  /** Told when the end of the range, the film or the feed was reached. */
  readonly onEnd: (reason: string) => void;
  /** Told when the viewer failed by an error of ours. */
  readonly onFailure: (thrown: unknown) => void;
}

/** One who watches a stream. */
export interface Viewer {
  readonly sender: RtpSender;
  readonly playing: boolean;
  /** Whether the end of the film was reached, and nothing is left to go on with. */
  readonly atEnd: boolean;
  /** Starts or seeks. Throws RtspError 457 for a range outside the stream. */
  play(range: PlayRange): PlayStart;
  pause(): void;
  /** Says BYE and ends. Harmless when repeated. */
  close(): void;
}

/** A film or a live feed as something that many can watch. */
export interface Stream {
  readonly name: string;
  readonly live: boolean;
  /** Throws RtspError 415 if RFC 2435 cannot carry it, with the reason as reason phrase, and 503 before the first picture. */
  describe(): Promise<StreamFacts>;
  /** Length and rate of a film, whatever form can carry it; undefined for a live stream. */
  measure(): Promise<{ frameCount: number; frameRate: number; duration: number } | undefined>;
  watch(options: ViewerOptions): Viewer;
}
