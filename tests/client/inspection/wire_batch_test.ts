import { assertEquals } from "@std/assert";
import { encodeText } from "../../../lib/core/bytes.ts";
import { MAX_BATCH_PACKETS, wireMessage } from "../../../lib/client/inspection/wire_batch.ts";
import { WireLog } from "../../../lib/client/inspection/wire_log.ts";
import { JpegSplitter } from "../../../lib/jpeg/boundary.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { sayHello, sendPictures } from "../../support/wire_sample.ts";

const ENDS = { local: { hostname: "127.0.0.1", port: 5004 }, remote: { hostname: "127.0.0.1", port: 6970 } };

async function sample(): Promise<WireLog> {
  const clock = new ManualClock();
  const log = new WireLog(clock);
  log.listen(true);
  sayHello(log);
  const film = await Deno.readFile(new URL("../../../media/flipbook.mjpeg", import.meta.url));
  sendPictures(log, clock, new JpegSplitter().push(film).slice(0, 1));
  return log;
}

Deno.test("wireMessage() tells the headers of RTP and RFC 2435 and the fields of reports", async () => {
  const message = wireMessage((await sample()).records(), true);
  assertEquals(message.texts.length, 6);
  assertEquals(message.texts[0]!.ends, ["127.0.0.1:40000", "127.0.0.1:8554"]);
  const first = message.packets[0]!;
  assertEquals([first.sequence, first.marker, first.payloadType, first.timestamp], [65_500, false, 26, 90_000]);
  const { offset, width, height, tables } = first.jpeg!;
  assertEquals([offset, width, height, tables!.size], [0, 640, 480, 128]);
  assertEquals(message.packets.at(-1)!.marker, true);
  assertEquals(message.reports.map(({ sent, parts }) => [sent, ...parts.map(({ name }) => name)]), [
    [false, "SR", "SDES"],
    [true, "RR", "SDES"],
  ]);
});

Deno.test("wireMessage() tells the headers of a picture that only ONVIF's header extension describes", () => {
  const log = new WireLog(new ManualClock());
  log.listen(true);
  for (const profile of [[0xff, 0xd8], [0xbe, 0xde]]) {
    const header = [0x90, 26, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, ...profile, 0, 0];
    log.packet("rtp", false, ENDS, Uint8Array.from([...header, 0, 0, 0, 0, 128, 50, 8, 6, 1, 2, 3]));
  }
  const [onvif, other] = wireMessage(log.records(), false).packets;
  assertEquals([onvif!.jpeg?.type, onvif!.jpeg?.width, other!.jpeg], [128, 64, undefined]);
});

Deno.test("wireMessage() tells the newest packets where there are too many, and what cannot be read", () => {
  const log = new WireLog(new ManualClock());
  log.listen(true);
  for (let sequence = 0; sequence < MAX_BATCH_PACKETS + 10; sequence++) {
    const packet = new Uint8Array(14);
    packet.set([0x80, 26, sequence >> 8, sequence & 0xff]);
    packet.set([0xff, 0xd8], 12);
    log.packet("rtp", false, ENDS, packet);
  }
  log.packet("rtcp", false, ENDS, encodeText("nonsense"));
  log.packet("rtp", false, ENDS, encodeText("nonsense"));
  const message = wireMessage(log.records(), false);
  assertEquals(message.skipped, 11);
  assertEquals(message.packets.at(-1)!.sequence, MAX_BATCH_PACKETS + 9);
  assertEquals(message.packets[0]!.jpeg, undefined);
  assertEquals(message.reports[0]!.parts[0]!.name, "Unreadable");
});
