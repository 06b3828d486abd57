import { join } from "@std/path";
import { errorMessage } from "../../core/errors.ts";
import type { RecentStream } from "./recent_stream.ts";
import { forget, MAX_FILE_LENGTH, readRecent, remember, writeRecent } from "./recent_streams.ts";

const NAME = "recent-streams.json";

/**
 * The recent streams in a file. Nothing here ever fails: a file that cannot be read counts as empty, and what cannot be
 * written is remembered until the end of the run; either is told once.
 */
export class RecentFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #warn: (line: string) => void;
  readonly #told = new Set<string>();
  /** What could not be written. */
  #unwritten: readonly RecentStream[] | undefined;
  /** One change after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** `folder` is made when there is something to keep; `warn` takes lines for a person. */
  constructor(folder: string, warn: (line: string) => void) {
    this.#folder = folder;
    this.#path = join(folder, NAME);
    this.#warn = warn;
  }

  /** The streams, newest first. */
  list(): Promise<readonly RecentStream[]> {
    return this.#inTurn(() => this.#read());
  }

  /** Puts a stream in front. Resolves with the new list. */
  remember(stream: RecentStream): Promise<readonly RecentStream[]> {
    return this.#inTurn(async () => await this.#write(remember(await this.#read(), stream)));
  }

  /** Removes one stream, or all. Resolves with the new list. */
  forget(words?: readonly string[]): Promise<readonly RecentStream[]> {
    return this.#inTurn(async () => await this.#write(forget(await this.#read(), words)));
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done;
    return done;
  }

  /** Reads the file each time: other players write it too. */
  async #read(): Promise<readonly RecentStream[]> {
    if (this.#unwritten !== undefined) return this.#unwritten;
    try {
      const { size } = await Deno.stat(this.#path);
      if (size > MAX_FILE_LENGTH) throw new RangeError(`It is ${size} bytes long`);
      return readRecent(await Deno.readTextFile(this.#path));
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.NotFound)) {
        this.#tell(`The recent streams in ${this.#path} cannot be read and are left out: ${errorMessage(thrown)}`);
      }
      return [];
    }
  }

  async #write(streams: readonly RecentStream[]): Promise<readonly RecentStream[]> {
    try {
      await this.#replace(writeRecent(streams));
      this.#unwritten = undefined;
    } catch (thrown) {
      this.#tell(`The recent streams cannot be kept in ${this.#folder}: ${errorMessage(thrown)}`);
      this.#unwritten = streams;
    }
    return streams;
  }

  /** The whole new file stands there, or the old one. Nobody else on the machine need know what was watched. */
  async #replace(text: string): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const unfinished = await Deno.makeTempFile({ dir: this.#folder, prefix: NAME });
    try {
      await Deno.writeTextFile(unfinished, text);
      await Deno.rename(unfinished, this.#path);
    } catch (thrown) {
      await Deno.remove(unfinished).catch(() => {});
      throw thrown;
    }
  }

  #tell(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#warn(line);
  }
}
