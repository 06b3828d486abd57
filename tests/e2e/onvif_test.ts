import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { concatBytes } from "../../lib/core/bytes.ts";
import { decodeSequential } from "../../lib/jpeg/coefficients.ts";
import { SOF2 } from "../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { decodeProgressive } from "../../lib/jpeg/progressive.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { rtpForm } from "../../lib/server/forms/media_form.ts";
import { RtpSender } from "../../lib/server/sending/rtp_sender.ts";
import { startServer } from "../../lib/server/server.ts";
import { makeZoo } from "../support/jpeg_zoo.ts";
import { drawPixmap, pipe, writePixmap } from "../support/jpeg_programs.ts";
import { withMedia } from "../support/make_film.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { NotingDelivery } from "../support/noting_delivery.ts";
import { framemd5, type Peer, PEERS, playedFrames, run } from "../support/peers.ts";

const SIZE: [number, number] = [160, 120];

Deno.test("every JPEG of the zoo whose chroma RTP has no type for arrives with every coefficient, by the header extension", async () => {
  const zoo = (await makeZoo()).filter(({ fate }) => fate === "chroma");
  assertGreaterOrEqual(zoo.length, 8);
  const form = rtpForm({ onvifExtension: true });
  for (const { name, bytes } of zoo) {
    const prepared = await form.prepare({ data: bytes, index: 0, time: 0 });
    assert("packets" in prepared, name);
    assertEquals(prepared.change, undefined, name);
    const delivery = new NotingDelivery();
    const clock = new ManualClock();
    const sender = new RtpSender({ ssrc: 1, firstSequence: 65530, delivery, clock, timestampAt: () => 0 });
    sender.send(prepared.packets, 0, prepared.packets.payloads.length, 0);
    const depacketizer = new JpegDepacketizer();
    const frame = delivery.rtp.map((packet) => depacketizer.push(packet)).find((picture) => picture !== undefined);
    assert(frame !== undefined, `${name}: ${[...depacketizer.drops.keys()]}`);
    const [before, after] = [parseJpeg(bytes), parseJpeg(frame.data)];
    assertEquals([after.width, after.height, after.components], [before.width, before.height, before.components], name);
    const decode = before.process === SOF2 ? decodeProgressive : decodeSequential;
    assertEquals(decodeSequential(after), decode(before), name);
    for (const { quantization } of before.components) {
      assertEquals(after.quantization[quantization]!.values, before.quantization[quantization]!.values, name);
    }
  }
});

Deno.test("players that do not know the ONVIF extension show nothing of 4:4:4 rather than a wrong picture", async (test) => {
  const jpeg = await pipe("cjpeg", ["-sample", "1x1"], writePixmap(drawPixmap(...SIZE)));
  await withMedia({ "film.mjpeg": concatBytes(new Array(20).fill(jpeg)) }, async (directory) => {
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [directory], onvifExtension: true });
    try {
      const url = `rtsp://127.0.0.1:${server.port}/film.mjpeg`;
      for (const peer of PEERS) await test.step(peer, async () => assertEquals(await shownBy(peer, url), 0));
    } finally {
      await server.close();
    }
  });
});

/** How many pictures a player shows of a stream, whatever it complains about. */
async function shownBy(peer: Peer, url: string): Promise<number> {
  try {
    if (peer !== "ffmpeg") return (await playedFrames(peer, url, SIZE, "tcp")).length;
    return framemd5(await run("ffmpeg", ["-v", "quiet", "-rtsp_transport", "tcp", "-i", url, "-f", "framemd5", "-"]))
      .length;
  } catch {
    return 0;
  }
}
