import { assertEquals } from "@std/assert";
import { parseIpv4, parseIpv6, socketAddressOf, writeSocketAddress } from "../../lib/net/socket_address.ts";

Deno.test("parseIpv4() reads dotted addresses and nothing else", () => {
  assertEquals(parseIpv4("127.0.0.1"), [127, 0, 0, 1]);
  for (const text of ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "localhost", "-1.2.3.4"]) {
    assertEquals(parseIpv4(text), undefined, text);
  }
});

Deno.test("parseIpv6() reads every written form of an address", () => {
  const zeros = (count: number) => new Array<number>(count).fill(0);
  assertEquals(parseIpv6("::"), zeros(16));
  assertEquals(parseIpv6("::1"), [...zeros(15), 1]);
  assertEquals(parseIpv6("fe80::"), [0xfe, 0x80, ...zeros(14)]);
  assertEquals(parseIpv6("2001:db8::ABCD:7"), [0x20, 1, 0x0d, 0xb8, ...zeros(8), 0xab, 0xcd, 0, 7]);
  assertEquals(parseIpv6("1:2:3:4:5:6:7:8"), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]);
  assertEquals(parseIpv6("::ffff:10.0.0.9"), [...zeros(10), 0xff, 0xff, 10, 0, 0, 9]);
});

Deno.test("parseIpv6() refuses what is no address", () => {
  for (
    const text of [
      "",
      ":",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7::8",
      "12345::",
      "g::",
    ]
  ) {
    assertEquals(parseIpv6(text), undefined, text);
  }
  assertEquals(parseIpv6("fe80::1%eth0"), undefined);
});

Deno.test("writeSocketAddress() lays out sockaddr_in and sockaddr_in6", () => {
  const ipv4 = writeSocketAddress({ hostname: "10.1.2.3", port: 0x1234 })!;
  assertEquals([...ipv4], [2, 0, 0x12, 0x34, 10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0]);
  const ipv6 = writeSocketAddress({ hostname: "::2", port: 5 })!;
  assertEquals([...ipv6], [10, 0, 0, 5, 0, 0, 0, 0, ...new Array<number>(15).fill(0), 2, 0, 0, 0, 0]);
  assertEquals(writeSocketAddress({ hostname: "localhost", port: 5 }), undefined);
  assertEquals(writeSocketAddress({ hostname: "::2", port: 65_536 }), undefined);
});

Deno.test({
  name: "socketAddressOf() makes the address of a peer once",
  ignore: Deno.build.os !== "linux",
  fn: () => {
    const peer = { hostname: "10.1.2.3", port: 7 };
    assertEquals(socketAddressOf(peer) === socketAddressOf(peer), true);
  },
});
