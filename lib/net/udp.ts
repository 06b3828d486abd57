import { batchEngine, BatchUdpSocket } from "./udp_batch.ts";
import { peerText } from "./peer.ts";
import { PlainUdpSocket } from "./udp_plain.ts";
import type { UdpEngine, UdpOptions, UdpPair, UdpSocket } from "./udp_socket.ts";

export type { PacketRun, UdpEngine, UdpOptions, UdpPair, UdpSocket } from "./udp_socket.ts";

/** Attempts to find an even port whose neighbour is free too. */
const PAIR_ATTEMPTS = 64;

/** How UDP is sent here, in a word or two for a log: `plain`, `batch` or `batch with segmentation`. */
export function describeUdpEngine(engine: UdpEngine = "auto"): string {
  const batch = engine === "plain" ? undefined : batchEngine();
  return !batch ? "plain" : batch.segmentation ? "batch with segmentation" : "batch";
}

/**
 * Binds one socket. Throws Deno.errors.AddrInUse and its like, and an Error when the `batch` engine is asked for where
 * it does not work.
 */
export function openUdpSocket(options: UdpOptions): UdpSocket {
  const { hostname, port = 0, engine = "auto", clock } = options;
  const batch = engine === "plain" ? undefined : batchEngine();
  if (engine === "batch" && !batch) {
    throw new Error("Cannot send UDP in batches: that needs 64-bit Linux and the permission to call its C library");
  }
  const plain = new PlainUdpSocket(Deno.listenDatagram({ transport: "udp", hostname, port }));
  const fast = batch && BatchUdpSocket.over(plain, batch, clock);
  if (fast || engine !== "batch") return fast ?? plain;
  plain.close();
  throw new Error(`Cannot send UDP in batches from ${peerText(plain.local)}: its file descriptor is not found`);
}

/** Binds an even port and the one above it. Throws when the port asked for, or every pair tried, is taken. */
export function openUdpPair(options: UdpOptions): UdpPair {
  const { port = 0, ...where } = options;
  if (port % 2 !== 0) throw new RangeError(`Cannot use port ${port} for RTP: it must be even`);
  if (port !== 0) return pairAt(where, port);
  // A socket whose neighbour is taken stays open until a pair is found, so that the system offers another port.
  const lonely: UdpSocket[] = [];
  try {
    for (let attempt = 1;; attempt++) {
      const socket = openUdpSocket(where);
      lonely.push(socket);
      try {
        const pair = pairWith(socket, where);
        lonely.pop();
        return pair;
      } catch (thrown) {
        if (attempt >= PAIR_ATTEMPTS) throw thrown;
      }
    }
  } finally {
    for (const socket of lonely) socket.close();
  }
}

function pairAt(where: UdpOptions, port: number): UdpPair {
  const socket = openUdpSocket({ ...where, port });
  try {
    return pairWith(socket, where);
  } catch (thrown) {
    socket.close();
    throw thrown;
  }
}

/** Joins `socket` with the other half of its pair, which is bound here; `socket` stays open when that fails. */
function pairWith(socket: UdpSocket, where: UdpOptions): UdpPair {
  const { port } = socket.local;
  const other = openUdpSocket({ ...where, port: port ^ 1 });
  const [rtp, rtcp] = port % 2 === 0 ? [socket, other] : [other, socket];
  return {
    rtp,
    rtcp,
    close: () => {
      rtp.close();
      rtcp.close();
    },
  };
}
