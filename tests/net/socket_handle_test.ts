import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openLibc, SOCK_DGRAM, SOCK_STREAM } from "../../lib/net/libc.ts";
import { normalizePeer } from "../../lib/net/peer.ts";
import { findHandle } from "../../lib/net/socket_handle.ts";

const libc = openLibc();

Deno.test({
  name: "findHandle() finds a datagram socket by its address, and nothing once it is closed",
  ignore: !libc,
  fn: () => {
    const open = () => Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const sockets = [open(), open()];
    const peers = sockets.map((socket) => normalizePeer(socket.addr as Deno.NetAddr));
    const [first, second] = peers.map((peer) => findHandle(libc!, SOCK_DGRAM, peer));
    assert(first !== undefined && second !== undefined);
    assertNotEquals(first, second);
    for (const socket of sockets) socket.close();
    assertEquals(findHandle(libc!, SOCK_DGRAM, peers[0]!), undefined);
  },
});

Deno.test({
  name: "findHandle() tells the sockets of one port apart by type and by peer",
  ignore: !libc,
  fn: async () => {
    const listener = Deno.listen({ hostname: "::", port: 0 });
    const { port } = listener.addr;
    const hostnames = ["127.0.0.1", "127.0.0.1", "::1"];
    const clients = await Promise.all(hostnames.map((hostname) => Deno.connect({ hostname, port })));
    const accepted = [await listener.accept(), await listener.accept(), await listener.accept()];
    const found = accepted.map(({ localAddr, remoteAddr }) =>
      findHandle(libc!, SOCK_STREAM, normalizePeer(localAddr), normalizePeer(remoteAddr))
    );
    assert(found.every((handle) => handle !== undefined));
    assertEquals(new Set(found).size, accepted.length);
    assertEquals(findHandle(libc!, SOCK_DGRAM, normalizePeer(accepted[0]!.localAddr)), undefined);
    for (const socket of [listener, ...clients, ...accepted]) socket.close();
  },
});
