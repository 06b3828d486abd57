import { type PlayerNetwork, systemNetwork } from "../../lib/client/network.ts";
import type { UdpSocket } from "../../lib/net/udp.ts";

/** The machine's sockets, but RTP packets for which `isLost` holds, counted from 0, never come by UDP. */
export function lossyNetwork(isLost: (packet: number) => boolean): PlayerNetwork {
  return {
    ...systemNetwork,
    udpPair(at) {
      const pair = systemNetwork.udpPair(at);
      return { rtp: lossy(pair.rtp, isLost), rtcp: pair.rtcp, close: () => pair.close() };
    },
  };
}

function lossy(socket: UdpSocket, isLost: (packet: number) => boolean): UdpSocket {
  let count = 0;
  return {
    local: socket.local,
    set onPacket(take: UdpSocket["onPacket"]) {
      socket.onPacket = take && ((data, from) => {
        if (!isLost(count++)) take(data, from);
      });
    },
    send: (data, to) => socket.send(data, to),
    queue: (run) => socket.queue(run),
    flush: () => socket.flush(),
    get sendErrors() {
      return socket.sendErrors;
    },
    close: () => socket.close(),
  };
}
