import type { Clock } from "../../core/clock.ts";
import type { KeeperAnswer, KeeperRequest, KeeperStart } from "./keeper_messages.ts";
import type { RecentStream } from "./recent_stream.ts";

/** Milliseconds after which the page goes on without the keeper's answer. */
const PATIENCE = 2000;

/** Remembers streams from run to run. Nothing here rejects; each call resolves with the list as it is then. */
export interface Memory {
  /** The streams, newest first. */
  list(): Promise<readonly RecentStream[]>;
  /** Puts a stream in front. */
  remember(stream: RecentStream): Promise<readonly RecentStream[]>;
  /** Removes one stream, or all. */
  forget(words?: readonly string[]): Promise<readonly RecentStream[]>;
}

/** What the keeper's thread may do: read and write one folder, and nothing else. */
export function keeperPermissions(folder: string): Deno.PermissionOptionsObject {
  const nothing = { net: false, ffi: false, run: false, env: false, sys: false, import: false } as const;
  return { ...nothing, read: [folder], write: [folder] };
}

/** Starts the keeper's thread. Returns the port that leads to it, for whichever thread asks it. */
export function startKeeper(folder: string): MessagePort {
  const worker = new Worker(new URL("./keeper_thread.ts", import.meta.url), {
    type: "module",
    name: "keeper",
    deno: { permissions: keeperPermissions(folder) },
  });
  // Whatever becomes of it: nothing but the memory of recent streams is lost.
  worker.onerror = (event) => event.preventDefault();
  const { port1, port2 } = new MessageChannel();
  const start: KeeperStart = { folder, port: port1 };
  worker.postMessage(start, [port1]);
  return port2;
}

/** The keeper as another thread asks it. */
export class Keeper implements Memory {
  readonly #port: MessagePort;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, (streams: readonly RecentStream[]) => void>();
  #number = 0;
  #known: readonly RecentStream[] = [];

  /** `port` is what `startKeeper()` returned. */
  constructor(port: MessagePort, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    port.onmessage = ({ data: { number, streams } }: MessageEvent<KeeperAnswer>) => {
      this.#known = streams;
      this.#waiting.get(number)?.(streams);
    };
  }

  list(): Promise<readonly RecentStream[]> {
    return this.#ask({ type: "list" });
  }

  remember(stream: RecentStream): Promise<readonly RecentStream[]> {
    return this.#ask({ type: "remember", stream });
  }

  forget(words?: readonly string[]): Promise<readonly RecentStream[]> {
    return this.#ask({ type: "forget", ...(words && { words }) });
  }

  /** Ends the way to the keeper. */
  close(): void {
    for (const resolve of [...this.#waiting.values()]) resolve(this.#known);
    this.#port.close();
  }

  #ask(request: KeeperRequest): Promise<readonly RecentStream[]> {
    const number = ++this.#number;
    return new Promise((resolve) => {
      const settle = (streams: readonly RecentStream[]) => {
        cancel();
        this.#waiting.delete(number);
        resolve(streams);
      };
      const cancel = this.#clock.at(this.#clock.now() + PATIENCE, () => settle(this.#known));
      this.#waiting.set(number, settle);
      this.#port.postMessage({ number, request });
    });
  }
}
