import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ByteStream, connectTcp, TcpListener } from "../../lib/net/tcp.ts";
import { encodeText } from "../../lib/core/bytes.ts";

async function connected(body: (ours: ByteStream, theirs: ByteStream) => Promise<void>): Promise<void> {
  const listener = TcpListener.open({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener[Symbol.asyncIterator]().next();
  const ours = await connectTcp(listener.address);
  const theirs = (await accepted).value as ByteStream;
  try {
    await body(ours, theirs);
  } finally {
    ours.close();
    theirs.close();
    listener.close();
  }
}

Deno.test("ByteStream.read() gives what the peer wrote, then undefined at its end", async () => {
  await connected(async (ours, theirs) => {
    await ours.write(encodeText("OPTIONS"));
    ours.close();
    assertEquals(await theirs.read(), encodeText("OPTIONS"));
    assertEquals(await theirs.read(), undefined);
    assertEquals(theirs.failure, undefined);
  });
});

Deno.test("ByteStream.read() gives bytes that later reads leave alone", async () => {
  await connected(async (ours, theirs) => {
    await ours.write(encodeText("first"));
    const first = await theirs.read();
    await ours.write(encodeText("other"));
    await theirs.read();
    assertEquals(first, encodeText("first"));
  });
});

Deno.test("ByteStream.close() ends a read that waits", async () => {
  await connected(async (ours) => {
    const reading = ours.read();
    ours.close();
    assertEquals(await reading, undefined);
    assertEquals(ours.failure, undefined);
  });
});

Deno.test("ByteStream names both ends as the other end sees them", async () => {
  await connected((ours, theirs) => {
    assertEquals(ours.local, theirs.remote);
    assertEquals(ours.remote, theirs.local);
    return Promise.resolve();
  });
});

Deno.test("TcpListener on an IPv6 address names IPv4 peers in IPv4 form", async () => {
  const listener = TcpListener.open({ hostname: "::", port: 0 });
  const accepted = listener[Symbol.asyncIterator]().next();
  const ours = await connectTcp({ hostname: "127.0.0.1", port: listener.address.port });
  const theirs = (await accepted).value as ByteStream;
  assertEquals(theirs.remote.hostname, "127.0.0.1");
  ours.close();
  theirs.close();
  listener.close();
});

Deno.test("X05 TcpListener survives errors of accept and goes on", async () => {
  const real = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let failures = 2;
  const flaky = {
    addr: real.addr,
    accept: () => failures-- > 0 ? Promise.reject(new Error("Too many open files")) : real.accept(),
    close: () => real.close(),
  } as Deno.TcpListener;
  const listener = new TcpListener(flaky);
  const accepted = listener[Symbol.asyncIterator]().next();
  const ours = await connectTcp(listener.address);
  const { value } = await accepted;
  assertEquals((value as ByteStream).remote, ours.local);
  ours.close();
  (value as ByteStream).close();
  listener.close();
});

Deno.test("TcpListener.close() ends the accept loop", async () => {
  const listener = TcpListener.open({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener[Symbol.asyncIterator]().next();
  listener.close();
  assertEquals((await accepted).done, true);
});

Deno.test("connectTcp() says which server did not answer", async () => {
  const listener = TcpListener.open({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.address;
  listener.close();
  const error = await assertRejects(() => connectTcp({ hostname: "127.0.0.1", port }), Error);
  assertStringIncludes(error.message, `Cannot connect to 127.0.0.1:${port}: `);
});

Deno.test("connectTcp() ends when its signal aborts", async () => {
  const signal = AbortSignal.abort(new Error("the window was closed"));
  await assertRejects(
    () => connectTcp({ hostname: "127.0.0.1", port: 9, signal }),
    Error,
    "Cannot connect to 127.0.0.1:9: the window was closed",
  );
});
