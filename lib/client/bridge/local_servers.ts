import type { OfferedStream } from "../control/offered_stream.ts";
import { PlayerError } from "../player_types.ts";
import type { RecentStream } from "../recent/recent_stream.ts";
import { readRtspUrl } from "../../rtsp/url.ts";
import type { LocalServer } from "./start_messages.ts";

/** Where Flipbook's server listens if nothing else was said. */
const DEFAULT_PORT = 8554;
const LOOPBACK = "127.0.0.1";
/** Names of this machine in addresses. */
const LOCAL_HOSTS: readonly string[] = [LOOPBACK, "localhost", "::1"];
/** Servers that are asked at once. */
const MAX_SERVERS = 4;

/** Asks the servers of this machine what they offer. */
export class LocalServers {
  readonly #ask: (url: string) => Promise<readonly OfferedStream[]>;
  readonly #changed: () => void;
  #servers: readonly LocalServer[] = [];
  #asking: Promise<void> | undefined;

  /** `ask` asks one server and rejects with a PlayerError; `changed` is called when there is news. */
  constructor(ask: (url: string) => Promise<readonly OfferedStream[]>, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** What is known now. */
  get servers(): readonly LocalServer[] {
    return this.#servers;
  }

  /** Asks all of them anew, unless they are being asked: the usual port, and those that were played from. */
  refresh(recent: readonly RecentStream[]): Promise<void> {
    return this.#asking ??= this.#askAll(portsToAsk(recent)).finally(() => this.#asking = undefined);
  }

  async #askAll(ports: readonly number[]): Promise<void> {
    this.#servers = ports.map((port) => this.#known(port) ?? { address: at(port), state: "asking", streams: [] });
    this.#changed();
    await Promise.all(ports.map(async (port) => {
      const found = await this.#askOne(port);
      this.#servers = this.#servers.map((server) => server.address === found.address ? found : server);
      this.#changed();
    }));
  }

  /** What was found before stands until there is an answer: nothing on the page shall jump. */
  #known(port: number): LocalServer | undefined {
    return this.#servers.find(({ address }) => address === at(port));
  }

  async #askOne(port: number): Promise<LocalServer> {
    const address = at(port);
    try {
      return { address, state: "offers", streams: await this.#ask(`rtsp://${address}/`) };
    } catch (thrown) {
      const isAbsent = thrown instanceof PlayerError && thrown.code === "unreachable";
      return { address, state: isAbsent ? "absent" : "silent", streams: [] };
    }
  }
}

/**
 * The ports of this machine that are asked. Where a server of the assignment was, nobody knocks: many of those serve one
 * connection only, whatever it wants.
 */
export function portsToAsk(recent: readonly RecentStream[]): number[] {
  const urls = recent.map(({ words }) => words.length === 1 ? readRtspUrl(words[0]!) : undefined);
  const played = urls.filter((url) => url?.scheme === "rtsp" && LOCAL_HOSTS.includes(url.host)).map((url) => url!.port);
  const others = recent.filter(({ words }) => words.length === 4 && LOCAL_HOSTS.includes(words[0]!))
    .map(({ words }) => Number(words[1]));
  return [...new Set([DEFAULT_PORT, ...played])].filter((port) => !others.includes(port)).slice(0, MAX_SERVERS);
}

function at(port: number): string {
  return `${LOOPBACK}:${port}`;
}
