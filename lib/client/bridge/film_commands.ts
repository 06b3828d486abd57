import type { PlayerControl } from "../player_types.ts";
import type { PageCommand } from "./protocol.ts";

/** Steps that may wait for the engine: more come from a key that is held down and are dropped. */
const MAX_WAITING_STEPS = 32;

/** What a page may ask about the film beside the four verbs. */
export type FilmCommand = Extract<PageCommand, { type: "seek" | "step" | "speed" | "loop" | "repair" | "transport" }>;

/** What `FilmCommands` tells. */
export interface FilmCommandsOptions {
  readonly player: PlayerControl;
  /** The command could not be obeyed. */
  readonly failed: (thrown: unknown) => void;
  /** Something a person should know though it is no failure. */
  readonly notice: (message: string) => void;
  /** What the pages show has changed. */
  readonly changed: () => void;
}

/** Obeys the commands about the film: of several seeks the newest counts, steps are done one by one. */
export class FilmCommands {
  readonly #options: FilmCommandsOptions;
  /** Where to go when the seek that is under way is done. */
  #target: number | undefined;
  #seeking = false;
  #steps = 0;
  /** Undefined as long as nobody asked for one. */
  #speed: number | undefined;

  constructor(options: FilmCommandsOptions) {
    this.#options = options;
  }

  /** Speed that was asked for last; undefined if none was. */
  get speed(): number | undefined {
    return this.#speed;
  }

  /** A new session plays at its own speed. */
  reset(): void {
    this.#speed = undefined;
  }

  /** Resolves when it is done; never rejects. */
  async run(command: FilmCommand): Promise<void> {
    try {
      await this.#obey(command);
    } catch (thrown) {
      this.#options.failed(thrown);
    } finally {
      this.#options.changed();
    }
  }

  #obey(command: FilmCommand): Promise<void> | void {
    const { player } = this.#options;
    switch (command.type) {
      case "seek":
        return this.#seek(command.to);
      case "step":
        return this.#step(command.direction);
      case "speed":
        return this.#changeSpeed(command.speed);
      case "loop":
        player.loop = command.loop;
        return;
      case "repair":
        player.repair = command.repair;
        return;
      case "transport":
        return player.changeTransport(command.transport);
    }
  }

  async #seek(to: number): Promise<void> {
    this.#target = to;
    if (this.#seeking) return;
    this.#seeking = true;
    try {
      for (let target = this.#take(); target !== undefined; target = this.#take()) {
        await this.#options.player.seek(target);
      }
    } finally {
      this.#seeking = false;
    }
  }

  #take(): number | undefined {
    const target = this.#target;
    this.#target = undefined;
    return target;
  }

  async #step(direction: 1 | -1): Promise<void> {
    if (this.#steps >= MAX_WAITING_STEPS) return;
    this.#steps++;
    try {
      await this.#options.player.step(direction);
    } finally {
      this.#steps--;
    }
  }

  async #changeSpeed(speed: number): Promise<void> {
    const { player, notice } = this.#options;
    const before = this.#speed;
    this.#speed = speed;
    if (player.state !== "PLAYING") return;
    try {
      await player.play({ scale: speed });
    } catch (thrown) {
      this.#speed = before;
      throw thrown;
    }
    const granted = player.stats().scale;
    if (granted !== speed) notice(`The server does not play at ${speed}\u00d7, it plays at ${short(granted)}\u00d7.`);
  }
}

function short(scale: number): string {
  return String(Number(scale.toFixed(2)));
}
