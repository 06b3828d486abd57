import { type ByteStream, connectTcp } from "../net/tcp.ts";
import { openUdpPair, openUdpSocket, type UdpPair, type UdpSocket } from "../net/udp.ts";

/** The sockets a player opens. Tests hand in a simulated link. */
export interface PlayerNetwork {
  connect(to: { hostname: string; port: number; timeout: number; signal?: AbortSignal }): Promise<ByteStream>;
  /** Two neighbouring ports, the first even: `port`, or any free ones for 0. Throws what the system says if taken. */
  udpPair(at: { hostname: string; port: number }): UdpPair;
  /** One port: `port`, or any free one for 0. */
  udpSocket(at: { hostname: string; port: number }): UdpSocket;
}

/** The machine's sockets. */
export const systemNetwork: PlayerNetwork = {
  connect: connectTcp,
  udpPair: openUdpPair,
  udpSocket: openUdpSocket,
};
