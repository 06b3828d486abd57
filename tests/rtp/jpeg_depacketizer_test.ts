import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { parseRtpPacket, type RtpPacket } from "../../lib/rtp/packet.ts";
import { djpeg } from "../support/jpeg_programs.ts";
import { dropsOf, feed, jpegPayload, packetsOf } from "../support/jpeg_packets.ts";
import { framePackets, madeUpPicture, readRecording, rtpPacket } from "../support/rtp.ts";

Deno.test("JpegDepacketizer gives back what packetizeJpeg() cut, in one JPEG", () => {
  const pictures = fc.record({
    type: fc.constantFrom(0, 1, 64, 65),
    length: fc.integer({ min: 150, max: 9000 }),
    seed: fc.nat(),
    width: fc.integer({ min: 1, max: 96 }),
    height: fc.integer({ min: 1, max: 64 }),
    max: fc.integer({ min: 150, max: 1500 }),
    sequence: fc.integer({ min: 0, max: 0xffff }),
  });
  fc.assert(fc.property(pictures, ({ type, length, seed, width, height, max, sequence }) => {
    const picture = madeUpPicture(length, { type, seed, width, height, restartInterval: type < 64 ? 0 : 9 });
    const depacketizer = new JpegDepacketizer({ sizeOverride: { width, height } });
    const packets = framePackets(packetizeJpeg(picture, max).payloads, 77, sequence);
    const frames = feed(depacketizer, packets);
    assertEquals(frames, [{ data: writeJpeg(picture), timestamp: 77, width, height, packets: packets.length }]);
    assertEquals([depacketizer.frames, depacketizer.damaged], [1, 0]);
  }));
});

for (const name of ["420", "422", "420_restart", "420_odd"]) {
  Deno.test(`JpegDepacketizer rebuilds ${name}.jpg as FFmpeg and GStreamer sent it, pixel for pixel`, async () => {
    const original = await Deno.readFile(new URL(`../vectors/rtp/${name}.jpg`, import.meta.url));
    const image = parseJpeg(original);
    const wanted = await djpeg(original);
    for (const sender of ["ffmpeg", "gstreamer"]) {
      const packets = readRecording(`${sender}_${name}.rtp`).map((bytes) => parseRtpPacket(bytes));
      const depacketizer = new JpegDepacketizer({ sizeOverride: image });
      const frames = feed(depacketizer, packets);
      // FFmpeg 5.1 sends restart markers in type 1, without saying where: no decoder could use that.
      if (sender === "ffmpeg" && name === "420_restart") {
        assertEquals([...depacketizer.drops], [["restart markers not announced", 2]]);
        continue;
      }
      assertEquals(frames.length, 2, `${sender}: ${JSON.stringify([...depacketizer.drops])}`);
      for (const { data, width, height } of frames) {
        assertEquals([width, height], [image.width, image.height]);
        assertEquals(parseJpeg(data).scans[0]!.data, image.scans[0]!.data);
        assertEquals(await djpeg(data), wanted);
      }
    }
  });
}

Deno.test("JpegDepacketizer hands out what a real picture was, through packetizeJpeg()", async () => {
  for (const name of ["420", "422", "420_restart", "420_odd"]) {
    const image = parseJpeg(await Deno.readFile(new URL(`../vectors/rtp/${name}.jpg`, import.meta.url)));
    const fit = fitRfc2435(image);
    assert(fit.fits);
    const [frame] = feed(new JpegDepacketizer({ sizeOverride: image }), packetsOf(fit.image, 0, 0));
    const again = fitRfc2435(parseJpeg(frame!.data));
    assert(again.fits);
    assertEquals(again.image, fit.image);
  }
});

Deno.test("JpegDepacketizer takes the packets of a frame in any order", () => {
  const picture = madeUpPicture(9000);
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 });
  fc.assert(fc.property(order, (shuffled) => {
    const packets = packetsOf(picture, 5, 65533);
    const depacketizer = new JpegDepacketizer();
    const frames = feed(depacketizer, shuffled.map((index) => packets[index]!));
    assertEquals(frames.map(({ data }) => data), [writeJpeg(picture)]);
    assertEquals(depacketizer.damaged, 0);
  }));
});

