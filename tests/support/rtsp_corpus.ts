import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { type RtspMessage, writeInterleaved } from "../../lib/rtsp/message.ts";

/** Text with its lines ended by CRLF. */
export function crlf(...lines: string[]): Bytes {
  return encodeText(lines.map((line) => `${line}\r\n`).join(""));
}

/** Byte streams of a connection, each with the number of messages in it, in the forms that known programs write. */
export const RTSP_CORPUS: readonly { readonly name: string; readonly bytes: Bytes; readonly messages: number }[] = [
  {
    name: "FFmpeg OPTIONS and DESCRIBE",
    bytes: crlf(
      "OPTIONS rtsp://127.0.0.1:8554/flipbook.mjpeg RTSP/1.0",
      "CSeq: 1",
      "User-Agent: Lavf59.27.100",
      "",
      "DESCRIBE rtsp://127.0.0.1:8554/flipbook.mjpeg RTSP/1.0",
      "Accept: application/sdp",
      "CSeq: 2",
      "User-Agent: Lavf59.27.100",
      "",
    ),
    messages: 2,
  },
  {
    name: "SETUP with a list of transports, then PLAY",
    bytes: crlf(
      "SETUP rtsp://127.0.0.1:8554/flipbook.mjpeg/track1 RTSP/1.0",
      "Transport: RTP/AVP/UDP;unicast;client_port=14840-14841,RTP/AVP/TCP;unicast;interleaved=0-1",
      "CSeq: 3",
      "",
      "PLAY rtsp://127.0.0.1:8554/flipbook.mjpeg/ RTSP/1.0",
      "Range: npt=0.000-",
      "CSeq: 4",
      "Session: 0123456789abcdef",
      "",
    ),
    messages: 2,
  },
  {
    name: "interleaved frames around a request with a body and one without",
    bytes: concatBytes([
      writeInterleaved(0, crlf("TEARDOWN rtsp://127.0.0.1/ RTSP/1.0", "")),
      crlf("SET_PARAMETER * RTSP/1.0", "CSeq: 7", "Content-Type: text/parameters", "Content-Length: 6", ""),
      encodeText("a: $\r\n"),
      writeInterleaved(1, new Uint8Array([0x80, 201, 0, 1, 0, 0, 0, 1])),
      crlf("TEARDOWN rtsp://127.0.0.1:8554/flipbook.mjpeg RTSP/1.0", "CSeq: 8", ""),
      writeInterleaved(0, new Uint8Array(0)),
    ]),
    messages: 5,
  },
  {
    name: "lone LF, folded header, empty lines between messages",
    bytes: encodeText(
      "\r\n\nOPTIONS * RTSP/1.0\nCSeq: 1\nUser-Agent: a\n\tb\n\n\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 2\n\r\n",
    ),
    messages: 2,
  },
  {
    name: "responses, one with a description",
    bytes: concatBytes([
      crlf("RTSP/1.0 200 OK", "CSeq: 2", "Content-Type: application/sdp", "Content-Length: 5", "", "v=0"),
      crlf("RTSP/1.0 454 Session Not Found", "CSeq: 3", ""),
    ]),
    messages: 2,
  },
  {
    name: "UTF-8 and a blank in the URL",
    bytes: crlf("DESCRIBE rtsp://127.0.0.1/Bücher und Bäume.mjpeg RTSP/1.0", "CSeq: 1", ""),
    messages: 1,
  },
];

/** Requests of the assignment's programs; the last of each has no empty line behind it unless it is written here. */
export const LAB_CORPUS: readonly string[] = [
  "SETUP movie.Mjpeg RTSP/1.0\nCSeq: 1\nTransport: RTP/UDP; client_port= 25000",
  "SETUP f RTSP/1.0 \nCSeq: 1 \nTransport: RTP/UDP; client_port: 25000",
  "SETUP f RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/UDP;client_port=25000\r\n\r\n",
  "SETUP f\n1\n RTSP/1.0 RTP/UDP 25000",
  "PLAY \n2",
  "PLAY f RTSP/1.0\nSEeq: 2\nSesssion: 123456\nRange: frame=5",
  "TEARDOWN f RTSP/1.0\r\nCSeq: 4\r\nSession: 123456\r\n",
];

/** A message in a form that can be compared: bytes and headers as text. */
export function comparable(message: RtspMessage): unknown {
  if (message.kind === "interleaved") return { ...message, data: [...message.data] };
  return { ...message, headers: message.headers.entries(), body: [...message.body] };
}
