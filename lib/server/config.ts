import { type Clock, systemClock } from "../core/clock.ts";
import { type Random, systemRandom } from "../core/random.ts";
import type { UdpEngine } from "../net/udp.ts";

/** Session timeout that clients are told, and the little longer one that is enforced, seconds (some ping just in time). */
export const ADVERTISED_TIMEOUT_S = 55;
const SESSION_TIMEOUT_S = 60;
const DEFAULT_PORT = 8554;
const DEFAULT_HOST = "0.0.0.0";
/** What is served when nothing is named. */
export const DEFAULT_MEDIA: readonly string[] = ["./media"];
/** Memory for packets of frames that are about to be needed, shared by all viewers. */
const PACKET_CACHE_BYTES = 128 * 1024 * 1024;
const MAX_VIEWERS = 10_000;
const MAX_VIEWERS_PER_ADDRESS = 1200;
/** Connections that watch nothing, beside those of as many viewers as there may be. */
const SPARE_CONNECTIONS = 2000;
/** Connections of one address that have not sent one whole request. */
const MAX_NEW_CONNECTIONS_PER_ADDRESS = 64;

/** What a server can be told. Everything has a default. */
export interface ServerOptions {
  /** Address to listen on; all of IPv4 by default. */
  readonly host?: string;
  /** RTSP port; 8554 by default, 0: any free one. */
  readonly port?: number;
  /** Directories and films; `./media` by default. */
  readonly media?: readonly string[];
  /** Frames per second for all films, in place of their own. */
  readonly frameRate?: number;
  /** Even port for RTP, RTCP is the next one; 0, the default: any. */
  readonly rtpPort?: number;
  /** How UDP leaves: "auto" takes the fast way of Linux where it is to be had. */
  readonly udpEngine?: UdpEngine;
  /** What to do with frames over 20,480 bytes for the assignment's clients: make them smaller, or send them as they are. */
  readonly labLargeFrames?: "shrink" | "send";
  /** Whether films begin again at their end, for ever, as they do for a client that asks for `?loop=1`. */
  readonly loop?: boolean;
  /**
   * Whether pictures whose sampling RFC 2435 has no type for are sent with every coefficient as it is, by ONVIF's header
   * extension, which most players do not know, in place of having their chroma resampled. Pictures over 2040 pixels
   * always have it.
   */
  readonly onvifExtension?: boolean;
  /** Memory for frames made ready, shared by all viewers. */
  readonly packetCacheBytes?: number;
  /** Viewers (sessions) at a time; more get 453. 10,000 by default. */
  readonly maxViewers?: number;
  /** Viewers at one address at a time; more get 453. 1200 by default. */
  readonly maxViewersPerAddress?: number;
  /**
   * Bits a second of the streams of all viewers together, by the size of their frames so far; who asks for more gets 453.
   * No limit by default.
   */
  readonly maxBitrate?: number;
  /** TCP connections at a time; 2000 more than viewers by default. */
  readonly maxConnections?: number;
  /** Seconds without a sign of life after which a session ends. */
  readonly sessionTimeout?: number;
  /** Where time comes from; the machine's clock by default. */
  readonly clock?: Clock;
  /** Where identifiers come from; the machine's random source by default. */
  readonly random?: Random;
}

/** Options with all defaults filled in. */
export interface ServerConfig extends Required<ServerOptions> {
  readonly frameRate: number;
  readonly maxNewConnectionsPerAddress: number;
}

/** The server's configuration; a frame rate of 0 means each film's own. */
export function resolveConfig(options: ServerOptions = {}): ServerConfig {
  return {
    host: DEFAULT_HOST,
    port: DEFAULT_PORT,
    media: DEFAULT_MEDIA,
    frameRate: 0,
    rtpPort: 0,
    udpEngine: "auto",
    labLargeFrames: "shrink",
    loop: false,
    onvifExtension: false,
    packetCacheBytes: PACKET_CACHE_BYTES,
    maxViewers: MAX_VIEWERS,
    maxViewersPerAddress: MAX_VIEWERS_PER_ADDRESS,
    maxBitrate: Infinity,
    maxConnections: (options.maxViewers ?? MAX_VIEWERS) + SPARE_CONNECTIONS,
    maxNewConnectionsPerAddress: MAX_NEW_CONNECTIONS_PER_ADDRESS,
    sessionTimeout: SESSION_TIMEOUT_S,
    clock: systemClock,
    random: systemRandom,
    ...options,
  };
}
