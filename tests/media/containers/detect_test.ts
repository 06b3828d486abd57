import { assertEquals } from "@std/assert";
import { concatBytes, encodeText } from "../../../lib/core/bytes.ts";
import { detectContainer } from "../../../lib/media/containers/detect.ts";
import { makeAvi } from "../../support/make_avi.ts";
import { makeMp4 } from "../../support/make_mp4.ts";
import { makeJpegs, makeLabFilm, makeMultipart, makeRawFilm } from "../../support/make_film.ts";

const JPEGS = makeJpegs(2);

function formatOf(bytes: Uint8Array): string {
  const detected = detectContainer(bytes);
  return "container" in detected ? detected.container.format : `foreign: ${detected.foreign}`;
}

Deno.test("J12 detectContainer() tells films by their content", () => {
  assertEquals(formatOf(makeLabFilm(JPEGS)), "lab");
  assertEquals(formatOf(makeLabFilm(JPEGS, 6)), "lab");
  assertEquals(formatOf(makeRawFilm(JPEGS)), "raw");
  assertEquals(formatOf(makeAvi(JPEGS)), "avi");
  assertEquals(formatOf(makeMp4(JPEGS)), "mp4");
  assertEquals(formatOf(encodeText("\x00\x00\x00\x08wide\x00\x00\x00\x08mdat")), "mp4");
  assertEquals(formatOf(makeMultipart(JPEGS)), "multipart");
  const answer = "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=x\r\n\r\n--x\r\n";
  assertEquals(formatOf(encodeText(answer)), "multipart");
});

Deno.test("J02 detectContainer() looks behind junk", () => {
  const junk = encodeText("junk in front of it");
  assertEquals(formatOf(concatBytes([junk, makeRawFilm(JPEGS)])), "raw");
  assertEquals(formatOf(concatBytes([junk, makeLabFilm(JPEGS)])), "lab");
});

Deno.test("J12 detectContainer() says what a foreign file is", () => {
  assertEquals(formatOf(new Uint8Array(0)), "foreign: empty");
  assertEquals(formatOf(encodeText("RIFF\x00\x00\x00\x20WAVEfmt ")), "foreign: a RIFF file");
  assertEquals(formatOf(encodeText("\n<!DOCTYPE html><title>404</title>")), "foreign: an HTML page");
  assertEquals(formatOf(Uint8Array.of(0x1f, 0x8b, 8, 0)), "foreign: a gzip archive");
  assertEquals(formatOf(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3)), "foreign: a Matroska or WebM film");
  assertEquals(formatOf(new Uint8Array(5000)), "foreign: no film that Flipbook knows");
  assertEquals(formatOf(encodeText("12345 numbers, but no picture")), "foreign: no film that Flipbook knows");
});
