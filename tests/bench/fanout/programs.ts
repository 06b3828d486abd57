import { basename, dirname, fromFileUrl, join } from "@std/path";
import { SERVER_ENGINE } from "../../../.ci/release/targets.ts";

const PEERS = fromFileUrl(new URL("../peers/", import.meta.url));
/** Debian's Python: it has the bindings of GStreamer. */
const PYTHON = "/usr/bin/python3";
/** Seconds of a film that are drawn; the rest repeats them. */
const DRAWN_SECONDS = 2;
/** Milliseconds until a server must be ready. */
const START_TIMEOUT = 20_000;

/** Packets of a frame and their bytes, as Flipbook cuts the film of the same name. */
const VGA_PACKETS = ["19", "1372"];

/** Who is measured; the bare loop sends the bytes of a film, whichever it is to play. */
export type ServerName = "Flipbook" | "gst-rtsp-server" | "bare loop";
/** Whether viewers have timelines of their own or share one. */
export type Mode = "file" | "live";

/** A film in the forms that both servers play. */
export interface Film {
  readonly mjpeg: string;
  readonly avi: string;
}

/** What `viewers.c` prints. Gaps and set-up times in ms, CPU in us per packet. */
export interface Measurement {
  readonly viewers: number;
  readonly playing: number;
  readonly failures: number;
  readonly ended: number;
  readonly starved: number;
  readonly packets: number;
  readonly lost: number;
  readonly frames: number;
  /** Of each viewer, in the mean. */
  readonly framesPerSecond: number;
  readonly gapP50: number;
  readonly gapP99: number;
  readonly gapMax: number;
  readonly setupP50: number;
  readonly setupP99: number;
  readonly setupMax: number;
  readonly serverCores: number;
  readonly cpuPerPacket: number;
  readonly residentMb: number;
  /** What the viewers themselves took. */
  readonly ownCores: number;
}

/** How `viewers.c` watches. */
export interface Audience {
  readonly transport: "udp" | "tcp";
  readonly viewers: number;
  readonly warmUp: number;
  readonly seconds: number;
  /** Viewers that stop reading when the measurement begins. */
  readonly stopped?: number;
  /** Viewers that come while it is measured. */
  readonly probes?: number;
  /** Seconds after which no more of them are started; two minutes by default. */
  readonly startLimit?: number;
  /** Whether the receive buffers stay as the system makes them. */
  readonly defaultBuffers?: boolean;
}

/** A server that plays one film. */
export interface RunningServer {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${command} failed: ${text.decode(stderr).slice(0, 500)}`);
  return text.decode(stdout);
}

/** Compiles the C programs of the benchmark into `folder`. */
export async function compilePeers(folder: string): Promise<void> {
  for (const name of ["viewers", "send_loop"]) {
    await run("gcc", ["-O2", "-Wall", "-Wextra", "-o", join(folder, name), join(PEERS, `${name}.c`)]);
  }
}

/** How a film looks; `quality` is FFmpeg's, 2 is the best. */
export interface Drawing {
  readonly size: string;
  readonly quality: number;
  readonly noise: number;
}

/** Draws a film of `seconds` in `folder`. */
export async function drawFilm(folder: string, drawing: Drawing, seconds: number): Promise<Film> {
  const { size, quality, noise } = drawing;
  const base = join(folder, `${size}-base.mjpeg`);
  const film = { mjpeg: join(folder, `${size}.mjpeg`), avi: join(folder, `${size}.avi`) };
  const source = `testsrc2=size=${size}:rate=25,noise=alls=${noise}:allf=t`;
  const encode = [
    "-c:v",
    "mjpeg",
    "-pix_fmt",
    "yuvj420p",
    "-huffman",
    "default",
    "-q:v",
    String(quality),
    "-f",
    "mjpeg",
  ];
  const drawn = Math.min(seconds, DRAWN_SECONDS);
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", String(drawn), ...encode, base]);
  const picture = await Deno.readFile(base);
  const file = await Deno.create(film.mjpeg);
  for (let length = 0; length < seconds; length += drawn) await file.write(picture);
  file.close();
  await run("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-framerate",
    "25",
    "-f",
    "mjpeg",
    "-i",
    film.mjpeg,
    "-c",
    "copy",
    film.avi,
  ]);
  return film;
}

function commandOf(name: ServerName, film: Film, mode: Mode): [command: string, args: string[]] {
  switch (name) {
    case "Flipbook":
      return [
        Deno.execPath(),
        ["run", ...SERVER_ENGINE, "-A", "--no-check", join(PEERS, "flipbook_server.ts"), film.mjpeg, mode],
      ];
    case "gst-rtsp-server":
      return [PYTHON, [join(PEERS, "gst_server.py"), "0", film.avi, mode]];
    case "bare loop":
      // What was compiled lies beside the films.
      return [join(dirname(film.mjpeg), "send_loop"), VGA_PACKETS];
  }
}

/** Starts a server on a free port of loopback and waits until it plays. */
async function startServer(name: ServerName, film: Film, mode: Mode): Promise<RunningServer> {
  const [command, args] = commandOf(name, film, mode);
  const process = new Deno.Command(command, { args, stdout: "piped", stderr: name === "Flipbook" ? "inherit" : "null" })
    .spawn();
  const timer = setTimeout(() => process.kill("SIGKILL"), START_TIMEOUT);
  let text = "";
  for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("ready")) break;
  }
  clearTimeout(timer);
  if (!text.includes("ready")) throw new Error(`${name} did not start`);
  const path = name === "Flipbook" ? basename(film.mjpeg) : "film";
  return {
    pid: process.pid,
    url: `rtsp://127.0.0.1:${parseInt(text)}/${path}`,
    async stop() {
      const { success, signal } = await Promise.race([process.status, killed(process)]);
      if (!success && signal !== "SIGKILL") console.error(`${name} (${mode}) ended by itself: ${signal ?? "an error"}`);
    },
  };
}

/** Starts a server, uses it and stops it. */
export async function withServer<T>(
  name: ServerName,
  film: Film,
  mode: Mode,
  use: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const server = await startServer(name, film, mode);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** The end of a process that is told to end. */
async function killed(process: Deno.ChildProcess): Promise<Deno.CommandStatus> {
  // One that has ended already settles first.
  await new Promise((resolve) => setTimeout(resolve, 1));
  try {
    process.kill("SIGKILL");
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
  }
  return await process.status;
}

/** Lets an audience watch a server. */
export async function watch(folder: string, server: RunningServer, audience: Audience): Promise<Measurement> {
  const { transport, viewers, warmUp, seconds, stopped = 0, probes = 0, startLimit = 120, defaultBuffers = false } =
    audience;
  const numbers = { n: viewers, w: warmUp, s: seconds, x: stopped, k: probes, l: startLimit, p: server.pid };
  const args = Object.entries(numbers).flatMap(([letter, value]) => [`-${letter}`, String(value)]);
  if (defaultBuffers) args.push("-b", "0");
  return JSON.parse(await run(join(folder, "viewers"), ["-t", transport, ...args, server.url]));
}
