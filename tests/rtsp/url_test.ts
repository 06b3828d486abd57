import { assertEquals, assertThrows } from "@std/assert";
import { RtspError } from "../../lib/rtsp/status.ts";
import {
  encodePath,
  joinControl,
  MAX_URL_LENGTH,
  originOf,
  parseRtspUrl,
  readRtspUrl,
  splitTrack,
} from "../../lib/rtsp/url.ts";

Deno.test("parseRtspUrl() takes a URL apart", () => {
  assertEquals(parseRtspUrl("RTSP://Cam.Local:8554//films/a%20b.mjpeg/?fps=5#x"), {
    scheme: "rtsp",
    host: "cam.local",
    port: 8554,
    path: "films/a b.mjpeg/",
    query: "fps=5",
    href: "rtsp://cam.local:8554//films/a%20b.mjpeg/?fps=5",
  });
});

Deno.test("parseRtspUrl() knows the default ports", () => {
  assertEquals([parseRtspUrl("rtsp://h").port, parseRtspUrl("rtsps://h:/").port], [554, 322]);
});

Deno.test("parseRtspUrl() reads IPv6 addresses, with a zone too", () => {
  const { host, port, href } = parseRtspUrl("rtsp://[FE80::1%25eth0]:8554/a");
  assertEquals([host, port, href], ["fe80::1%25eth0", 8554, "rtsp://[fe80::1%25eth0]:8554/a"]);
  assertEquals(parseRtspUrl("rtsp://[::1]").host, "::1");
});

Deno.test("parseRtspUrl() keeps user information out of href", () => {
  const { username, password, href } = parseRtspUrl("rtsp://me:p%40:s@h/a");
  assertEquals([username, password, href], ["me", "p@:s", "rtsp://h/a"]);
  assertEquals(parseRtspUrl("rtsp://me@h/a").password, undefined);
});

Deno.test("P11 parseRtspUrl() escapes in href what could leave a header, and refuses line ends in the path", () => {
  assertEquals(parseRtspUrl('rtsp://h/a b"<ü>?q=\r\n').href, "rtsp://h/a%20b%22%3C%C3%BC%3E?q=%0D%0A");
  assertThrows(() => parseRtspUrl("rtsp://h/a%0d%0aSession:%20evil"), RtspError, "control character");
});

Deno.test("P15 parseRtspUrl() refuses wrong ports, open brackets, foreign schemes and no host", () => {
  for (
    const text of [
      ..."*|/a|movie.mjpeg|http://h/a|file:///etc/passwd|rtsp:h|rtsp:///a|rtsp://h:99999/|rtsp://h:0/|rtsp://h:8a/"
        .split("|"),
      ..."rtsp://[::1|rtsp://[::1]x/|rtsp://[h]/|rtsp://::1/|rtsp://h h/|rtsp://hü/|rtsp://h:1:2/|rtsp://u@/a|rtsp://h\0/"
        .split(
          "|",
        ),
    ]
  ) assertEquals(assertThrows(() => parseRtspUrl(text), RtspError, "Cannot read the URL").status, 400, text);
});

Deno.test("P15 parseRtspUrl() names no password in its errors", () => {
  for (const text of ["rtsp://u:secret@h:99999/", "http://u:secret@h/", "rtsp://u:secret%zz@h/", "rtsp://u:secret@/"]) {
    assertEquals(assertThrows(() => parseRtspUrl(text), RtspError).message.includes("secret"), false);
  }
});

Deno.test("P06 parseRtspUrl() answers 414 above the length limit", () => {
  const longest = `rtsp://h/${"a".repeat(MAX_URL_LENGTH - 9)}`;
  assertEquals(parseRtspUrl(longest).href, longest);
  assertEquals(assertThrows(() => parseRtspUrl(`${longest}a`), RtspError).status, 414);
});

Deno.test("P16 parseRtspUrl() refuses NUL, parent directories, overlong and broken UTF-8, and decodes once", () => {
  const paths = [
    "%00",
    "a%00.mjpeg",
    "../a",
    "%2e%2e%2fa",
    "a/..%5cb",
    "%c0%ae%c0%ae/",
    "%ed%a0%80",
    "%zz",
    "%",
    "\ud800",
  ];
  for (const path of [...paths, "\ufffd"]) {
    assertEquals(assertThrows(() => parseRtspUrl(`rtsp://h/${path}`), RtspError).status, 400, path);
  }
  assertEquals(parseRtspUrl("rtsp://h/%252e%252e%252fa").path, "%2e%2e%2fa");
});

