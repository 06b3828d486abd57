import { assert, assertEquals, assertGreater } from "@std/assert";
import { systemClock } from "../../../lib/core/clock.ts";
import { writePcap } from "../../../lib/client/inspection/pcap.ts";
import { WireLog } from "../../../lib/client/inspection/wire_log.ts";
import { JpegSplitter } from "../../../lib/jpeg/boundary.ts";
import { sayHello, sendPictures } from "../../support/wire_sample.ts";

const FILM = new URL("../../../media/flipbook.mjpeg", import.meta.url);

/** What Wireshark reads in the capture: the fields of each packet, one row each. */
async function dissect(capture: Uint8Array, fields: readonly string[]): Promise<string[][]> {
  const file = await Deno.makeTempFile({ suffix: ".pcap" });
  try {
    await Deno.writeFile(file, capture);
    const { code, stdout, stderr } = await new Deno.Command("tshark", {
      args: ["-n", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-r", file, "-T", "fields"]
        .concat(fields.flatMap((field) => ["-e", field])),
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => line.split("\t"));
  } finally {
    await Deno.remove(file);
  }
}

async function capture(transport: "udp" | "tcp"): Promise<Uint8Array> {
  const log = new WireLog(systemClock);
  log.listen(true);
  sayHello(log, transport);
  const pictures = new JpegSplitter().push(await Deno.readFile(FILM)).slice(0, 3);
  sendPictures(log, systemClock, pictures, { transport });
  return writePcap(log.records());
}

for (const transport of ["udp", "tcp"] as const) {
  Deno.test(`writePcap() with ${transport} is read by Wireshark as RTSP, RTP, JPEG and RTCP without a complaint`, async () => {
    const fields = ["rtsp.method", "rtsp.status", "rtp.seq", "jpeg.main_hdr.offset", "rtcp.pt", "_ws.expert.message"];
    const rows = await dissect(await capture(transport), fields);
    const column = (index: number) =>
      rows.flatMap((row) => (row[index] ?? "").split(",")).filter((value) => value !== "");
    assertEquals(column(0), ["DESCRIBE", "SETUP", "PLAY"]);
    assertEquals(column(1), ["200", "200", "200"]);
    assertEquals(column(2)[0], "65500");
    assertGreater(column(2).length, 20);
    assertEquals(column(3).filter((offset) => offset === "0").length, 3);
    assertEquals(column(4), ["200", "202", "201", "202"]);
    const complaints = column(5).filter((text) => /malformed|checksum|not captured|retransmission|unseen/i.test(text));
    assertEquals(complaints, []);
  });
}

Deno.test("writePcap() lets Wireshark know RTSP on any port", async () => {
  const log = new WireLog(systemClock);
  sayHello(log, "udp", "film", 46_069);
  const rows = await dissect(writePcap(log.records()), ["rtsp.method"]);
  assertEquals(rows.flat().filter((method) => method !== ""), ["DESCRIBE", "SETUP", "PLAY"]);
});

Deno.test("writePcap() writes addresses of version 6", async () => {
  const log = new WireLog(systemClock);
  log.listen(true);
  const ends = { local: { hostname: "fe80::1%eth0", port: 5004 }, remote: { hostname: "2001:db8::7", port: 6970 } };
  log.packet("rtp", false, ends, new Uint8Array(20));
  const rows = await dissect(writePcap(log.records()), ["ipv6.src", "ipv6.dst", "udp.srcport", "udp.checksum.status"]);
  assertEquals(rows, [["2001:db8::7", "fe80::1", "6970", "1"]]);
});

Deno.test("writePcap() of nothing is a file without packets", () => {
  const file = writePcap([]);
  assertEquals(file.length, 24);
  assert(file[0] === 0xa1 && file[1] === 0xb2);
});
