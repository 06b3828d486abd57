import { parseArgs } from "@std/cli/parse-args";
import { writerFor } from "../media/writers/open_writer.ts";
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
  /** Whether the player tries again by itself when the server goes away. */
  readonly reconnect: boolean;
  /** Fixes how long pictures are held, milliseconds. */
  readonly latencyMs?: number;
  /** Whether damaged pictures are shown over the picture before them. */
  readonly repair: boolean;
  /** Whether the start page remembers what is played. */
  readonly history: boolean;
}

/** A command line without a stream: the start page asks for one. */
export interface StartCommand extends Omit<PlayCommand, "kind" | "source"> {
  readonly kind: "start";
}

/** What the commands besides playing have in common. */
export interface StreamCommand {
  readonly source: Source;
  readonly transport: TransportChoice;
  /** 0: any. */
  readonly rtpPort: number;
}

/** A command line that keeps a stream as a film. */
export interface RecordCommand extends StreamCommand {
  readonly kind: "record";
  /** Path of the film; its ending tells the format. */
  readonly output: string;
  /** Whether an existing file is replaced. */
  readonly force: boolean;
  /** Seconds; undefined: to the end. */
  readonly duration: number | undefined;
}

/** A command line that keeps one picture. */
export interface SnapshotCommand extends StreamCommand {
  readonly kind: "snapshot";
  /** Path of the JPEG. */
  readonly output: string;
  /** Whether an existing file is replaced. */
  readonly force: boolean;
}

/** A command line that tells what a stream is. */
export interface ProbeCommand extends StreamCommand {
  readonly kind: "probe";
  readonly json: boolean;
}

/** A command line that tells what a server offers. */
export interface ListCommand {
  readonly kind: "list";
  readonly url: string;
  readonly json: boolean;
}

/** What the words of a command line ask for. */
export type ClientCommand =
  | PlayCommand
  | StartCommand
  | RecordCommand
  | SnapshotCommand
  | ProbeCommand
  | ListCommand
  | { readonly kind: "help" }
  | { readonly kind: "version" };

/** The longest wait that may be asked for, milliseconds. */
const MAX_LATENCY = 10_000;

/** The answer to `--help`. */
export const CLIENT_HELP = `rtsp-client: play a Motion JPEG stream

  rtsp-client [options]                           a window that asks what to play
  rtsp-client [options] URL                       rtsp://host:8554/name
  rtsp-client [options] HOST PORT RTP_PORT FILE   a server of the networking assignment
  rtsp-client record URL -o FILE                  keep it as a film: .avi, .mjpeg, or .Mjpeg for the assignment's format
  rtsp-client snapshot URL -o FILE.jpg            keep one picture, as it was sent
  rtsp-client probe URL                           tell what it is
  rtsp-client list rtsp://host:8554/              tell what a Flipbook server offers

  --transport auto|udp|tcp   how pictures travel; auto is UDP, and TCP if nothing arrives (auto)
  --rtp-port N               even UDP port for the pictures, the next one for reports (any)
  --latency MS               hold pictures so long to show them evenly (as the network needs: 0 on a clean one)
  --repair                   show what has come of a damaged picture over the picture before, where it can be (off)
  --play                     play at once instead of waiting for the Play button
  --browser                  show the player in the browser instead of a window
  --no-history               neither show nor keep recent streams
  --headless                 play without a window
  --json                     with --headless: statistics as one JSON object a second, and one at the end;
                             with probe and list: one JSON value
  --duration S               with --headless or record: stop after S seconds
  -o, --output FILE          with record and snapshot: where to
  --force                    with record and snapshot: replace FILE if there is one
  --version, --help

Also understood: -rtsp_transport tcp|udp, --rtsp-tcp.
Exit codes: 0 done, 1 the stream failed, 2 wrong arguments.`;

const TRANSPORTS: readonly string[] = ["auto", "udp", "tcp"] satisfies TransportChoice[];
/** The options of each command: those without a value, and those with one. */
const OPTIONS = {
  play: {
    flags: ["headless", "browser", "play", "json", "repair", "no-history", "version", "help", "rtsp-tcp"],
    values: ["transport", "rtp-port", "duration", "latency"],
  },
  record: { flags: ["force", "help", "rtsp-tcp"], values: ["transport", "rtp-port", "duration", "output"] },
  snapshot: { flags: ["force", "help", "rtsp-tcp"], values: ["transport", "rtp-port", "output"] },
  probe: { flags: ["json", "help", "rtsp-tcp"], values: ["transport", "rtp-port"] },
  list: { flags: ["json", "help"], values: [] },
} as const;

type Options = Record<string, unknown>;

