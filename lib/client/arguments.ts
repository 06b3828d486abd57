import { parseArgs } from "@std/cli/parse-args";
import type { Source, TransportChoice } from "./player_types.ts";

/** Words of a command line that make no sense; the message says which and what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A command line to play a stream. */
export interface PlayCommand {
  readonly kind: "play";
  readonly source: Source;
  readonly transport: TransportChoice;
  /** 0: any. */
  readonly rtpPort: number;
  /** Without any window. */
  readonly headless: boolean;
  /** In the browser instead of the window. */
  readonly browser: boolean;
  /** Starts to play without the button. */
  readonly play: boolean;
  readonly json: boolean;
  /** Seconds; undefined: to the end. */
  readonly duration: number | undefined;
}

/** What the words of a command line ask for. */
export type ClientCommand = PlayCommand | { readonly kind: "help" } | { readonly kind: "version" };

/** The answer to `--help`. */
export const CLIENT_HELP = `rtsp-client: play a Motion JPEG stream

  rtsp-client [options] URL                       rtsp://host:8554/name
  rtsp-client [options] HOST PORT RTP_PORT FILE   a server of the networking assignment

  --transport auto|udp|tcp   how pictures travel; auto is UDP, and TCP if nothing arrives (auto)
  --rtp-port N               even UDP port for the pictures, the next one for reports (any)
  --play                     play at once instead of waiting for the Play button
  --browser                  show the player in the browser instead of a window
  --headless                 play without a window
  --json                     with --headless: statistics as one JSON object a second, and one at the end
  --duration S               with --headless: stop after S seconds
  --version, --help

Also understood: -rtsp_transport tcp|udp, --rtsp-tcp.
Exit codes: 0 done, 1 the stream failed, 2 wrong arguments.`;

const TRANSPORTS: readonly string[] = ["auto", "udp", "tcp"] satisfies TransportChoice[];
const FLAGS = ["headless", "browser", "play", "json", "version", "help", "rtsp-tcp"];
const VALUES = ["transport", "rtp-port", "duration"];

/** Reads the words behind `rtsp-client`. Throws a UsageError. */
export function parseClientArguments(words: readonly string[]): ClientCommand {
  const { _: positional, ...options } = parseArgs(words.map(asLongOption), {
    boolean: FLAGS,
    string: [...VALUES, "_"],
    alias: { help: "h" },
    unknown: (word, key) => {
      if (key !== undefined) throw new UsageError(`There is no option ${word}. See rtsp-client --help.`);
    },
  });
  if (options.help) return { kind: "help" };
  if (options.version) return { kind: "version" };
  for (const name of VALUES) {
    if (options[name] === "") throw new UsageError(`--${name} needs a value.`);
  }
  const headless = options.headless === true;
  for (const name of ["json", "duration"]) {
    if (options[name] && !headless) throw new UsageError(`--${name} works only together with --headless.`);
  }
  const rtpPort = options["rtp-port"] === undefined ? 0 : readPort("--rtp-port", options["rtp-port"], 0);
  if (rtpPort % 2 !== 0) throw new UsageError(`--rtp-port must be even, not ${rtpPort}: the next port is for reports.`);
  return {
    kind: "play",
    source: readSource(positional.map(String)),
    transport: readTransport(options["rtsp-tcp"] ? "tcp" : options.transport ?? "auto"),
    rtpPort,
    headless,
    browser: options.browser === true,
    play: options.play === true || headless,
    json: options.json === true,
    duration: options.duration === undefined ? undefined : readDuration(options.duration),
  };
}

/** FFmpeg's way to write the option, which users have in their fingers. */
function asLongOption(word: string): string {
  return word === "-rtsp_transport" ? "--transport" : word;
}

function readSource(words: readonly string[]): Source {
  const [first, port, rtpPort, file] = words;
  if (first !== undefined && words.length === 1) {
    if (/^rtsps?:\/\//i.test(first)) return { kind: "rtsp", url: first };
    throw new UsageError(`${first} is no stream address. It should read rtsp://host:8554/name.`);
  }
  if (words.length === 4) {
    return {
      kind: "lab",
      host: first!,
      port: readPort("PORT", port, 1),
      rtpPort: readPort("RTP_PORT", rtpPort, 0),
      file: readFile(file!),
    };
  }
  const found = words.length === 0 ? "Nothing to play was named" : `${words.length} words were given`;
  throw new UsageError(`${found}: name either a URL (rtsp://host:8554/name) or HOST PORT RTP_PORT FILE.`);
}

/** The request line of the assignment is read by words, so a name cannot hold a blank or a line end. */
function readFile(name: string): string {
  if (/^\S{1,150}$/.test(name)) return name;
  throw new UsageError(
    "FILE must be one word of at most 150 characters: the assignment's requests cannot carry others.",
  );
}

function readPort(what: string, value: unknown, least: number): number {
  const port = /^\d{1,5}$/.test(String(value)) ? Number(value) : NaN;
  if (port >= least && port <= 65535) return port;
  throw new UsageError(`${what} must be a number from ${least} to 65535, not ${String(value)}.`);
}

function readTransport(value: unknown): TransportChoice {
  if (TRANSPORTS.includes(String(value))) return String(value) as TransportChoice;
  throw new UsageError(`--transport must be auto, udp or tcp, not ${String(value)}.`);
}

function readDuration(value: unknown): number {
  const seconds = /^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : NaN;
  if (seconds > 0 && seconds < Infinity) return seconds;
  throw new UsageError(`--duration must be a number of seconds above 0, not ${String(value)}.`);
}
