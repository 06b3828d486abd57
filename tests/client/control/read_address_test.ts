import { assertEquals, assertThrows } from "@std/assert";
import { readAddress } from "../../../lib/client/control/read_address.ts";
import { PlayerError } from "../../../lib/client/player_types.ts";

Deno.test("readAddress() says how an address should read", () => {
  assertEquals(readAddress("rtsp://u:secret@host/film").href, "rtsp://host/film");
  for (const wrong of ["film.mjpeg", "rtsp://", "rtsp://host:99999/x", "file:///etc/passwd"]) {
    const error = assertThrows(() => readAddress(wrong), PlayerError, "rtsp://host:8554/name");
    assertEquals(error.code, "bad-source");
  }
  assertThrows(() => readAddress("rtsps://host/film"), PlayerError, "cannot be played yet");
});
