import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import { seededRandom } from "../../lib/core/random.ts";

/** Samples of one picture, red, green and blue (or one grey value) for each pixel. */
export interface Pixmap {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly samples: Bytes;
}

/** A picture with slopes, edges, fine patterns and noise, the same for the same seed. */
export function drawPixmap(width: number, height: number, channels: 1 | 3 = 3, seed = 1): Pixmap {
  const random = seededRandom(seed);
  const samples = new Uint8Array(width * height * channels);
  for (let at = 0; at < samples.length; at++) {
    const channel = at % channels;
    const x = Math.floor(at / channels) % width;
    const y = Math.floor(at / channels / width);
    const slope = (x * (3 - channel) + y * (1 + channel)) * 1.3;
    const disc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2 ? 70 * (channel - 1) : 0;
    const stripes = ((x >> 2) + (y >> 3) * channel) % 4 === 0 ? 40 : 0;
    samples[at] = Math.max(0, Math.min(255, 60 + (slope % 120) + disc + stripes + random.uint32() % 16));
  }
  return { width, height, channels, samples };
}

/** The picture as PGM or PPM, which all programs read. */
export function writePixmap({ width, height, channels, samples }: Pixmap): Bytes {
  return concatBytes([encodeText(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`), samples]);
}

/**
 * Runs a program with bytes as its input; returns its output.
 *
 * Throws `Error` with its words when it ends with another code than 0, or another than those in `accepted`.
 */
export async function pipe(
  program: string,
  words: readonly string[],
  input: Uint8Array,
  accepted: readonly number[] = [0],
): Promise<Bytes> {
  const command = new Deno.Command(program, { args: [...words], stdin: "piped", stdout: "piped", stderr: "piped" });
  const child = command.spawn();
  const feed = async () => {
    const writer = child.stdin.getWriter();
    await writer.write(input);
    await writer.close();
  };
  // A program may stop reading before the end of its input.
  const [output] = await Promise.all([child.output(), feed().catch(() => undefined)]);
  if (!accepted.includes(output.code)) {
    throw new Error(`Cannot run ${program} ${words.join(" ")}: ${new TextDecoder().decode(output.stderr)}`);
  }
  return output.stdout as Bytes;
}

/** Decodes with libjpeg-turbo's accurate integer transform to PPM, or with `grey` the luma alone to PGM. */
export function djpeg(jpeg: Uint8Array, options: { readonly grey?: boolean } = {}): Promise<Bytes> {
  // It ends with 2 after a warning, such as one about a missing EOI.
  return pipe("djpeg", ["-dct", "int", ...(options.grey ? ["-grayscale"] : [])], jpeg, [0, 2]);
}
