import { errorMessage } from "../../core/errors.ts";
import { peerText } from "../../net/peer.ts";
import type { ByteStream, TcpListener } from "../../net/tcp.ts";
import { Connection } from "./connection.ts";
import type { Services } from "../sessions/services.ts";

/** Takes in connections, as many as are allowed, and ends them all when the server stops. */
export class Listener {
  readonly #listener: TcpListener;
  readonly #services: Services;
  readonly #connections = new Map<Connection, Promise<void>>();
  readonly #byAddress = new Map<string, Set<Connection>>();
  readonly #accepting: Promise<void>;

  constructor(listener: TcpListener, services: Services) {
    this.#listener = listener;
    this.#services = services;
    this.#accepting = this.#accept();
  }

  /** Connections that are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Ends every connection with BYE and FIN; one that does not take them within `limit` ms is cut. */
  async close(reason: string, limit: number): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    await Promise.all([...this.#connections].map(async ([connection, running]) => {
      await connection.finish(reason, limit);
      await running;
    }));
  }

  async #accept(): Promise<void> {
    for await (const stream of this.#listener) {
      try {
        this.#take(stream);
      } catch (thrown) {
        this.#services.events.error("Cannot serve a connection: {reason}", { reason: errorMessage(thrown) });
        stream.close();
      }
    }
  }

  #take(stream: ByteStream): void {
    const { config, events, counters } = this.#services;
    const address = stream.remote.hostname;
    const ofAddress = this.#byAddress.get(address) ?? new Set<Connection>();
    const unsettled = [...ofAddress].filter((connection) => !connection.settled).length;
    if (this.#connections.size >= config.maxConnections || unsettled >= config.maxNewConnectionsPerAddress) {
      events.warn("Closed a new connection of {peer}: there are too many", { peer: peerText(stream.remote) });
      stream.close();
      return;
    }
    counters.connections++;
    const connection = new Connection(stream, this.#services);
    this.#byAddress.set(address, ofAddress.add(connection));
    this.#connections.set(
      connection,
      connection.run().finally(() => {
        this.#connections.delete(connection);
        ofAddress.delete(connection);
        if (ofAddress.size === 0) this.#byAddress.delete(address);
      }),
    );
  }
}
