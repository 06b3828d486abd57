import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { addressOf, libcPaths, openLibc } from "../../lib/net/libc.ts";
import { describeUdpEngine } from "../../lib/net/udp.ts";

const native = openLibc() !== undefined;

Deno.test({
  name: "openLibc() gives all that is needed to a thread that may open the C library and nothing else",
  ignore: !native,
  async fn() {
    const worker = new Worker(new URL("../support/restricted_udp.ts", import.meta.url), {
      type: "module",
      deno: {
        permissions: { read: [fromFileUrl(new URL("../../", import.meta.url))], ffi: libcPaths(Deno.build.arch) },
      },
    });
    const told = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
    worker.terminate();
    assertEquals(told, describeUdpEngine());
  },
});

Deno.test({
  name: "addressOf() tells where a view begins, also inside its buffer",
  ignore: !native,
  fn() {
    const whole = new Uint8Array(new ArrayBuffer(1000));
    assertEquals(addressOf(whole.subarray(100)) - addressOf(whole), 100);
  },
});

Deno.test({
  name: "openLibc() tells why a call failed",
  ignore: !native,
  fn() {
    const libc = openLibc()!;
    assertEquals([libc.call.close(-1), libc.errno()], [-1, 9]);
  },
});
