import { quote, RtspError } from "../status.ts";
import { splitOutsideQuotes, splitParameter } from "./parameters.ts";

/** Alternatives in one Transport header. */
export const MAX_ALTERNATIVES = 32;
/** Characters of one Transport header. */
export const MAX_TRANSPORT_LENGTH = 4096;

/** Two numbers that belong together: the first for RTP, the second for RTCP. */
export type NumberPair = readonly [rtp: number, rtcp: number];

/** One alternative of a Transport header (RFC 2326 section 12.39). */
export interface TransportSpec {
  /** What the profile comes down to: RTP/AVP is "udp", RTP/AVP/TCP is "tcp", everything else "other". */
  readonly protocol: "udp" | "tcp" | "other";
  /** As written, such as "RTP/AVP" or "RTP/AVP/TCP". */
  readonly profile: string;
  /** Undefined if neither was written; RFC 2326 then means multicast, while most clients mean unicast. */
  readonly delivery?: "unicast" | "multicast";
  /** Where the client receives. */
  readonly clientPort?: NumberPair;
  /** Where the server sends from and receives reports. */
  readonly serverPort?: NumberPair;
  /** Ports of a multicast group. */
  readonly port?: NumberPair;
  /** Channels on the RTSP connection, each 0 to 255. */
  readonly interleaved?: NumberPair;
  /** Synchronization source, 32 bits. */
  readonly ssrc?: number;
  /** As written without quotes, such as "PLAY" or "record". */
  readonly mode?: string;
  /** As written; never obeyed when a client wrote it (amplification). */
  readonly destination?: string;
  /** As written. */
  readonly source?: string;
  /** 0 to 255. */
  readonly ttl?: number;
  /** Whether a recording shall be continued. */
  readonly append?: boolean;
}

/**
 * Reads a Transport header: the alternatives in the order of preference.
 *
 * A single port or channel p means p and p + 1; whether ports are even is not asked. Unknown parameters are passed over,
 * and so is an ssrc that is no hexadecimal number, which some peers write. Throws RtspError 400 for ports outside 1 to
 * 65535, channels outside 0 to 255, pairs that do not rise, open quotes and too many alternatives.
 */
export function parseTransport(value: string): TransportSpec[] {
  if (value.length > MAX_TRANSPORT_LENGTH) throw transportError(`it has ${value.length} characters`);
  const alternatives = splitOutsideQuotes(value, ",", "Transport").filter((text) => text !== "");
  if (alternatives.length === 0) throw transportError("it is empty");
  if (alternatives.length > MAX_ALTERNATIVES) throw transportError(`it has ${alternatives.length} alternatives`);
  return alternatives.map(parseAlternative);
}

function transportError(found: string): RtspError {
  return new RtspError(400, `Cannot read Transport: ${found}`);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function parseAlternative(text: string): TransportSpec {
  const [profile = "", ...parameters] = splitOutsideQuotes(text, ";", "Transport");
  if (profile === "") throw transportError(`no profile stands before ${quote(text)}`);
  const spec: Mutable<TransportSpec> = { protocol: protocolOf(profile), profile };
  for (const parameter of parameters) readParameter(spec, parameter);
  return spec;
}

function protocolOf(profile: string): TransportSpec["protocol"] {
  switch (profile.toUpperCase()) {
    case "RTP/AVP":
    case "RTP/AVP/UDP":
      return "udp";
    case "RTP/AVP/TCP":
      return "tcp";
    default:
      return "other";
  }
}

function readParameter(spec: Mutable<TransportSpec>, text: string): void {
  const { name, value = "" } = splitParameter(text);
  switch (name) {
    case "unicast":
    case "multicast":
      spec.delivery = name;
      break;
    case "client_port":
      spec.clientPort = parsePair(name, value, 1, 65535);
      break;
    case "server_port":
      spec.serverPort = parsePair(name, value, 1, 65535);
      break;
    case "port":
      spec.port = parsePair(name, value, 1, 65535);
      break;
    case "interleaved":
      spec.interleaved = parsePair(name, value, 0, 255);
      break;
    case "ssrc":
      if (/^[0-9A-Fa-f]{1,8}$/.test(value)) spec.ssrc = parseInt(value, 16);
      break;
    case "ttl":
      spec.ttl = parseTtl(value);
      break;
    case "mode":
    case "destination":
    case "source":
      spec[name] = value;
      break;
    case "append":
      spec.append = true;
  }
}

/** Rejects what is no number or pair, does not rise, or leaves `least` to `most` with either end. */
function parsePair(name: string, text: string, least: number, most: number): NumberPair {
  const [, first, second] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text) ?? [];
  const rtp = Number(first);
  const rtcp = second === undefined ? rtp + 1 : Number(second);
  if (first === undefined || rtp < least || rtcp > most || rtcp <= rtp) {
    throw transportError(`${name} is ${quote(text)}`);
  }
  return [rtp, rtcp];
}

function parseTtl(text: string): number {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 255) throw transportError(`ttl is ${quote(text)}`);
  return Number(text);
}

/** Writes one alternative, parameters in a fixed order, pairs as a-b, ssrc as eight hexadecimal digits. */
export function formatTransport(spec: TransportSpec): string {
  const parts = [spec.profile];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) parts.push(`${name}=${value}`);
  };
  if (spec.delivery) parts.push(spec.delivery);
  add("destination", spec.destination);
  add("source", spec.source);
  if (spec.append) parts.push("append");
  add("ttl", spec.ttl);
  add("interleaved", spec.interleaved?.join("-"));
  add("port", spec.port?.join("-"));
  add("client_port", spec.clientPort?.join("-"));
  add("server_port", spec.serverPort?.join("-"));
  add("ssrc", spec.ssrc?.toString(16).toUpperCase().padStart(8, "0"));
  add("mode", spec.mode === undefined ? undefined : `"${spec.mode.replace(/["\\]/g, "")}"`);
  return parts.join(";");
}
