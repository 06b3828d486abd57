import { decodeLatin1 } from "../../lib/core/bytes.ts";

/** The programs of the field that the tests play to. */
export const PEERS = ["ffmpeg", "gstreamer", "mpv"] as const;
export type Peer = typeof PEERS[number];

/** How the media travels. */
export type Transport = "udp" | "tcp";

/** A peer that plays longer than this hangs. */
const LONGEST_RUN_MS = 120_000;

/** How a program is started whose work can wait: those that receive by UDP must not be kept from it. */
const PATIENTLY = ["nice", "-n", "5"];

/** Errors that rtspsrc posts when it interrupts its own PAUSE: of the sending, and of the pause. */
const OWN_PAUSE_COMPLAINTS = 2;

/** In lines of framemd5: stream, dts, pts, duration, size, hash. */
const HASH_FIELD = 5;

/** What a program wrote and how it ended. */
export interface Output {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Runs a program to its end; throws with its own words when it fails. `patiently`: after all that others have to do. */
export async function run(program: string, words: readonly string[], patiently = false): Promise<Output> {
  const output = await runToEnd(program, words, patiently);
  if (output.code !== 0) throw new Error(`${program} ended with ${output.code}: ${output.stderr}`);
  return output;
}

/**
 * Runs gst-launch-1.0 to the end of its stream; throws with its own words when it fails.
 *
 * When the stream is over, GStreamer 1.22 tells rtspsrc to pause and at once to close: where the second order interrupts
 * the first, it complains about its own PAUSE and ends with 1, all media being there.
 */
export async function gstLaunch(words: readonly string[], patiently = false): Promise<Output> {
  const output = await runToEnd("gst-launch-1.0", ["-q", ...words], patiently);
  const complaints = output.stderr.split("\n").filter((line) => line.startsWith("ERROR:"));
  const ownPause = output.stderr.includes("gst_rtspsrc_pause ()") && complaints.length === OWN_PAUSE_COMPLAINTS;
  if (output.code === 0 || (output.code === 1 && ownPause)) return output;
  throw new Error(`gst-launch-1.0 ended with ${output.code}: ${output.stderr}`);
}

async function runToEnd(program: string, words: readonly string[], patiently: boolean): Promise<Output> {
  const limit = AbortSignal.timeout(LONGEST_RUN_MS);
  const [first, ...others] = [...(patiently ? PATIENTLY : []), program, ...words];
  const command = new Deno.Command(first!, {
    args: others,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: limit,
  });
  const output = await command.output();
  const stderr = decodeLatin1(output.stderr).trim();
  if (limit.aborted) throw new Error(`${program} did not end within ${LONGEST_RUN_MS} ms: ${stderr}`);
  return { code: output.code, stdout: output.stdout, stderr };
}

/** The MD5 of each picture, in order, as ffmpeg's framemd5 writes them; behind it may follow hashes of side data. */
export function framemd5(output: Output): string[] {
  return decodeLatin1(output.stdout).split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",")[HASH_FIELD]!.trim());
}

async function ffmpegFrames(input: string, transport?: Transport): Promise<string[]> {
  const options = transport === undefined ? ["-f", "mjpeg"] : ["-rtsp_transport", transport];
  const output = await run("ffmpeg", [
    "-v",
    "error",
    ...options,
    "-i",
    input,
    "-fps_mode",
    "passthrough",
    "-f",
    "framemd5",
    "-",
  ], transport === undefined);
  if (output.stderr !== "") throw new Error(`ffmpeg complains: ${output.stderr}`);
  return framemd5(output);
}

async function mpvFrames(input: string, transport?: Transport): Promise<string[]> {
  const output = await run("mpv", [
    "--no-config",
    "--really-quiet",
    "--no-audio",
    "--o=-",
    "--of=framemd5",
    "--ovc=rawvideo",
    transport === undefined ? "--demuxer-lavf-format=mjpeg" : `--rtsp-transport=${transport}`,
    input,
  ], transport === undefined);
  return framemd5(output);
}

/** GStreamer's decoded pictures, hashed here one by one: all have the size of the first. */
async function gstreamerFrames(input: string, pictureSize: number, transport?: Transport): Promise<string[]> {
  const source = transport === undefined
    ? ["filesrc", `location=${input}`, "!", "jpegparse"]
    : ["rtspsrc", `location=${input}`, `protocols=${transport}`, "!", "rtpjpegdepay"];
  const output = await gstLaunch([...source, "!", "jpegdec", "!", "fdsink", "fd=1"], transport === undefined);
  const hashes: string[] = [];
  for (let at = 0; at < output.stdout.length; at += pictureSize) {
    const digest = await crypto.subtle.digest("SHA-1", output.stdout.slice(at, at + pictureSize));
    hashes.push(new Uint8Array(digest).toHex());
  }
  return hashes;
}

/**
 * Lets `peer` play `input` (a URL with a transport, or a raw .mjpeg file without) from start to end and returns a hash of
 * every picture it decoded. The hashes of one peer can be compared with each other, not with those of another.
 */
export function playedFrames(
  peer: Peer,
  input: string,
  size: [number, number],
  transport?: Transport,
): Promise<string[]> {
  switch (peer) {
    case "ffmpeg":
      return ffmpegFrames(input, transport);
    case "mpv":
      return mpvFrames(input, transport);
    case "gstreamer":
      return gstreamerFrames(input, size[0] * size[1] * 3 / 2, transport);
  }
}
