import type { ServerOptions } from "../../lib/server/config.ts";
import { type FlipbookServer, startServer } from "../../lib/server/server.ts";
import { makeJpegs, makeLabFilm, makeRawFilm, withMedia } from "./make_film.ts";

/** Names of the films of every local server: 40 pictures in the assignment's format, 25 raw ones. */
export const LAB_FILM = "movie.Mjpeg";
export const RAW_FILM = "films/raw film.mjpeg";
export const LAB_PICTURES = makeJpegs(40);
export const RAW_PICTURES = makeJpegs(25, { width: 640, height: 480 });

/** Runs a test's body with a server of small films on a free port of the loopback address. */
export async function withServer(
  body: (server: FlipbookServer, url: string) => Promise<void>,
  options: ServerOptions & { files?: Record<string, Uint8Array> } = {},
): Promise<void> {
  const { files = {}, ...serverOptions } = options;
  const media = { [LAB_FILM]: makeLabFilm(LAB_PICTURES), [RAW_FILM]: makeRawFilm(RAW_PICTURES), ...files };
  await withMedia(media, async (directory) => {
    const server = await startServer({ host: "127.0.0.1", port: 0, media: [directory], ...serverOptions });
    try {
      await body(server, `rtsp://127.0.0.1:${server.port}`);
    } finally {
      await server.close();
    }
  });
}
