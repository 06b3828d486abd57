import type { Clock } from "../../core/clock.ts";
import { peerText } from "../../net/peer.ts";
import type { EventLog } from "./event_log.ts";
import type { Task } from "../sending/scheduler.ts";
import type { Session } from "./session.ts";

/** From one line in the log to the next, ms. */
const REPORT_INTERVAL_MS = 10_000;
/** Streams with a line of their own; those with most viewers have it. */
const MAX_REPORTED_STREAMS = 10;

/** What was sent, since the viewer came or by all who watch a stream now. */
export interface SendStats {
  /** RTP packets. */
  readonly packets: number;
  /** Bytes in them, without RTP headers. */
  readonly payloadBytes: number;
  /** Frames handed over to their last packet. */
  readonly frames: number;
  /** Frames that did not leave, or not whole, because the viewer or the system was too slow. */
  readonly droppedFrames: number;
  /** From when a frame was due (live: had come) until it began to leave, ms: the mean of the last frames. */
  readonly meanDelay: number;
  /** The longest such delay so far, ms. */
  readonly worstDelay: number;
}

/** One viewer at this moment. */
export interface ViewerStats extends SendStats {
  /** Name of the stream. */
  readonly stream: string;
  /** Address and port of its RTSP connection. */
  readonly peer: string;
  /** How its packets travel; "lab" is the assignment's dialect. */
  readonly transport: "udp" | "tcp" | "lab";
  /** Whether frames leave now. */
  readonly playing: boolean;
  /** Since SETUP. */
  readonly seconds: number;
  /** Packets that the viewer missed, by its own reports; undefined where it has sent none. */
  readonly reportedLost?: number;
}

/** One stream and all who watch it at this moment. */
export interface StreamStats extends SendStats {
  /** Name of the stream. */
  readonly stream: string;
  /** Whether it is no film. */
  readonly live: boolean;
  /** Sessions of it, playing or not. */
  readonly viewers: number;
  /** Bits a second that all of them take while they play. */
  readonly bitrate: number;
}

/** The figures of one session. */
export function viewerStats(session: Session, now: number): ViewerStats {
  const { reception } = session;
  return {
    stream: session.streamName,
    peer: peerText(session.remote),
    transport: session.delivery.kind,
    playing: session.viewer.playing,
    seconds: (now - session.started) / 1000,
    ...sentOf(session),
    ...(reception === undefined ? {} : { reportedLost: reception.cumulativeLost }),
  };
}

/** The figures of all sessions by stream, those with most viewers first. */
export function streamStats(sessions: readonly Session[]): StreamStats[] {
  const streams = new Map<string, StreamStats>();
  for (const session of sessions) {
    const { streamName: stream, live, bitrate } = session;
    const own = { stream, live, viewers: 1, bitrate, ...sentOf(session) };
    const before = streams.get(stream);
    streams.set(stream, before ? together(before, own) : own);
  }
  return [...streams.values()].sort((a, b) => b.viewers - a.viewers);
}

function sentOf({ viewer: { sender, delay }, delivery }: Session): SendStats {
  return {
    packets: sender.packets,
    payloadBytes: sender.payloadBytes,
    frames: sender.frames,
    droppedFrames: delivery.droppedFrames,
    meanDelay: delay.mean,
    worstDelay: delay.worst,
  };
}

function together(a: StreamStats, b: StreamStats): StreamStats {
  const viewers = a.viewers + b.viewers;
  return {
    stream: a.stream,
    live: a.live,
    viewers,
    bitrate: a.bitrate + b.bitrate,
    packets: a.packets + b.packets,
    payloadBytes: a.payloadBytes + b.payloadBytes,
    frames: a.frames + b.frames,
    droppedFrames: a.droppedFrames + b.droppedFrames,
    meanDelay: (a.meanDelay * a.viewers + b.meanDelay * b.viewers) / viewers,
    worstDelay: Math.max(a.worstDelay, b.worstDelay),
  };
}

/** Writes a line for every stream that is watched into the log, at level debug, every ten seconds. */
export class StatisticsLog implements Task {
  constructor(
    private readonly streams: () => readonly StreamStats[],
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** When the first line is due (clock ms). */
  get first(): number {
    return this.clock.now() + REPORT_INTERVAL_MS;
  }

  step(now: number): number {
    for (const { stream, viewers, bitrate, ...sent } of this.streams().slice(0, MAX_REPORTED_STREAMS)) {
      this.events.debug(
        "{stream}: {viewers} viewers, {megabits} Mbit/s, {frames} frames in {packets} packets, {droppedFrames} dropped, " +
          "{meanDelay} ms late, {worstDelay} ms at worst",
        {
          stream,
          viewers,
          megabits: Number((bitrate / 1e6).toFixed(1)),
          frames: sent.frames,
          packets: sent.packets,
          droppedFrames: sent.droppedFrames,
          meanDelay: Number(sent.meanDelay.toFixed(1)),
          worstDelay: Number(sent.worstDelay.toFixed(1)),
        },
      );
    }
    return now + REPORT_INTERVAL_MS;
  }

  failed(thrown: unknown): void {
    this.events.error("Cannot write statistics: {reason}", { reason: String(thrown) });
  }
}
