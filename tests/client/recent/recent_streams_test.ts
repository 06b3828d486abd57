import { assert, assertEquals, assertThrows } from "@std/assert";
import type { RecentStream } from "../../../lib/client/recent/recent_stream.ts";
import {
  forget,
  isThumbnail,
  MAX_FILE_LENGTH,
  MAX_RECENT,
  MAX_THUMBNAIL_SIZE,
  readRecent,
  remember,
  wordsToRemember,
  writeRecent,
} from "../../../lib/client/recent/recent_streams.ts";
import { makeJpeg } from "../../support/make_film.ts";

const THUMBNAIL = makeJpeg(1).toBase64();

function remembered(url: string): readonly string[] | undefined {
  return wordsToRemember({ kind: "rtsp", url });
}

function stream(name: string, seen: number): RecentStream {
  return { words: [`rtsp://h/${name}`], seen };
}

Deno.test("wordsToRemember() never keeps a user name or password", () => {
  assertEquals(remembered("rtsp://ann:secret@Host:8554/film?fps=5#x"), ["rtsp://host:8554/film?fps=5"]);
  assertEquals(remembered("rtsp://ann@host/film"), ["rtsp://host/film"]);
  for (
    const hidden of [
      "rtsp://h/live?user=admin&password=secret",
      "rtsp://h/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp",
      "rtsp://h/a?TOKEN=abc",
      "rtsp://h/a?x=1&api_key=abc",
      "rtsp://h/a?auth=YWRtaW4",
    ]
  ) assertEquals(remembered(hidden), undefined);
  for (const open of ["rtsp://h/keys?monkey=1&author=ann", "rtsp://h/a?password=&channel=1"]) {
    assertEquals(remembered(open), [open]);
  }
});

Deno.test("wordsToRemember() keeps the assignment's four values, and nothing of what is no address", () => {
  const source = { kind: "lab", host: "127.0.0.1", port: 1025, rtpPort: 0, file: "movie.Mjpeg" } as const;
  assertEquals(wordsToRemember(source), ["127.0.0.1", "1025", "0", "movie.Mjpeg"]);
  assertEquals(remembered("http://h/a"), undefined);
});

Deno.test("remember() puts a stream in front once, keeps its thumbnail, and keeps no more than the newest dozen", () => {
  const old = { ...stream("a", 1), thumbnail: THUMBNAIL };
  const list = remember(remember([old], stream("b", 2)), stream("a", 3));
  assertEquals(list, [{ ...old, seen: 3 }, stream("b", 2)]);
  assertEquals(remember([old], { ...old, thumbnail: "/9j/" })[0]?.thumbnail, "/9j/");
  let many: RecentStream[] = [];
  for (let index = 0; index < 20; index++) many = remember(many, stream(String(index), index));
  assertEquals([many.length, many[0]?.seen, many.at(-1)?.seen], [MAX_RECENT, 19, 8]);
});

Deno.test("forget() removes one stream or all", () => {
  const list = [stream("a", 2), stream("b", 1)];
  assertEquals(forget(list, ["rtsp://h/a"]), [stream("b", 1)]);
  assertEquals(forget(list, ["rtsp://h/c"]), list);
  assertEquals(forget(list), []);
});

Deno.test("readRecent() reads what writeRecent() wrote, and the fullest list fits into the file", () => {
  const full = Array.from({ length: MAX_RECENT }, (_, index) => ({
    words: [`rtsp://h/${"a".repeat(2000)}${index}`],
    seen: 100 - index,
    thumbnail: THUMBNAIL,
  }));
  assertEquals(readRecent(writeRecent(full)), full);
  const longest = full.map((each) => ({ ...each, thumbnail: "A".repeat(Math.ceil(MAX_THUMBNAIL_SIZE / 3) * 4) }));
  assert(writeRecent(longest).length < MAX_FILE_LENGTH);
});

Deno.test("readRecent() refuses what is no list", () => {
  for (const text of ["", "{", "null", "[]", "7", '{"version":2,"streams":[]}', '{"version":1,"streams":{}}']) {
    assertThrows(() => readRecent(text), SyntaxError);
  }
});

Deno.test("readRecent() leaves out what was tampered with, and any password", () => {
  const file = (...streams: unknown[]) => readRecent(JSON.stringify({ version: 1, streams }));
  assertEquals(
    file(null, 7, {}, { words: ["rtsp://h/a"] }, { words: ["file:///etc/passwd"], seen: 1 }, { words: [7], seen: 1 }),
    [],
  );
  assertEquals(file({ words: ["rtsp://h/a"], seen: -1 }, { words: ["a", "b"], seen: 1 }), []);
  assertEquals(file({ words: ["rtsp://u:p@h/a"], seen: 1, thumbnail: "<svg>" }), [stream("a", 1)]);
  assertEquals(file(stream("a", 1), stream("b", 3), stream("a", 2)), [stream("b", 3), stream("a", 2)]);
  const many = Array.from({ length: 50 }, (_, index) => stream(String(index), index));
  assertEquals(file(...many).map(({ seen }) => seen), Array.from({ length: MAX_RECENT }, (_, index) => 49 - index));
});

Deno.test("isThumbnail() takes small whole JPEGs alone", () => {
  const jpeg = makeJpeg(1);
  assert(isThumbnail(jpeg));
  assert(!isThumbnail(jpeg.slice(0, 20)));
  assert(!isThumbnail(new TextEncoder().encode("<svg onload=alert(1)>")));
  assert(!isThumbnail(makeJpeg(1, { width: 648, height: 16 })));
  const padded = new Uint8Array(MAX_THUMBNAIL_SIZE + 1);
  padded.set(jpeg);
  assert(!isThumbnail(padded));
});
