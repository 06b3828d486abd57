import type { NumberPair, TransportSpec } from "../../rtsp/headers/transport.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Peer } from "../../net/peer.ts";

/** Ports below this are never sent to: services of others live there. */
const LEAST_CLIENT_PORT = 1024;
/** Channels for a client that names none. */
const DEFAULT_CHANNELS: NumberPair = [0, 1];

/** The one alternative of a Transport header that is taken. */
export type ChosenTransport =
  | { readonly kind: "udp"; readonly spec: TransportSpec; readonly clientPort: NumberPair }
  | { readonly kind: "tcp"; readonly spec: TransportSpec; readonly interleaved: NumberPair };

/** What decides whether an alternative can be taken. */
export interface TransportSituation {
  /** The client's and our address of the RTSP connection. */
  readonly remote: Peer;
  readonly local: Peer;
  /** Our own UDP and TCP ports, which must not be sent to on this machine. */
  readonly ownPorts: readonly number[];
  /** Whether media already goes to that address for another session. */
  isTaken(peer: Peer): boolean;
}

/**
 * Takes the first alternative that can be had, in the client's order. Media goes only to the address that the RTSP
 * connection comes from, whatever `destination` says.
 *
 * Throws RtspError 461 if there is none, 403 if what stood against it was a foreign destination.
 */
export function chooseTransport(specs: readonly TransportSpec[], situation: TransportSituation): ChosenTransport {
  const refusals: string[] = [];
  let foreign = false;
  for (const spec of specs) {
    const chosen = tryAlternative(spec, situation);
    if (typeof chosen !== "string") return chosen;
    refusals.push(chosen);
    foreign ||= isForeign(spec, situation);
  }
  const found = refusals.join(", ");
  if (foreign) throw new RtspError(403, `Cannot send to another host: ${found}`);
  throw new RtspError(461, `Cannot use any transport offered: ${found}`);
}

function tryAlternative(spec: TransportSpec, situation: TransportSituation): ChosenTransport | string {
  if (spec.protocol === "other") return `${spec.profile} is unknown`;
  if (spec.delivery === "multicast" || spec.ttl !== undefined) return "multicast is off";
  if (spec.mode !== undefined && !/^play$/i.test(spec.mode)) return `mode is ${spec.mode}`;
  if (isForeign(spec, situation)) return "destination is another host";
  if (spec.protocol === "tcp") return { kind: "tcp", spec, interleaved: spec.interleaved ?? DEFAULT_CHANNELS };
  return tryUdp(spec, situation);
}

function tryUdp(spec: TransportSpec, situation: TransportSituation): ChosenTransport | string {
  const { clientPort } = spec;
  const { remote, local, ownPorts } = situation;
  if (!clientPort) return "client_port is missing";
  for (const port of clientPort) {
    if (port < LEAST_CLIENT_PORT) return `client_port ${port} is below ${LEAST_CLIENT_PORT}`;
    if (remote.hostname === local.hostname && ownPorts.includes(port)) return `client_port ${port} is our own`;
    if (situation.isTaken({ hostname: remote.hostname, port })) return `client_port ${port} belongs to another session`;
  }
  return { kind: "udp", spec, clientPort };
}

function isForeign({ destination }: TransportSpec, { remote }: TransportSituation): boolean {
  return destination !== undefined && destination !== "" && destination !== remote.hostname;
}
