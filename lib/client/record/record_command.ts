import { type Clock, systemClock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { createFilm, type WrittenFilm } from "../../media/writers/open_writer.ts";
import type { RecordCommand } from "../arguments.ts";
import { Player } from "../player.ts";
import { type CommandContext, fileProblem } from "./command_context.ts";
import { describeProgress } from "./progress.ts";
import { Recorder } from "./recorder.ts";

/** Milliseconds between two looks at a recording on a terminal, and between two plain lines about it. */
const BAR_INTERVAL = 250;
const LINE_INTERVAL = 10_000;

/** Keeps a stream as a film until its end, `--duration` or the signal. Resolves with the exit code. */
export async function record(command: RecordCommand, context: CommandContext): Promise<number> {
  return await new Recording(command, context).run();
}

/** One recording from its first request to its last line. */
class Recording {
  readonly #command: RecordCommand;
  readonly #context: CommandContext;
  readonly #clock: Clock;
  readonly #player: Player;
  #recorder: Recorder | undefined;
  /** Resolves with why the film is at its end; undefined for what was asked for. */
  readonly #end = Promise.withResolvers<string | undefined>();
  readonly #timers = new Set<() => void>();

  constructor(command: RecordCommand, context: CommandContext) {
    this.#command = command;
    this.#context = context;
    this.#clock = context.clock ?? systemClock;
    const options = { ...command, clock: this.#clock, ...(context.network && { network: context.network }) };
    this.#player = new Player(command.source, options, {
      frame: (frame) => this.#recorder?.frame(frame),
      notice: (message) => {
        context.progress?.("");
        context.warn(message);
      },
      problem: ({ message }) => this.#end.resolve(message),
      ended: () => this.#end.resolve(undefined),
    });
  }

  async run(): Promise<number> {
    const stop = () => this.#end.resolve(undefined);
    const { signal } = this.#context;
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    this.#start().catch((thrown) => this.#end.resolve(errorMessage(thrown)));
    const problem = await this.#end.promise;
    for (const cancel of this.#timers) cancel();
    signal?.removeEventListener("abort", stop);
    await this.#player.close();
    return this.#conclude(await this.#recorder?.stop() ?? problem);
  }

  /** The file is made when the stream is there: what fails before must not cost a film that is to be replaced. */
  async #start(): Promise<void> {
    await this.#player.setup();
    const { output, force, duration } = this.#command;
    let film: WrittenFilm;
    try {
      film = await createFilm(output, { replace: force });
    } catch (thrown) {
      return this.#end.resolve(fileProblem(thrown, output));
    }
    this.#recorder = new Recorder(film);
    void this.#recorder.ended.then((problem) => this.#end.resolve(problem));
    await this.#player.play();
    if (duration !== undefined) this.#after(duration * 1000, () => this.#end.resolve(undefined));
    this.#report();
  }

  #after(milliseconds: number, act: () => void): void {
    const cancel = this.#clock.at(this.#clock.now() + milliseconds, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }

  /** On a terminal one line that changes, elsewhere a line now and then. */
  #report(): void {
    const { progress, warn } = this.#context;
    this.#after(progress ? BAR_INTERVAL : LINE_INTERVAL, () => {
      (progress ?? warn)(describeProgress(this.#recorder!.progress, this.#span()));
      this.#report();
    });
  }

  /** Seconds that the film will have, if that is known. */
  #span(): number | undefined {
    const range = this.#player.info?.range;
    const whole = range?.end === undefined ? Infinity : range.end - range.start;
    const span = Math.min(this.#command.duration ?? Infinity, whole);
    return span < Infinity ? span : undefined;
  }

  #conclude(problem: string | undefined): number {
    const { print, warn, progress } = this.#context;
    progress?.("");
    const kept = this.#recorder?.progress;
    if (kept && kept.frames > 0) print(`${this.#command.output}: ${describeProgress(kept)}`);
    const isEmpty = kept === undefined || kept.frames === 0;
    const failure = problem ??
      (isEmpty
        ? "The recording ended before its first picture. Record for longer, or check that the film is not empty."
        : undefined);
    if (failure !== undefined) warn(failure);
    return failure === undefined ? 0 : 1;
  }
}
