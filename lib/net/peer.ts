/** One end of a connection or a datagram: an IP address and a port. */
export interface Peer {
  readonly hostname: string;
  readonly port: number;
}

const MAPPED_IPV4 = "::ffff:";

/** The address as the house writes it: an IPv4 peer of an IPv6 socket appears as plain IPv4. */
export function normalizePeer(peer: Peer): Peer {
  const mapped = peer.hostname.startsWith(MAPPED_IPV4) && peer.hostname.includes(".");
  return { hostname: mapped ? peer.hostname.slice(MAPPED_IPV4.length) : peer.hostname, port: peer.port };
}

/** `address:port`, with brackets around an IPv6 address: for logs and as a key. */
export function peerText(peer: Peer): string {
  return peer.hostname.includes(":") ? `[${peer.hostname}]:${peer.port}` : `${peer.hostname}:${peer.port}`;
}
