import { Image } from "imagescript";
import type { RecentStream } from "../../lib/client/recent/recent_stream.ts";
import { filmPictures } from "./page_stage.ts";
import type { StartScene } from "./start_stage.ts";

const MINUTE = 60_000;

/** A small picture of the film that comes with Flipbook, in base64. */
export async function filmThumbnail(index: number): Promise<string> {
  const image = await Image.decode((await filmPictures())[index]!);
  return (await image.resize(320, 240).encodeJPEG(75)).toBase64();
}

/** What a person who has used Flipbook for some days finds on the start page. */
export async function livelyScene(): Promise<StartScene> {
  const streams: [words: readonly string[], minutes: number, picture: number][] = [
    [["rtsp://127.0.0.1:8554/flipbook.mjpeg"], 3, 40],
    [["rtsp://camera.workshop:8554/door"], 190, 215],
    [["127.0.0.1", "1025", "0", "movie.Mjpeg"], 1500, 95],
    [["rtsp://127.0.0.1:8554/films/autumn.avi"], 9000, 130],
  ];
  const recent = await Promise.all(streams.map(async ([words, minutes, picture]): Promise<RecentStream> => ({
    words,
    seen: Date.now() - minutes * MINUTE,
    thumbnail: await filmThumbnail(picture),
  })));
  return {
    recent,
    offered: () => Promise.resolve(offered("flipbook.mjpeg", "movie.Mjpeg", "films/autumn.avi")),
  };
}

/** Streams of the usual server by their names. */
export function offered(...names: string[]) {
  return names.map((name) => ({ name, url: `rtsp://127.0.0.1:8554/${encodeURI(name)}` }));
}
