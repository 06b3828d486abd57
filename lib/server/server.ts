import { log } from "../core/log.ts";
import { randomHex } from "../core/random.ts";
import { Library } from "../media/library.ts";
import type { Feed } from "../media/live/feed.ts";
import { feedFrom, type PushedFeedOptions } from "../media/live/pushed.ts";
import { openDirectSend } from "../net/direct_send.ts";
import { TcpListener } from "../net/tcp.ts";
import { openUdpPair, type UdpPair } from "../net/udp.ts";
import { encodePath } from "../rtsp/url.ts";
import { Catalog } from "./streams/catalog.ts";
import { resolveConfig, type ServerConfig, type ServerOptions } from "./config.ts";
import { EventLog } from "./sessions/event_log.ts";
import { Forms } from "./forms/forms.ts";
import { Listener } from "./connections/listener.ts";
import { PacketCache } from "./forms/packet_cache.ts";
import { SessionRegistry } from "./sessions/registry.ts";
import { RtcpInput } from "./sessions/rtcp_input.ts";
import { Scheduler } from "./sending/scheduler.ts";
import type { Counters, Services } from "./sessions/services.ts";
import type { Session } from "./sessions/session.ts";
import { StatisticsLog, type StreamStats, streamStats, type ViewerStats, viewerStats } from "./sessions/statistics.ts";
import { TranscodePool } from "./forms/transcode_pool.ts";

/** How long clients may take to receive BYE and FIN when the server stops, ms. */
const CLOSE_TIMEOUT_MS = 1500;

/** What a server has done so far and what it does now. */
export interface ServerStats extends Readonly<Counters> {
  /** TCP connections open now. */
  readonly openConnections: number;
  /** Sessions open now. */
  readonly openSessions: number;
  /** RTP packets sent to the sessions open now. */
  readonly packets: number;
  /** Payload bytes sent to the sessions open now. */
  readonly payloadBytes: number;
  /** Frames that viewers of the sessions open now were too slow for. */
  readonly droppedFrames: number;
  /** UDP packets that the system did not take. */
  readonly sendErrors: number;
  /** UDP packets from addresses of no session. */
  readonly strangerPackets: number;
  /** Memory of prepared frames. */
  readonly packetCacheBytes: number;
}

/** How the pictures of a live stream are taken from what yields them; a feed has its own ways. */
export type StreamOptions = Pick<PushedFeedOptions, "frameRate" | "copy">;

/** A server that runs. */
export interface FlipbookServer {
  /** The RTSP port. */
  readonly port: number;
  /** Addresses of what can be played, as of now. */
  urls(): Promise<string[]>;
  /** Offers a live stream: a feed, or anything that yields JPEGs. Throws TypeError if the name is taken. */
  addStream(name: string, source: Feed | AsyncIterable<Uint8Array>, options?: StreamOptions): void;
  /** Ends a live stream and its viewers; false if there is none of that name. */
  removeStream(name: string): boolean;
  /** The figures of this moment. */
  stats(): ServerStats;
  /** Every viewer with the figures of this moment. */
  viewers(): ViewerStats[];
  /** Every stream that is watched, with those of all its viewers together. */
  streams(): StreamStats[];
  /** Stops: viewers get BYE and the end of their connection, within 2 s. */
  close(): Promise<void>;
}

/**
 * Starts a server. Throws an Error in words for a person if a media path is missing or the port is in use.
 */
export async function startServer(options: ServerOptions = {}): Promise<FlipbookServer> {
  const config = resolveConfig(options);
  const library = await Library.open(config.media, {
    clock: config.clock,
    ...(config.frameRate > 0 ? { frameRate: config.frameRate } : {}),
  });
  const listener = openListener(config);
  try {
    const { host: hostname, rtpPort: port, udpEngine: engine, clock } = config;
    const udp = openUdpPair({ hostname, port, engine, clock });
    return new RunningServer(config, library, listener, udp);
  } catch (thrown) {
    listener.close();
    library.close();
    throw thrown;
  }
}