Deno.test("readRtspUrl() reads what parseRtspUrl() does, and has nothing for anything else", () => {
  assertEquals(readRtspUrl("rtsp://host/a"), parseRtspUrl("rtsp://host/a"));
  for (const text of ["", "host/a", "http://host/a", `rtsp://host/${"a".repeat(MAX_URL_LENGTH)}`]) {
    assertEquals(readRtspUrl(text), undefined, text.slice(0, 40));
  }
});

Deno.test("originOf() ends before the path, whatever stands there", () => {
  for (const rest of ["", "/", "/a/b", "?a=/b"]) {
    assertEquals(originOf(parseRtspUrl(`rtsp://[::1]:8554${rest}`)), "rtsp://[::1]:8554");
  }
});

Deno.test("encodePath() and parseRtspUrl() carry any name of a film", () => {
  for (const name of ["movie.Mjpeg", "films/a b.mjpeg", "100%.mjpeg", "wie? so#.mjpeg", "Bücher/ä&+;=,'\".mjpeg"]) {
    assertEquals(parseRtspUrl(`rtsp://h/${encodePath(name)}`).path, name);
  }
});

Deno.test("joinControl() joins base and control", () => {
  for (
    const [base, control, expected] of [
      ["rtsp://h/a", "track1", "rtsp://h/a/track1"],
      ["rtsp://h/a/", "track1", "rtsp://h/a/track1"],
      ["rtsp://h/a/", "/track1", "rtsp://h/a/track1"],
      ["rtsp://h/a?x=1", "track1", "rtsp://h/a/track1?x=1"],
      ["rtsp://h/a/?x=1/", "track1", "rtsp://h/a/track1?x=1"],
      ["rtsp://h:1/a", "*", "rtsp://h:1/a"],
      ["rtsp://h/a", "", "rtsp://h/a"],
      ["rtsp://h", "track1", "rtsp://h/track1"],
      ["rtsp://u:p@h/a", "track1", "rtsp://h/a/track1"],
      ["rtsp://h/a", "rtsp://h/b/track2?y", "rtsp://h/b/track2?y"],
      ["rtsp://h/a", "stream id=0\r\n", "rtsp://h/a/stream%20id=0%0D%0A"],
    ] as const
  ) assertEquals(joinControl(base, control), expected, `${base} and ${control}`);
});

Deno.test("R20 joinControl() never leads to another host", () => {
  assertEquals(joinControl("rtsp://h:8554/a", "rtsp://evil:1/b?c"), "rtsp://h:8554/b?c");
  assertEquals(joinControl("rtsp://h/a", "//evil/b"), "rtsp://h/a/evil/b");
  assertEquals(joinControl("rtsp://h/a", "http://evil/b"), "rtsp://h/a/http://evil/b");
});

Deno.test("splitTrack() finds the track in the forms clients write", () => {
  for (
    const [path, query, expected] of [
      ["movie.mjpeg", "", { name: "movie.mjpeg" }],
      ["movie.mjpeg/", "", { name: "movie.mjpeg" }],
      ["movie.mjpeg/track1", "", { name: "movie.mjpeg", track: 1 }],
      ["movie.mjpeg//track1/", "", { name: "movie.mjpeg", track: 1 }],
      ["movie.mjpeg", "fps=5/track1", { name: "movie.mjpeg", track: 1 }],
      ["movie.mjpeg/", "fps=5//track2/", { name: "movie.mjpeg", track: 2 }],
      ["movie.mjpeg/track1", "fps=5", { name: "movie.mjpeg", track: 1 }],
      ["films/track9.mjpeg", "", { name: "films/track9.mjpeg" }],
      ["track1", "", { name: "track1" }],
      ["a/track1/b", "", { name: "a/track1/b" }],
      ["a/trackx", "", { name: "a/trackx" }],
      ["", "", { name: "" }],
    ] as const
  ) assertEquals(splitTrack(path, query), expected, `${path}?${query}`);
});
