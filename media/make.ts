/**
 * Draws the two films of this directory and encodes them with ffmpeg: `deno run -A media/make.ts`.
 *
 * `movie.Mjpeg` is in the format of the networking assignment (5 digits with the length before each JPEG), `flipbook.mjpeg`
 * is JPEGs one after the other. All are baseline 4:2:0 with the standard Huffman tables, as RFC 2435 wants them.
 */
import { Image } from "imagescript";
import { type Bytes, concatBytes, encodeText } from "../lib/core/bytes.ts";
import { JpegSplitter } from "../lib/jpeg/boundary.ts";
import { parseJpeg } from "../lib/jpeg/parse.ts";
import { fitRfc2435 } from "../lib/jpeg/rfc2435.ts";
import { DAY, drawDay } from "./drawing/day.ts";
import { drawSeasons, SEASONS } from "./drawing/seasons.ts";

/** The smallest receive buffer among the assignment's clients is 15,000 bytes. */
const MAX_MOVIE_FRAME = 14_900;

interface Film {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly draw: (frame: number) => string;
  /** How coarsely detail is kept: the step of the lowest frequency, and how fast steps grow towards higher ones. */
  readonly steps: readonly [first: number, growth: number];
}

/**
 * Quantization in rows of 8: fine for the lowest frequencies, so that the skies have no blocks, coarse for the highest.
 * ffmpeg takes it as it is at `-q:v 8`.
 */
function quantization([first, growth]: Film["steps"]): string {
  return Array.from({ length: 64 }, (_, i) => {
    const frequency = Math.hypot(i % 8, Math.floor(i / 8));
    return i === 0 ? 8 : Math.min(255, Math.round(first + growth * frequency ** 1.6));
  }).join();
}

/** Draws every frame and has ffmpeg encode them; returns one JPEG for each. */
async function encode(film: Film): Promise<Bytes[]> {
  const { width, height, frames, draw, steps } = film;
  const input = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", `${width}x${height}`, "-r", "25", "-i", "-"];
  const codec = ["-c:v", "mjpeg", "-huffman", "default", "-pix_fmt", "yuvj420p", "-q:v", "8"];
  const matrix = ["-intra_matrix", quantization(steps)];
  const filter = ["-vf", "scale=flags=accurate_rnd+full_chroma_int:out_color_matrix=bt601:out_range=full"];
  const ffmpeg = new Deno.Command("ffmpeg", {
    args: ["-v", "error", ...input, ...filter, ...codec, ...matrix, "-bitexact", "-f", "mjpeg", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const splitter = new JpegSplitter();
  const jpegs: Bytes[] = [];
  const reading = (async () => {
    for await (const chunk of ffmpeg.stdout) jpegs.push(...splitter.push(chunk));
  })();
  const writer = ffmpeg.stdin.getWriter();
  for (let frame = 0; frame < frames; frame++) {
    const picture = await Image.renderSVG(draw(frame), 1, Image.SVG_MODE_SCALE);
    await writer.write(new Uint8Array(picture.bitmap));
  }
  await writer.close();
  await reading;
  if (!(await ffmpeg.status).success) throw new Error("Cannot encode the film: ffmpeg failed");
  check(jpegs, film);
  return jpegs;
}

/** Makes sure that what ffmpeg wrote is what the films promise. */
function check(jpegs: readonly Bytes[], { frames }: Film): void {
  if (jpegs.length !== frames) throw new Error(`Cannot use the film: it has ${jpegs.length} frames, not ${frames}`);
  for (const [number, jpeg] of jpegs.entries()) {
    const fit = fitRfc2435(parseJpeg(jpeg));
    if (!fit.fits) throw new Error(`Cannot use frame ${number}: ${fit.reason}`);
  }
}

function report(name: string, jpegs: readonly Bytes[]): void {
  const sizes = jpegs.map(({ length }) => length);
  const sum = sizes.reduce((total, size) => total + size, 0);
  console.log(`${name}: ${jpegs.length} frames, ${sum} bytes, ${Math.min(...sizes)} to ${Math.max(...sizes)} a frame`);
}

const movie = await encode({ ...DAY, draw: drawDay, steps: [8, 6] });
const largest = Math.max(...movie.map(({ length }) => length));
if (largest >= MAX_MOVIE_FRAME) throw new Error(`Cannot use the movie: a frame has ${largest} bytes`);
const labeled = movie.flatMap((jpeg) => [encodeText(String(jpeg.length).padStart(5, "0")), jpeg]);
await Deno.writeFile(new URL("movie.Mjpeg", import.meta.url), concatBytes(labeled));
report("movie.Mjpeg", movie);

const flipbook = await encode({ ...SEASONS, draw: drawSeasons, steps: [10, 8] });
await Deno.writeFile(new URL("flipbook.mjpeg", import.meta.url), concatBytes(flipbook));
report("flipbook.mjpeg", flipbook);
