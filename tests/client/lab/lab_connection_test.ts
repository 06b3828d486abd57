import { assertEquals, assertRejects } from "@std/assert";
import { LabConnection } from "../../../lib/client/lab/lab_connection.ts";
import { PlayerError } from "../../../lib/client/player_types.ts";
import { decodeLatin1, encodeText } from "../../../lib/core/bytes.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";
import { SimulatedNetwork, type SimulatedStream } from "../../support/simulated_network.ts";

async function connected() {
  const clock = new ManualClock();
  const network = new SimulatedNetwork();
  let server: SimulatedStream | undefined;
  network.listen(1025, (stream) => server = stream);
  const connection = new LabConnection(await network.connect({ hostname: "server", port: 1025 }), clock);
  const closed: PlayerError[] = [];
  connection.onClosed = (reason) => closed.push(reason);
  const ask = (method: string) => connection.request(method, "f", { session: "1" }, { timeout: 1000 });
  const reply = async (cseq: number | string, status = 200) => {
    await server!.write(encodeText(`RTSP/1.0 ${status} X\nCSeq: ${cseq}\nSession: 1`));
    await settle();
    clock.advance(60);
  };
  return { clock, connection, closed, ask, reply, server: server! };
}

Deno.test("LabConnection.request() takes the reply whatever its CSeq says", async () => {
  for (const cseq of [1, 0, 77, "CSeq:"]) {
    const { ask, reply, connection, clock } = await connected();
    const asked = ask("PLAY");
    await reply(cseq);
    assertEquals((await asked).status, 200);
    connection.close();
    assertEquals(clock.pending, 0);
  }
});

Deno.test("LabConnection.request() does not take the late reply to a request that was given up", async () => {
  const { ask, reply, connection, clock } = await connected();
  const lost = assertRejects(() => ask("PLAY"), PlayerError, "did not answer PLAY within 1 s");
  clock.advance(1000);
  await lost;
  const asked = ask("PAUSE");
  await reply(1, 404);
  await reply(2, 200);
  assertEquals((await asked).status, 200);
  connection.close();
});

Deno.test("LabConnection.request() sends the missing line end to a server that waits for it, and from then on", async () => {
  const { connection, clock, server, reply } = await connected();
  const asked = connection.request("SETUP", "f", { rtpPort: 5000 }, { timeout: 9000, nudge: 1000 });
  await settle();
  assertEquals(decodeLatin1((await server.read())!).endsWith("client_port= 5000"), true);
  clock.advance(1000);
  await settle();
  assertEquals(decodeLatin1((await server.read())!), "\n");
  await reply(1);
  await asked;
  connection.request("PLAY", "f", { session: "1" }, { timeout: 1000 }).catch(() => {});
  await settle();
  assertEquals(decodeLatin1((await server.read())!), "PLAY f RTSP/1.0\nCSeq: 2\nSession: 1\n");
  connection.close();
});

Deno.test("LabConnection reads a reply that the end of the connection completes", async () => {
  const { ask, server, closed } = await connected();
  const asked = ask("TEARDOWN");
  await server.write(encodeText("RTSP/1.0 200 OK\nCSeq: 1\nSession: 1"));
  server.close();
  assertEquals((await asked).status, 200);
  await settle();
  assertEquals(closed.map(({ code }) => code), ["server-gone"]);
});

Deno.test("LabConnection ends with a server whose reply does not end", async () => {
  const { ask, server, closed, clock } = await connected();
  const asked = assertRejects(() => ask("PLAY"), PlayerError, "closed the connection");
  await server.write(new Uint8Array(17 * 1024).fill(65));
  await asked;
  assertEquals([closed.length, clock.pending], [1, 0]);
});
