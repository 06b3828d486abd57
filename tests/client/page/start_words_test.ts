import { assertEquals } from "@std/assert";
import { agoText, nameStream, readAddress, withoutSecrets } from "../../../lib/client/page/start_words.js";

Deno.test("readAddress() adds a scheme that is missing and drops one that is there twice", () => {
  assertEquals(readAddress(" host:8554/film "), "rtsp://host:8554/film");
  assertEquals(readAddress("rtsp://rtsp://host/film"), "rtsp://host/film");
  assertEquals(readAddress("rtsp://http://host/film"), "http://host/film");
  assertEquals(readAddress("RTSP://host/a?u=rtsp://b"), "RTSP://host/a?u=rtsp://b");
});

Deno.test("withoutSecrets() leaves no user name, password or query", () => {
  assertEquals(withoutSecrets("rtsp://ann:secret@host:8554/a@b?token=x#y"), "rtsp://host:8554/a@b");
  assertEquals(withoutSecrets("ann:p@ss@host/film"), "host/film");
  assertEquals(withoutSecrets("rtsp://host/film"), "rtsp://host/film");
});

Deno.test("nameStream() tells a stream's name and where it comes from", () => {
  assertEquals(nameStream(["rtsp://host:8554/films/a%20b.mjpeg/"]), { name: "films/a b.mjpeg", place: "host:8554" });
  assertEquals(nameStream(["rtsp://camera"]), { name: "camera", place: "camera" });
  assertEquals(nameStream(["rtsp://h/%E0%A4"]), { name: "%E0%A4", place: "h" });
  assertEquals(nameStream(["127.0.0.1", "1025", "0", "movie.Mjpeg"]), {
    name: "movie.Mjpeg",
    place: "127.0.0.1:1025, assignment",
  });
});

Deno.test("agoText() tells how long ago something was, in whole units", () => {
  const minute = 60_000;
  const texts = [0, minute, 59 * minute, 60 * minute, 1439 * minute, 1440 * minute, 2880 * minute, 60 * 1440 * minute];
  assertEquals(texts.map((past) => agoText(1e12, 1e12 + past)), [
    "just now",
    "1 min ago",
    "59 min ago",
    "1 h ago",
    "23 h ago",
    "yesterday",
    "2 days ago",
    "2 months ago",
  ]);
  assertEquals(agoText(1e12, 1e12 - minute), "just now");
});
