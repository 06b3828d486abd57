import { assert, assertEquals } from "@std/assert";
import { concatBytes, equalBytes } from "../../../lib/core/bytes.ts";
import { decodeSequential } from "../../../lib/jpeg/coefficients.ts";
import { DQT, SOS } from "../../../lib/jpeg/markers.ts";
import { parseJpeg } from "../../../lib/jpeg/parse.ts";
import { JpegDepacketizer } from "../../../lib/rtp/jpeg_depacketizer.ts";
import { RtpSender } from "../../../lib/server/sending/rtp_sender.ts";
import { type MediaForm, rtpForm } from "../../../lib/server/forms/media_form.ts";
import type { TranscodePool } from "../../../lib/server/forms/transcode_pool.ts";
import { makeJpeg } from "../../support/make_film.ts";
import { insertAt, markerOffset, sampleJpeg, segment } from "../../support/jpeg_samples.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { NotingDelivery } from "../../support/noting_delivery.ts";
import { inSeparateScans } from "../../support/separate_scans.ts";

const frameOf = (data: Uint8Array<ArrayBuffer>) => ({ data, index: 0, time: 0 });

/** What a receiver makes of the packets that leave. */
async function received(form: MediaForm, data: Uint8Array<ArrayBuffer>) {
  const prepared = await form.prepare(frameOf(data));
  assert("packets" in prepared);
  const delivery = new NotingDelivery();
  const sender = new RtpSender({ ssrc: 1, firstSequence: 0, delivery, clock: new ManualClock(), timestampAt: () => 0 });
  sender.send(prepared.packets, 0, prepared.packets.payloads.length, 0);
  const depacketizer = new JpegDepacketizer();
  const frame = delivery.rtp.map((packet) => depacketizer.push(packet)).find((picture) => picture !== undefined);
  return { frame: frame!, prepared, packets: delivery.rtp };
}

Deno.test("rtpForm() sends what fits as it is, and what is little work without a thread", () => {
  const untouchable = { run: () => Promise.reject(new Error("not needed")) } as unknown as TranscodePool;
  const form = rtpForm({ pool: untouchable });
  const fitting = form.prepare(frameOf(makeJpeg(1)));
  assert("packets" in fitting && !fitting.heavy);
});

Deno.test("rtpForm() gives to a thread what takes more than a millisecond", async () => {
  const runs: boolean[] = [];
  const pool = {
    run: (_task: unknown, urgent: boolean) => {
      runs.push(urgent);
      return Promise.resolve({ kind: "refused", reason: "it is a test" });
    },
  } as unknown as TranscodePool;
  const form = rtpForm({ pool });
  // A size that the sample does not have: what counts is what the header says.
  const large = sampleJpeg("444").slice();
  const sof = large.findIndex((byte, at) => byte === 0xff && large[at + 1] === 0xc0);
  large.set([0x04, 0x38, 0x07, 0x80], sof + 5);
  assertEquals(await form.prepare(frameOf(large), false), { reason: "it is a test" });
  assertEquals(runs, [false]);
});

Deno.test("J09 rtpForm() writes the size of a picture over 2040 pixels into the header extension", async () => {
  const jpeg = makeJpeg(2, { width: 2048, height: 16 });
  const { frame, packets } = await received(rtpForm(), jpeg);
  assertEquals([frame.width, frame.height], [2048, 16]);
  assert(equalBytes(parseJpeg(frame.data).scans[0]!.data, parseJpeg(jpeg).scans[0]!.data));
  assertEquals(packets[0]!.extension!.profile, 0xffd8);
  assertEquals([packets[0]!.payload[6], packets[0]!.payload[7]], [0, 0]);
  const { packets: plain } = await received(rtpForm(), makeJpeg(2));
  assertEquals(plain[0]!.extension, undefined);
});

Deno.test("rtpForm() sends sampling that RFC 2435 has no type for untouched where the ONVIF extension is wanted", async () => {
  for (const name of ["444", "440", "411"]) {
    const jpeg = sampleJpeg(name);
    const { frame, prepared, packets } = await received(rtpForm({ onvifExtension: true }), jpeg);
    assertEquals([prepared.change, packets[0]!.payload[4]], [undefined, 128], name);
    const [before, after] = [parseJpeg(jpeg), parseJpeg(frame.data)];
    assertEquals([after.width, after.height, after.components], [before.width, before.height, before.components]);
    assert(equalBytes(after.scans[0]!.data, before.scans[0]!.data), name);
    assertEquals(decodeSequential(after), decodeSequential(before), name);
  }
  const { prepared } = await received(rtpForm(), sampleJpeg("444"));
  assert(prepared.change !== undefined);
});

Deno.test("rtpForm() keeps every coefficient of 4:4:4 in many scans, and steps of 16 bits, by the extension", async () => {
  const plain = sampleJpeg("444");
  const steps = new Array<number>(64).fill(0).flatMap((_, k) => [1, k]);
  const wide = [0, 1].map((id) => segment(DQT, 0x10 | id, ...steps));
  const jpegs = [
    inSeparateScans("444"),
    insertAt(plain, markerOffset(plain, SOS), concatBytes(wide)),
    insertAt(inSeparateScans("411"), markerOffset(inSeparateScans("411"), SOS), concatBytes(wide)),
  ];
  for (const [index, jpeg] of jpegs.entries()) {
    const { frame, prepared } = await received(rtpForm({ onvifExtension: true }), jpeg);
    const [before, after] = [parseJpeg(jpeg), parseJpeg(frame.data)];
    assertEquals([prepared.change, after.components], [undefined, before.components], `picture ${index}`);
    assertEquals(decodeSequential(after), decodeSequential(before), `picture ${index}`);
    for (const { quantization } of before.components) {
      assertEquals(after.quantization[quantization], before.quantization[quantization]);
    }
  }
});

Deno.test("rtpForm() sends what RFC 2435 carries without loss without the extension, for all to see", async () => {
  for (const name of ["420_optimized", "420_progressive", "grey", "420", "rgb"]) {
    const { packets } = await received(rtpForm({ onvifExtension: true }), sampleJpeg(name));
    assertEquals([packets[0]!.extension, packets[0]!.payload[4]! < 2], [undefined, true], name);
  }
});

Deno.test("rtpForm() scales what is larger than it may be, and leaves the rest as it is", async () => {
  const form = rtpForm({ fit: 100 });
  const { frame } = await received(form, makeJpeg(1, { width: 128, height: 96 }));
  assertEquals([frame.width, frame.height], [96, 72]);
  const small = await form.prepare(frameOf(makeJpeg(1)));
  assert("packets" in small && small.change === undefined);
});

Deno.test("rtpForm() says why it cannot carry a picture", async () => {
  for (const name of ["arithmetic", "cmyk"]) {
    assert("reason" in await rtpForm().prepare(frameOf(sampleJpeg(name))), name);
  }
  assert("reason" in await rtpForm().prepare(frameOf(Uint8Array.of(1, 2, 3))));
});
