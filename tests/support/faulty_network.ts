import { type PlayerNetwork, systemNetwork } from "../../lib/client/network.ts";
import type { Bytes } from "../../lib/core/bytes.ts";
import type { Random } from "../../lib/core/random.ts";
import type { Peer } from "../../lib/net/peer.ts";
import type { UdpSocket } from "../../lib/net/udp.ts";

/** What happens to RTP packets, as shares of all of them. */
export interface Roughness {
  readonly lost: number;
  readonly doubled: number;
  /** Held back until one to `HOLD` later packets have passed. */
  readonly late: number;
}

/** Packets that overtake one that is late, at most. */
const HOLD = 8;

type Take = (data: Bytes, from: Peer) => void;

/** The machine's sockets, but RTP packets for which `isLost` holds, counted from 0, never come by UDP. */
export function lossyNetwork(isLost: (packet: number) => boolean): PlayerNetwork {
  return networkThrough((take) => {
    let count = 0;
    return (data, from) => {
      if (!isLost(count++)) take(data, from);
    };
  });
}

/** The machine's sockets behind a rough network: RTP packets that come by UDP are lost, doubled and overtaken. */
export function roughNetwork({ lost, doubled, late }: Roughness, random: Random): PlayerNetwork {
  const happens = (share: number) => random.uint32() < share * 2 ** 32;
  return networkThrough((take) => {
    const held: { data: Bytes; from: Peer; left: number }[] = [];
    return (data, from) => {
      if (happens(lost)) return;
      if (happens(late)) held.push({ data, from, left: 1 + random.uint32() % HOLD });
      else take(data, from);
      if (happens(doubled)) take(data.slice(), from);
      for (const one of [...held]) {
        if (--one.left > 0) continue;
        held.splice(held.indexOf(one), 1);
        take(one.data, one.from);
      }
    };
  });
}

/** The machine's sockets; what RTP sockets receive by UDP goes `through` before it is taken. */
function networkThrough(through: (take: Take) => Take): PlayerNetwork {
  return {
    ...systemNetwork,
    udpPair(at) {
      const pair = systemNetwork.udpPair(at);
      return { rtp: socketThrough(pair.rtp, through), rtcp: pair.rtcp, close: () => pair.close() };
    },
  };
}

function socketThrough(socket: UdpSocket, through: (take: Take) => Take): UdpSocket {
  return {
    local: socket.local,
    set onPacket(take: UdpSocket["onPacket"]) {
      socket.onPacket = take && through(take);
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