Deno.test("JpegDepacketizer keeps each frame in memory of its own", () => {
  const depacketizer = new JpegDepacketizer();
  const [first] = feed(depacketizer, packetsOf(madeUpPicture(5000), 0, 0));
  const copy = first!.data.slice();
  feed(depacketizer, packetsOf(madeUpPicture(5000, { seed: 5 }), 1, 4));
  assertEquals(first!.data, copy);
});

for (let missing = 0; missing < 4; missing++) {
  Deno.test(`R10 JpegDepacketizer drops a frame whole when packet ${missing} of 4 is missing`, () => {
    const packets = packetsOf(madeUpPicture(5000), 0, 0);
    const depacketizer = new JpegDepacketizer();
    const rest = packets.filter((_, index) => index !== missing);
    const frames = feed(depacketizer, [...rest, ...packetsOf(madeUpPicture(100), 1, 4)]);
    assertEquals(frames.map(({ timestamp }) => timestamp), [1]);
    const reason = ["start of the frame missing", "gap in the frame", "gap in the frame", "end of the frame missing"];
    assertEquals([...depacketizer.drops], [[reason[missing]!, 1]]);
  });
}

Deno.test("R10 JpegDepacketizer takes repeated bytes that agree and drops frames that contradict themselves", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0);
  const depacketizer = new JpegDepacketizer();
  assertEquals(feed(depacketizer, [packets[0]!, packets[0]!, packets[1]!, packets[0]!, ...packets.slice(2)]).length, 1);
  const second = packetsOf(madeUpPicture(5000), 1, 4);
  const lie = { ...second[1]!, payload: second[1]!.payload.slice() };
  lie.payload[20]! ^= 1;
  assertEquals(feed(depacketizer, [second[0]!, second[1]!, lie, second[2]!, second[3]!]).length, 0);
  assertEquals([...depacketizer.drops], [["fragments disagree", 1]]);
});

Deno.test("R10 JpegDepacketizer drops an offset of 0xFFFFFF", () => {
  assertEquals(dropsOf(jpegPayload({ fragmentOffset: 0xffffff })), ["frame over the size limit"]);
});

Deno.test("R10 JpegDepacketizer drops frames over its limit", () => {
  const depacketizer = new JpegDepacketizer({ maxFrameSize: 4000 });
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(4001), 0, 0)).length, 0);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(4000), 1, 9)).length, 1);
  assertEquals([...depacketizer.drops], [["frame over the size limit", 1]]);
});

Deno.test("JpegDepacketizer counts a broken first packet and the rest of its frame once", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0);
  packets[0]!.payload[5] = 0;
  const depacketizer = new JpegDepacketizer();
  feed(depacketizer, [...packets, ...packetsOf(madeUpPicture(100), 1, 4)]);
  assertEquals([[...depacketizer.drops], depacketizer.damaged], [[["reserved Q", 1]], 1]);
});

/** Frames of a sender whose markers are as `marker` says. */
function sendWithMarkers(marker: (index: number, count: number) => boolean, frames: number): RtpPacket[] {
  return Array.from(
    { length: frames },
    (_, frame) =>
      packetsOf(madeUpPicture(5000, { seed: frame }), frame, 4 * frame).map((packet, index, all) => ({
        ...packet,
        marker: marker(index, all.length),
      })),
  ).flat();
}

Deno.test("R09 JpegDepacketizer ends frames by the timestamp when no marker ever comes", () => {
  const depacketizer = new JpegDepacketizer();
  const frames = feed(depacketizer, sendWithMarkers(() => false, 4));
  assertEquals(frames.map(({ data }) => data), [0, 1, 2].map((seed) => writeJpeg(madeUpPicture(5000, { seed }))));
  assertEquals(depacketizer.flush()?.timestamp, undefined, "nothing proves that the last frame is whole");
  assertEquals(depacketizer.frames, 3);
});

