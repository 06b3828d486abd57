import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { InvalidDataError } from "../../lib/core/errors.ts";
import {
  describeSession,
  MAX_DESCRIPTION_LENGTH,
  MAX_MEDIA_SECTIONS,
  parseSession,
  type SessionDescriptionOptions,
} from "../../lib/rtsp/sdp.ts";

const FILM: SessionDescriptionOptions = {
  name: "movie.mjpeg",
  address: "192.0.2.1",
  duration: 25,
  frameRate: 20,
  width: 384,
  height: 288,
  live: false,
};

function lines(...text: string[]): string {
  return text.map((line) => `${line}\r\n`).join("");
}

Deno.test("describeSession() describes a film", () => {
  const expected = lines(
    "v=0",
    "o=- 0 0 IN IP4 192.0.2.1",
    "s=movie.mjpeg",
    "c=IN IP4 0.0.0.0",
    "t=0 0",
    "a=control:*",
    "a=tool:Flipbook",
    "a=range:npt=0-25.000",
    "m=video 0 RTP/AVP 26",
    "a=rtpmap:26 JPEG/90000",
    "a=control:track1",
    "a=framerate:20",
  );
  assertEquals(describeSession(FILM), expected);
});

Deno.test("describeSession() gives a live feed no end, and IPv6 its own kind of address", () => {
  const { duration: _, ...feed } = { ...FILM, live: true, address: "2001:db8::1", frameRate: 30000 / 1001 };
  const text = describeSession(feed);
  for (const line of ["o=- 0 0 IN IP6 2001:db8::1", "c=IN IP6 ::", "a=range:npt=now-", "a=framerate:29.97"]) {
    assertStringIncludes(text, `${line}\r\n`);
  }
});

Deno.test("describeSession() tells no frame rate where frames have times of their own", () => {
  const { frameRate: _, ...film } = FILM;
  const text = describeSession(film);
  assertEquals([text.includes("framerate"), parseSession(text).media[0]?.frameRate], [false, undefined]);
});

Deno.test("describeSession() tells the true size only where RTP/JPEG headers cannot", () => {
  assert(!describeSession({ ...FILM, width: 2040, height: 1080 }).includes("dimensions"));
  for (const [width, height] of [[2048, 1080], [640, 482], [1, 8]] as const) {
    const text = describeSession({ ...FILM, width, height });
    assertStringIncludes(text, `a=x-dimensions:${width},${height}\r\na=framesize:26 ${width}-${height}\r\n`);
    const [media] = parseSession(text).media;
    assertEquals([media?.width, media?.height], [width, height]);
  }
});

Deno.test("P11 describeSession() makes a name harmless", () => {
  const name = 'a"b\r\nm=audio 0 RTP/AVP 0\0\u2028\u202e<script>\ud800%s';
  const text = describeSession({ ...FILM, name });
  assertEquals(text.split("\r\n").length, describeSession(FILM).split("\r\n").length);
  assertStringIncludes(text, "\r\ns=a b  m=audio 0 RTP/AVP 0    script \ufffd%s\r\n");
  assertStringIncludes(describeSession({ ...FILM, name: '"' }), "\r\ns= \r\n");
});

Deno.test("parseSession() reads back what describeSession() writes", () => {
  assertEquals(parseSession(describeSession({ ...FILM, payloadType: 96, control: "x" })), {
    name: "movie.mjpeg",
    control: "*",
    range: "npt=0-25.000",
    media: [{ type: "video", payloadType: 96, encoding: "JPEG", clockRate: 90000, control: "x", frameRate: 20 }],
  });
});

Deno.test("parseSession() reads descriptions of other servers", () => {
  const { control, range, media } = parseSession([
    "v=0",
    "s=12",
    "a=control:rtsp://h/a/",
    "m=audio 0 RTP/AVP 97",
    "a=rtpmap:97 mpeg4-generic/48000/2",
    "a=control:1",
    "m=video 0 RTP/AVP 26",
    "a=range:npt=0-9.5",
    "a=framesize:26 640-480",
    "a=framerate:12.5",
    "m=video 0 RTP/AVP 33",
    "m=video 0 RTP/AVP 96",
    "a=rtpmap:96 JPEG",
    "",
  ].join("\n"));
  assertEquals([control, range], ["rtsp://h/a/", "npt=0-9.5"]);
  assertEquals(media, [
    { type: "audio", payloadType: 97, encoding: "mpeg4-generic", clockRate: 48000, control: "1" },
    {
      type: "video",
      payloadType: 26,
      encoding: "JPEG",
      clockRate: 90000,
      control: "*",
      frameRate: 12.5,
      width: 640,
      height: 480,
    },
    { type: "video", payloadType: 33, control: "*" },
    { type: "video", payloadType: 96, encoding: "JPEG", control: "*" },
  ]);
});

Deno.test("R20 parseSession() refuses descriptions beyond its limits", () => {
  const media = (count: number) => "v=0\r\n" + "m=video 0 RTP/AVP 26\r\n".repeat(count);
  assertEquals(parseSession(media(MAX_MEDIA_SECTIONS)).media.length, MAX_MEDIA_SECTIONS);
  for (
    const text of [
      media(MAX_MEDIA_SECTIONS + 1),
      media(1000),
      "a".repeat(MAX_DESCRIPTION_LENGTH + 1),
      "a=x\n".repeat(2000),
    ]
  ) assertThrows(() => parseSession(text), InvalidDataError, "session description");
  assertThrows(() => parseSession(`a=${"x".repeat(2000)}\n`.repeat(40)), InvalidDataError, "of 80120 characters");
  assertThrows(() => parseSession(`v=0\r\na=${"x".repeat(5000)}\r\n`), InvalidDataError, "the longest 5002");
});

Deno.test("parseSession() passes over a frame rate that is none", () => {
  for (const rate of ["0", "-5", "x", "9".repeat(400)]) {
    assertEquals(parseSession(`m=video 0 RTP/AVP 26\na=framerate:${rate}\n`).media[0]?.frameRate, undefined, rate);
  }
});

Deno.test("R20 parseSession() gives empty values for text that is no description", () => {
  for (const text of ["", "\0", "<html>", "m=", "m=video", "a=control:"]) {
    assertEquals(parseSession(text).control, "*", text);
  }
});
