import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { parseRange } from "../../lib/rtsp/headers/range.ts";
import { parseTransport } from "../../lib/rtsp/headers/transport.ts";
import { parseLabRequest } from "../../lib/rtsp/lab.ts";
import { response, writeInterleaved, writeMessage } from "../../lib/rtsp/message.ts";
import { RtspParser } from "../../lib/rtsp/parser.ts";
import { crlf, LAB_CORPUS } from "../support/rtsp_corpus.ts";
import { type BenchRow, measure } from "./measure.ts";

const SETUP = crlf(
  "SETUP rtsp://127.0.0.1:8554/flipbook.mjpeg/track1 RTSP/1.0",
  "Transport: RTP/AVP/UDP;unicast;client_port=14840-14841,RTP/AVP/TCP;unicast;interleaved=0-1",
  "CSeq: 3",
  "User-Agent: Lavf59.27.100",
  "Session: 0123456789abcdef",
  "",
);
const FRAMES = concatBytes(Array.from({ length: 40 }, (_, at) => writeInterleaved(at % 2, new Uint8Array(1400))));

function drain(parser: RtspParser, bytes: Bytes, step: number): void {
  for (let at = 0; at < bytes.length; at += step) {
    parser.push(bytes.subarray(at, at + step));
    while (parser.next());
  }
}

/** What reading and writing on the control connection costs. */
export function benchRtsp(): BenchRow[] {
  const parser = new RtspParser();
  const lab = encodeText(LAB_CORPUS[0]!);
  const headers = {
    CSeq: "3",
    Session: "0123456789abcdef;timeout=55",
    Transport: "RTP/AVP;unicast;client_port=5000-5001",
  };
  return [
    measure("parse a SETUP request of 250 bytes", () => drain(parser, SETUP, SETUP.length)),
    measure("parse the same, one byte at a time", () => drain(parser, SETUP, 1)),
    measure("parse an interleaved frame of 1400 bytes", () => drain(parser, FRAMES, FRAMES.length), 40),
    measure("parse a request of the assignment", () => parseLabRequest(lab)),
    measure("parse a Transport header of two", () => parseTransport("RTP/AVP;unicast;client_port=1-2,RTP/AVP/TCP")),
    measure("parse a Range header", () => parseRange("npt=0.000-25.000")),
    measure("write a response", () => writeMessage(response(200, headers))),
  ];
}

if (import.meta.main) {
  const lines = benchRtsp().map(({ what, microseconds }) =>
    `${what.padEnd(44)} ${microseconds.toFixed(2).padStart(8)} us\n`
  );
  await Deno.stdout.write(encodeText(lines.join("")));
}