for (const [name, marker] of [["always", () => true], ["in the middle", (index: number) => index === 1]] as const) {
  Deno.test(`R09 JpegDepacketizer ends frames by the timestamp when the marker comes ${name}`, () => {
    const depacketizer = new JpegDepacketizer();
    const large = { width: 640, height: 480 };
    const packets = sendWithMarkers(marker, 4);
    for (const packet of packets) packet.payload.set([large.width / 8, large.height / 8], 6);
    const frames = feed(depacketizer, packets);
    assertEquals(frames.map(({ timestamp }) => timestamp), [1, 2]);
    assertEquals(frames[0]!.data, writeJpeg(madeUpPicture(5000, { seed: 1, ...large })));
    assertEquals(depacketizer.damaged, 1);
  });
}

Deno.test("R09 JpegDepacketizer believes the marker again when it tells the truth again", () => {
  const depacketizer = new JpegDepacketizer();
  const packets = [...sendWithMarkers(() => false, 2), ...packetsOf(madeUpPicture(100), 5, 8)];
  assertEquals(feed(depacketizer, packets).map(({ timestamp }) => timestamp), [0, 1]);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(100), 6, 9)).map(({ timestamp }) => timestamp), [5]);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(100), 7, 10)).map(({ timestamp }) => timestamp), [6]);
  assertEquals(feed(depacketizer, packetsOf(madeUpPicture(100), 8, 11)).map(({ timestamp }) => timestamp), [8]);
});

Deno.test("R08 JpegDepacketizer tells frames apart when the timestamp stands still or goes back", () => {
  for (const timestamps of [[7, 7, 7, 7], [9, 7, 5, 0xffffffff]]) {
    const depacketizer = new JpegDepacketizer();
    const packets = timestamps.map((timestamp, frame) =>
      packetsOf(madeUpPicture(5000, { seed: frame }), timestamp, frame * 4)
    );
    const frames = feed(depacketizer, packets.flat());
    assertEquals(frames.map(({ data }) => data), [0, 1, 2, 3].map((seed) => writeJpeg(madeUpPicture(5000, { seed }))));
    assertEquals(depacketizer.damaged, 0);
  }
});

Deno.test("JpegDepacketizer passes over packets that come after their frame was closed", () => {
  const first = packetsOf(madeUpPicture(5000), 0, 0);
  const second = packetsOf(madeUpPicture(5000, { seed: 1 }), 1, 4);
  const depacketizer = new JpegDepacketizer();
  const mixed = [
    first[0]!,
    first[2]!,
    first[3]!,
    second[0]!,
    first[1]!,
    second[1]!,
    second[2]!,
    second[3]!,
    second[1]!,
  ];
  assertEquals(feed(depacketizer, mixed).map(({ timestamp }) => timestamp), [1]);
  assertEquals(depacketizer.damaged, 1);
});

Deno.test("JpegDepacketizer begins anew with another source", () => {
  const packets = packetsOf(madeUpPicture(5000), 0, 0);
  const other = packetsOf(madeUpPicture(5000), 0, 0).map((packet) => ({ ...packet, ssrc: 9 }));
  const depacketizer = new JpegDepacketizer();
  assertEquals(feed(depacketizer, [packets[0]!, packets[1]!, ...other]).length, 1);
  assertEquals([...depacketizer.drops], [["cut off by another source", 1]]);
});

Deno.test("JpegDepacketizer.flush() hands out the last frame when its EOI proves it whole", () => {
  const data = Uint8Array.of(...madeUpPicture(100).scan, 0xff, 0xd9);
  const depacketizer = new JpegDepacketizer();
  assertEquals(depacketizer.push(rtpPacket({ payload: jpegPayload({}, data) })), undefined);
  assertEquals(depacketizer.flush()?.data, writeJpeg(madeUpPicture(100)));
  assertEquals(depacketizer.flush(), undefined);
});
