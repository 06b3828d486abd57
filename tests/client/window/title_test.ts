import { assertEquals } from "@std/assert";
import { titleOf } from "../../../lib/client/window/title.ts";

Deno.test("titleOf() names the film and the program, and never a password", () => {
  const title = (url: string) => titleOf({ kind: "rtsp", url });
  assertEquals(title("rtsp://ann:secret@host:8554/films/my%20film.mjpeg?x=1"), "my film.mjpeg - Flipbook");
  assertEquals(title("rtsp://host/%E0%A4%A/"), "%E0%A4%A - Flipbook");
  assertEquals(title("rtsp://host"), "Flipbook");
  assertEquals(titleOf({ kind: "lab", host: "h", port: 1, rtpPort: 0, file: "movie.Mjpeg" }), "movie.Mjpeg - Flipbook");
  assertEquals(titleOf(undefined), "Flipbook");
});
