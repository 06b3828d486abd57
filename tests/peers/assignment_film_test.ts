import { assertEquals } from "@std/assert";
import { concatBytes } from "../../lib/core/bytes.ts";
import { toRtpJpeg } from "../../lib/jpeg/transcode.ts";
import { writeJpeg } from "../../lib/jpeg/write.ts";
import { assignmentFilm, labPictures } from "../support/assignment_film.ts";
import { withMedia } from "../support/make_film.ts";
import { PEERS, playedFrames } from "../support/peers.ts";
import { ServerProcess } from "../support/server_process.ts";

const SIZE: [number, number] = [384, 288];
const PICTURES = 20;

Deno.test("ffmpeg, GStreamer and mpv play a 4:4:4 film in the assignment's format, every picture of it", async () => {
  const film = await assignmentFilm(PICTURES);
  const pictures = labPictures(film);
  const transcoded = concatBytes(pictures.map((picture) => writeJpeg(toRtpJpeg(picture).image)));
  await withMedia({ "media/movie.Mjpeg": film, "transcoded.mjpeg": transcoded }, async (directory) => {
    await using server = await ServerProcess.start(`${directory}/media`);
    await Promise.all(PEERS.map(async (peer) => {
      const [expected, played] = await Promise.all([
        playedFrames(peer, `${directory}/transcoded.mjpeg`, SIZE),
        playedFrames(peer, server.url("movie.Mjpeg"), SIZE, "tcp"),
      ]);
      if (peer !== "gstreamer") assertEquals(expected.length, pictures.length, peer);
      assertEquals(played, expected, peer);
    }));
  });
});
