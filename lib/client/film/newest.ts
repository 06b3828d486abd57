import type { SessionCounters } from "../control/media_session.ts";
import type { PlayerStats, ReceivedFrame } from "../player_types.ts";
import { Rates } from "../rates.ts";
import { FrameHistory } from "./frame_history.ts";

/** The picture that is shown, those before it, and how fast they come; pure. */
export class Newest {
  readonly #history = new FrameHistory();
  readonly #rates = new Rates();
  #frame: ReceivedFrame | undefined;

  get frame(): ReceivedFrame | undefined {
    return this.#frame;
  }

  /** A picture has arrived; `totalBytes` is the session's count so far. */
  arrived(frame: ReceivedFrame, totalBytes: number): void {
    this.#rates.frame(frame.arrival, totalBytes);
    this.#history.add(frame);
    this.#frame = frame;
  }

  /** An earlier picture is shown again; undefined if it is not remembered. */
  recall(index: number): ReceivedFrame | undefined {
    const frame = this.#history.get(index);
    this.#frame = frame ?? this.#frame;
    return frame;
  }

  /** Rates count from clock time `now` on. */
  begin(now: number): void {
    this.#rates.begin(now);
  }

  /** Another session numbers its pictures anew; the one that is shown stays. */
  forgetOthers(): void {
    this.#history.clear();
  }

  /** Nothing is shown any more. */
  clear(): void {
    this.#history.clear();
    this.#frame = undefined;
  }

  /** The part of the statistics that is known here, at clock time `now`. */
  stats(now: number, playing: boolean): Omit<PlayerStats, keyof SessionCounters | OtherStats> {
    return {
      fps: playing ? this.#rates.fps(now) : 0,
      kbps: playing ? this.#rates.kbps(now) : 0,
      frameIndex: this.#frame?.index,
      mediaTime: this.#frame?.mediaTime,
      pictureAge: this.#frame && Math.max(0, now - this.#frame.arrival),
    };
  }
}

type OtherStats = "state" | "dialect" | "transport" | "reconnecting";
