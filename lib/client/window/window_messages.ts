import type { PlayCommand, StartCommand } from "../arguments.ts";
import type { KeepingFolders } from "./keeping_folders.ts";

/** From the window's thread to the engine's. */
export type ToEngine =
  | {
    readonly type: "start";
    readonly command: PlayCommand | StartCommand;
    readonly flags: SharedArrayBuffer;
    /** Whether a window shows the page, or a browser, which does not tell when its page is closed. */
    readonly windowed: boolean;
    /** Where pictures and films may be saved; undefined: nowhere. */
    readonly folders: KeepingFolders | undefined;
    /** Leads to the keeper of recent streams; undefined: none are kept. */
    readonly keeper: MessagePort | undefined;
  }
  /** The window that was hoped for cannot be had: a browser shows the page. */
  | { readonly type: "windowless" }
  /** The window stands; this ends its loop, and names it. */
  | { readonly type: "window"; readonly library: string; readonly address: bigint }
  /** A person wants to close the window. `reopening`: it is gone already and a new one, with a new address, must ask. */
  | { readonly type: "close-requested"; readonly reopening: boolean }
  /** The window is gone, or never came to be, and shall not come back. */
  | { readonly type: "quit" };

/** From the engine's thread to the window's. */
export type FromEngine =
  /** The page can be loaded from here, once. */
  | { readonly type: "address"; readonly url: string }
  | { readonly type: "quit" };

/**
 * What both threads see at any time: while the window holds its thread no message reaches it.
 */
export class SharedFlags {
  static readonly #PLAYING = 0;
  static readonly #CLOSING = 1;
  static readonly #QUIT = 2;

  readonly buffer: SharedArrayBuffer;
  readonly #flags: Int32Array;

  constructor(buffer = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#flags = new Int32Array(buffer);
  }

  /** Closing the window would interrupt somebody. */
  get playing(): boolean {
    return this.#get(SharedFlags.#PLAYING);
  }

  set playing(value: boolean) {
    this.#set(SharedFlags.#PLAYING, value);
  }

  /** The close question has been asked for and not been answered. */
  get closing(): boolean {
    return this.#get(SharedFlags.#CLOSING);
  }

  set closing(value: boolean) {
    this.#set(SharedFlags.#CLOSING, value);
  }

  /** The player has quit; the window only has to go. */
  get quit(): boolean {
    return this.#get(SharedFlags.#QUIT);
  }

  set quit(value: boolean) {
    this.#set(SharedFlags.#QUIT, value);
  }

  #get(index: number): boolean {
    return Atomics.load(this.#flags, index) !== 0;
  }

  #set(index: number, value: boolean): void {
    Atomics.store(this.#flags, index, value ? 1 : 0);
  }
}
