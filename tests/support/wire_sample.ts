import type { Clock } from "../../lib/core/clock.ts";
import { encodeText } from "../../lib/core/bytes.ts";
import { fitRfc2435 } from "../../lib/jpeg/rfc2435.ts";
import { parseJpeg } from "../../lib/jpeg/parse.ts";
import type { WireEnds, WireLog } from "../../lib/client/inspection/wire_log.ts";
import { packetizeJpeg } from "../../lib/rtp/jpeg_packetizer.ts";
import { writeRtpPacket } from "../../lib/rtp/packet.ts";
import { ntpFromUnix, writeRtcp } from "../../lib/rtp/rtcp.ts";
import { describeSession } from "../../lib/rtsp/sdp.ts";

const LOOPBACK = "127.0.0.1";
const URL = "rtsp://127.0.0.1:8554/flipbook.mjpeg";
const SSRC = 0x46_4c_49_50;
const OURS = 0x50_4c_41_59;
const FIRST_SEQUENCE = 65_500;

function ends(local: number, remote: number, channel?: number): WireEnds {
  return {
    local: { hostname: LOOPBACK, port: local },
    remote: { hostname: LOOPBACK, port: remote },
    ...(channel !== undefined && { channel }),
  };
}

/** What a wire log holds after DESCRIBE, SETUP and PLAY of the film; `title` is the name in the session description. */
export function sayHello(log: WireLog, transport: "udp" | "tcp" = "udp", title = "flipbook.mjpeg", port = 8554): void {
  const sdp = describeSession({
    name: title,
    address: LOOPBACK,
    duration: 20,
    frameRate: 25,
    width: 640,
    height: 480,
    live: false,
  });
  const [asked, granted] = transport === "udp"
    ? [
      "RTP/AVP;unicast;client_port=5004-5005",
      `RTP/AVP;unicast;client_port=5004-5005;server_port=6970-6971;ssrc=${SSRC.toString(16).toUpperCase()}`,
    ]
    : ["RTP/AVP/TCP;unicast;interleaved=0-1", "RTP/AVP/TCP;unicast;interleaved=0-1"];
  const control = ends(40_000, port);
  let cseq = 0;
  const say = (start: string, headers: readonly string[], answer: readonly string[], body = "") => {
    const number = `CSeq: ${++cseq}`;
    log.message(true, control, encodeText([start, number, "User-Agent: Flipbook", ...headers, "", ""].join("\r\n")));
    const reply = ["RTSP/1.0 200 OK", number, "Server: Flipbook", ...answer, "", body].join("\r\n");
    log.message(false, control, encodeText(reply));
  };
  const type = ["Content-Type: application/sdp", `Content-Base: ${URL}/`, `Content-Length: ${sdp.length}`];
  say(`DESCRIBE ${URL} RTSP/1.0`, ["Accept: application/sdp"], type, sdp);
  say(`SETUP ${URL}/track1 RTSP/1.0`, [`Transport: ${asked}`], [
    `Transport: ${granted}`,
    "Session: 6f1c0ab2;timeout=60",
  ]);
  say(`PLAY ${URL} RTSP/1.0`, ["Session: 6f1c0ab2", "Range: npt=0-"], [
    "Session: 6f1c0ab2",
    "Range: npt=0-20",
    `RTP-Info: url=${URL}/track1;seq=${FIRST_SEQUENCE};rtptime=90000`,
  ]);
}

/** What becomes of a packet on its way. */
export type Fate = "arrives" | "lost" | "late" | "twice";

/** The RTP packets of some pictures, and the reports of both sides; `fate` tells what becomes of the n-th packet. */
export function sendPictures(
  log: WireLog,
  clock: Clock,
  pictures: readonly Uint8Array<ArrayBuffer>[],
  options: { transport?: "udp" | "tcp"; fate?: (index: number) => Fate } = {},
): void {
  const { transport = "udp", fate = () => "arrives" as const } = options;
  const rtp = transport === "udp" ? ends(5004, 6970) : ends(40_000, 8554, 0);
  const rtcp = transport === "udp" ? ends(5005, 6971) : ends(40_000, 8554, 1);
  let count = 0;
  let held: Uint8Array<ArrayBuffer> | undefined;
  for (const [frame, picture] of pictures.entries()) {
    const fit = fitRfc2435(parseJpeg(picture));
    if (!fit.fits) throw new Error(fit.reason);
    const { payloads } = packetizeJpeg(fit.image);
    for (const [index, payload] of payloads.entries()) {
      const packet = writeRtpPacket({
        marker: index === payloads.length - 1,
        payloadType: 26,
        sequence: (FIRST_SEQUENCE + count) & 0xffff,
        timestamp: 90_000 + 3600 * frame,
        ssrc: SSRC,
        csrcs: [],
        payload,
      });
      const happens = fate(count++);
      if (happens === "late") held = packet;
      if (happens === "arrives" || happens === "twice") log.packet("rtp", false, rtp, packet);
      if (happens === "twice") log.packet("rtp", false, rtp, packet);
      if (happens === "arrives" && held !== undefined) {
        log.packet("rtp", false, rtp, held);
        held = undefined;
      }
    }
  }
  const ntp = ntpFromUnix(clock.wallTime());
  const cname = (ssrc: number, text: string) =>
    ({ kind: "source-description", chunks: [{ ssrc, items: [{ type: 1, text }] }] }) as const;
  const sent = { packetCount: count, octetCount: count * 1380, rtpTimestamp: 90_000 + 3600 * pictures.length };
  const report = { kind: "sender-report", ssrc: SSRC, ntp, ...sent, reports: [] } as const;
  log.packet("rtcp", false, rtcp, writeRtcp([report, cname(SSRC, "flipbook@127.0.0.1")]));
  const block = {
    ssrc: SSRC,
    fractionLost: 1,
    cumulativeLost: 1,
    highestSequence: (FIRST_SEQUENCE + count) >>> 0,
    jitter: 36,
    lastSenderReport: ((ntp.seconds & 0xffff) * 65536 + (ntp.fraction >>> 16)) >>> 0,
    delaySinceLastSenderReport: 1200,
  };
  log.packet(
    "rtcp",
    true,
    rtcp,
    writeRtcp([
      { kind: "receiver-report", ssrc: OURS, reports: [block] },
      cname(OURS, "c1a7e0d49b2f"),
    ]),
  );
}