/** Reads the words behind `rtsp-client`. Throws a UsageError. */
export function parseClientArguments(words: readonly string[]): ClientCommand {
  const named = words[0] as keyof typeof OPTIONS;
  const kind = named !== "play" && Object.hasOwn(OPTIONS, named) ? named : "play";
  const { _: positional, ...options } = parseOptions(kind, kind === "play" ? words : words.slice(1));
  if (options.help) return { kind: "help" };
  if (options.version) return { kind: "version" };
  for (const name of OPTIONS[kind].values) {
    if (options[name] === "") throw new UsageError(`--${name} needs a value.`);
  }
  const headless = options.headless === true;
  for (const name of ["json", "duration"]) {
    if (kind === "play" && options[name] && !headless) {
      throw new UsageError(`--${name} works only together with --headless.`);
    }
  }
  if (kind === "list") return { kind, url: readServer(positional.map(String)), json: options.json === true };
  const travel = readTravel(options);
  const asks = kind === "play" && !headless && positional.length === 0;
  if (asks) return { kind: "start", ...travel, ...readPlaying(options) };
  const stream = { source: readSource(positional.map(String)), ...travel };
  const duration = options.duration === undefined ? undefined : readDuration(options.duration);
  const json = options.json === true;
  if (kind === "probe") return { kind, ...stream, json };
  if (kind !== "play") {
    const kept = { ...stream, output: readOutput(options.output, kind), force: options.force === true };
    return kind === "record" ? { kind, ...kept, duration } : { kind, ...kept };
  }
  return { kind, ...stream, ...readPlaying(options) };
}

/** What is said about playing, whatever it is. */
function readPlaying(options: Options): Omit<PlayCommand, "kind" | keyof StreamCommand> {
  const headless = options.headless === true;
  return {
    headless,
    browser: options.browser === true,
    play: options.play === true || headless,
    json: options.json === true,
    duration: options.duration === undefined ? undefined : readDuration(options.duration),
    reconnect: !headless,
    repair: options.repair === true,
    history: options["no-history"] !== true,
    ...(options.latency === undefined ? {} : { latencyMs: readLatency(options.latency) }),
  };
}

function parseOptions(kind: keyof typeof OPTIONS, words: readonly string[]): Options & { _: (string | number)[] } {
  const { flags, values } = OPTIONS[kind];
  return parseArgs(words.map(asLongOption), {
    boolean: [...flags],
    string: [...values, "_"],
    alias: { help: "h", ...(kind === "record" || kind === "snapshot" ? { output: "o" } : {}) },
    unknown: (word, key) => {
      if (key === undefined) return;
      const command = kind === "play" ? "" : ` of ${kind}`;
      throw new UsageError(`There is no option ${word}${command}. See rtsp-client --help.`);
    },
  });
}

function readTravel(options: Options): Omit<StreamCommand, "source"> {
  const rtpPort = options["rtp-port"] === undefined ? 0 : readPort("--rtp-port", options["rtp-port"], 0);
  if (rtpPort % 2 !== 0) throw new UsageError(`--rtp-port must be even, not ${rtpPort}: the next port is for reports.`);
  return {
    transport: readTransport(options["rtsp-tcp"] ? "tcp" : options.transport ?? "auto"),
    rtpPort,
  };
}

function readOutput(value: unknown, kind: "record" | "snapshot"): string {
  if (typeof value !== "string") throw new UsageError(`${kind} needs a file to write: -o FILE.`);
  if (kind === "record" && !writerFor(value)) {
    throw new UsageError(`A film must end with .avi, .mjpeg or .Mjpeg (the assignment's format), not be ${value}.`);
  }
  if (kind === "snapshot" && !/\.jpe?g$/i.test(value)) {
    throw new UsageError(`A picture must end with .jpg, not be ${value}.`);
  }
  return value;
}

function readLatency(value: unknown): number {
  const milliseconds = /^\d{1,5}$/.test(String(value)) ? Number(value) : NaN;
  if (milliseconds <= MAX_LATENCY) return milliseconds;
  throw new UsageError(`--latency must be a whole number of milliseconds up to ${MAX_LATENCY}, not ${String(value)}.`);
}

/** FFmpeg's way to write the option, which users have in their fingers. */
function asLongOption(word: string): string {
  return word === "-rtsp_transport" ? "--transport" : word;
}

/** Reads what names a stream: a URL, or HOST PORT RTP_PORT FILE. Throws a UsageError. */
export function readSource(words: readonly string[]): Source {
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

/** The assignment's servers list nothing. */
function readServer(words: readonly string[]): string {
  const source = words.length > 1 ? undefined : readSource(words);
  if (source?.kind === "rtsp") return source.url;
  throw new UsageError("list needs the address of one server: rtsp://host:8554/.");
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