function openListener({ host, port, clock }: ServerConfig): TcpListener {
  try {
    return TcpListener.open({ hostname: host, port, clock });
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AddrInUse)) throw thrown;
    throw new Error(`Cannot listen on ${host}:${port}: the port is in use`, { cause: thrown });
  }
}

class RunningServer implements FlipbookServer {
  /** The RTSP port. */
  readonly port: number;
  readonly #services: Services;
  readonly #listener: Listener;
  readonly #input: RtcpInput;
  readonly #cache: PacketCache;
  readonly #pool: TranscodePool;
  readonly #ownFeeds = new Map<string, Feed>();
  #closing: Promise<void> | undefined;

  constructor(config: ServerConfig, library: Library, listener: TcpListener, udp: UdpPair) {
    const { clock, random } = config;
    const scheduler = new Scheduler(clock);
    const direct = openDirectSend();
    scheduler.onTickEnd = () => {
      udp.rtp.flush();
      direct?.flush();
    };
    this.port = listener.address.port;
    this.#cache = new PacketCache(config.packetCacheBytes, clock);
    this.#pool = new TranscodePool({ clock });
    this.#services = {
      config,
      clock,
      random,
      scheduler,
      catalog: new Catalog(library, this.#cache, scheduler, clock),
      registry: new SessionRegistry<Session>(config),
      udp,
      direct,
      rtspPort: this.port,
      cname: `flipbook-${randomHex(random, 6)}`,
      forms: new Forms(config, this.#pool),
      events: new EventLog(log("server"), clock),
      counters: { connections: 0, sessions: 0, requests: 0, refusals: 0, failures: 0 },
    };
    const { registry, events } = this.#services;
    const statistics = new StatisticsLog(() => streamStats(registry.values()), events, clock);
    scheduler.add(statistics, statistics.first);
    this.#input = new RtcpInput(udp, this.#services.registry);
    this.#listener = new Listener(listener, this.#services);
  }

  async urls(): Promise<string[]> {
    const { host } = this.#services.config;
    const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
    return (await this.#services.catalog.names()).map((path) => `rtsp://${name}:${this.port}/${encodePath(path)}`);
  }

  addStream(name: string, source: Feed | AsyncIterable<Uint8Array>, options: StreamOptions = {}): void {
    const { clock, catalog } = this.#services;
    if (!(Symbol.asyncIterator in source)) return catalog.addFeed(name, source);
    const feed = feedFrom(source, { ...options, clock });
    try {
      catalog.addFeed(name, feed);
    } catch (thrown) {
      feed.close();
      throw thrown;
    }
    this.#ownFeeds.set(name, feed);
  }

  removeStream(name: string): boolean {
    const removed = this.#services.catalog.removeFeed(name);
    this.#ownFeeds.get(name)?.close();
    this.#ownFeeds.delete(name);
    return removed;
  }

  stats(): ServerStats {
    const { registry, udp, counters } = this.#services;
    const sessions = registry.values();
    const sum = (of: (session: Session) => number) => sessions.reduce((total, session) => total + of(session), 0);
    return {
      ...counters,
      openConnections: this.#listener.size,
      openSessions: registry.size,
      packets: sum(({ viewer }) => viewer.sender.packets),
      payloadBytes: sum(({ viewer }) => viewer.sender.payloadBytes),
      droppedFrames: sum(({ delivery }) => delivery.droppedFrames),
      sendErrors: udp.rtp.sendErrors + udp.rtcp.sendErrors,
      strangerPackets: this.#input.counts.strangers,
      packetCacheBytes: this.#cache.bytes,
    };
  }

  viewers(): ViewerStats[] {
    const { registry, clock } = this.#services;
    return registry.values().map((session) => viewerStats(session, clock.now()));
  }

  streams(): StreamStats[] {
    return streamStats(this.#services.registry.values());
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    const { udp, scheduler, catalog, events } = this.#services;
    await this.#listener.close("the server stops", CLOSE_TIMEOUT_MS);
    catalog.close();
    this.#pool.close();
    for (const feed of this.#ownFeeds.values()) feed.close();
    scheduler.close();
    udp.close();
    events.info("Stopped", { port: this.port });
  }
}
