import { errorMessage } from "../../core/errors.ts";
import type { WrittenFilm } from "../../media/writers/open_writer.ts";
import type { ReceivedFrame } from "../player_types.ts";
import { quote } from "../control/problems.ts";
import { FilmTimes } from "./film_times.ts";

/** Bytes of pictures that wait for a slow disk; beyond it pictures are left out and counted. */
export const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** How far a recording is. */
export interface RecordProgress {
  /** Pictures in the file. */
  readonly frames: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Seconds from the first picture to the newest. */
  readonly seconds: number;
  /** Pictures left out because the disk was too slow. */
  readonly dropped: number;
}

/** Keeps what a player shows, as it came, in a film on the disk. It never makes the player wait. */
export class Recorder {
  readonly #film: WrittenFilm;
  readonly #times = new FilmTimes();
  readonly #ended = Promise.withResolvers<string | undefined>();
  #queue: ReceivedFrame[] = [];
  #waiting = 0;
  #frames = 0;
  #seconds = 0;
  #dropped = 0;
  #state: "idle" | "writing" | "stopping" | "over" = "idle";

  /** Takes over `film` and closes it in the end. */
  constructor(film: WrittenFilm) {
    this.#film = film;
  }

  get progress(): RecordProgress {
    return {
      frames: this.#frames,
      bytes: this.#film.writer.size,
      seconds: this.#seconds,
      dropped: this.#dropped,
    };
  }

  /** Resolves when the file is closed: with undefined after `stop()`, else with why it ended early, for a person. */
  get ended(): Promise<string | undefined> {
    return this.#ended.promise;
  }

  /** Takes the next picture and returns at once. */
  frame(frame: ReceivedFrame): void {
    if (this.#state === "stopping" || this.#state === "over") return;
    if (this.#waiting + frame.data.length > MAX_WAITING_BYTES) {
      this.#dropped++;
      return;
    }
    this.#waiting += frame.data.length;
    this.#queue.push(frame);
    if (this.#state === "idle") void this.#write();
  }

  /** Writes what waits and what belongs to the end, and closes the file. Resolves as `ended`. */
  stop(): Promise<string | undefined> {
    const idle = this.#state === "idle";
    if (this.#state !== "over") this.#state = "stopping";
    if (idle) void this.#write();
    return this.ended;
  }

  async #write(): Promise<void> {
    if (this.#state === "idle") this.#state = "writing";
    try {
      for (let frame = this.#queue.shift(); frame; frame = this.#queue.shift()) await this.#keep(frame);
    } catch (thrown) {
      return await this.#end(whyItEnded(thrown));
    }
    if (this.#state === "stopping") await this.#end(undefined);
    else this.#state = "idle";
  }

  async #keep(frame: ReceivedFrame): Promise<void> {
    const { data, width, height } = frame;
    const time = this.#times.next(frame);
    await this.#film.writer.write({ data, time, width, height });
    this.#waiting -= data.length;
    this.#frames++;
    this.#seconds = time;
  }

  async #end(problem: string | undefined): Promise<void> {
    this.#state = "over";
    this.#queue = [];
    let reason = problem;
    try {
      await this.#film.writer.finish();
    } catch (thrown) {
      reason ??= whyItEnded(thrown);
    }
    this.#film.close();
    this.#ended.resolve(reason);
  }
}

/** What stopped a recording, for a person. The file plays up to there. */
function whyItEnded(thrown: unknown): string {
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  const message = quote(errorMessage(thrown));
  const isFull = code === "ENOSPC" || code === "EDQUOT" || /no space left|disk quota|not enough space/i.test(message);
  return `The recording has ended: ${isFull ? "the disk is full, make room" : message}. What was written plays.`;
}
