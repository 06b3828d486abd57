import { errorMessage } from "../../core/errors.ts";
import type { WrittenFilm } from "../../media/writers/open_writer.ts";
import type { ReceivedFrame } from "../player_types.ts";
import { describeProgress } from "../record/progress.ts";
import { Recorder } from "../record/recorder.ts";
import type { RecordFormat, RecordingState, SavingState } from "./protocol.ts";

/** Where pictures and films are kept; `title` is the stream's name in the server's words. */
export interface Shelf {
  /** Folder of the pictures. */
  readonly pictures: string;
  /** Folder of the films. */
  readonly films: string;
  /** Writes the picture as it was received. Resolves with the path. */
  savePicture(title: string, frame: ReceivedFrame): Promise<string>;
  /** Makes a film that nobody has written into yet. */
  createFilm(title: string, format: RecordFormat): Promise<{ readonly path: string; readonly film: WrittenFilm }>;
}

/** What most other programs play. */
const DEFAULT_FORMAT: RecordFormat = "avi";

/** Keeps pictures and films for the pages, and tells a person where and how it went. */
export class Keeping {
  readonly #shelf: Shelf | undefined;
  readonly #notice: (message: string) => void;
  #recorder: Recorder | undefined;
  #path = "";
  #format: RecordFormat | undefined;
  /** Recordings begin and end one after the other. */
  #turn: Promise<void> = Promise.resolve();

  /** Without a `shelf` nothing can be kept. */
  constructor(shelf: Shelf | undefined, notice: (message: string) => void) {
    this.#shelf = shelf;
    this.#notice = notice;
  }

  /** Where things are kept; undefined where nothing can be. */
  get saving(): SavingState | undefined {
    return this.#shelf && { pictures: this.#shelf.pictures, films: this.#shelf.films, format: this.#format };
  }

  /** How far the recording is; undefined while there is none. */
  get recording(): RecordingState | undefined {
    return this.#recorder && { ...this.#recorder.progress, path: this.#path };
  }

  /** The stream plays this picture. */
  frame(frame: ReceivedFrame): void {
    this.#recorder?.frame(frame);
  }

  /** Saves one picture. Never rejects. */
  async savePicture(title: string, frame: ReceivedFrame): Promise<void> {
    if (this.#shelf === undefined) return;
    try {
      this.#notice(`Snapshot saved: ${await this.#shelf.savePicture(title, frame)}`);
    } catch (thrown) {
      this.#notice(unsaved("The snapshot could not be saved", thrown));
    }
  }

  /** Begins to record, unless a recording is going on; as the last one if no format is given. Never rejects. */
  record(title: string, format: RecordFormat = this.#format ?? DEFAULT_FORMAT): Promise<void> {
    return this.#turn = this.#turn.then(async () => {
      if (this.#shelf === undefined || this.#recorder !== undefined) return;
      this.#format = format;
      try {
        const { path, film } = await this.#shelf.createFilm(title, format);
        const recorder = new Recorder(film);
        this.#recorder = recorder;
        this.#path = path;
        void recorder.ended.then((reason) => this.#ended(recorder, reason));
      } catch (thrown) {
        this.#notice(unsaved("The film could not be recorded", thrown));
      }
    });
  }

  /** Ends the recording, if there is one, and closes its file. Never rejects. */
  stop(): Promise<void> {
    return this.#turn = this.#turn.then(async () => {
      await this.#recorder?.stop();
    });
  }

  #ended(recorder: Recorder, reason: string | undefined): void {
    if (this.#recorder === recorder) this.#recorder = undefined;
    const kept = `${this.#path}: ${describeProgress(recorder.progress)}`;
    this.#notice(reason === undefined ? `Recorded ${kept}` : `${reason} ${kept}`);
  }
}

function unsaved(what: string, thrown: unknown): string {
  return `${what}: ${errorMessage(thrown)}. See that the disk has room and that the folder may be written.`;
}
