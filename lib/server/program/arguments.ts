import { parseArgs } from "@std/cli/parse-args";
import { LOG_LEVELS, type LogLevel } from "../../core/log_setup.ts";
import type { UdpEngine } from "../../net/udp.ts";
import type { ServerOptions } from "../config.ts";

/** Words of a command line that make no sense; the message says which and what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A command line to serve media. */
export interface ServeCommand {
  readonly kind: "serve";
  readonly options: ServerOptions;
  readonly logLevel: LogLevel;
  readonly jsonLogs: boolean;
}

/** What the words of a command line ask for. */
export type ServerCommand = ServeCommand | { readonly kind: "help" } | { readonly kind: "version" };

/** The answer to `--help`. */
export const SERVER_HELP = `rtsp-server: serve Motion JPEG films over RTSP

  rtsp-server [options] [PORT] [MEDIA...]

  PORT    RTSP port (8554); 0: any free one
  MEDIA   directories and films (./media)

  --host ADDRESS       address to listen on (0.0.0.0)
  --port N             the same as PORT
  --fps N              frames per second for all films, in place of their own
  --loop               films begin again at their end, for ever (for one client: NAME?loop=1)
  --onvif-extension    send pictures that RTP has no type for (4:4:4 ...) exactly as they are, for clients that know
                       ONVIF's header extension; all others then show nothing of them
  --max-viewers N      viewers at a time; who comes then is answered with 453 (10000)
  --max-viewers-per-address N
                       viewers at one address (1200)
  --max-bitrate MBIT   megabits a second that all viewers together may take (no limit)
  --udp-engine ENGINE  auto, batch (Linux: many packets with one system call) or plain (auto)
  --log-level LEVEL    ${LOG_LEVELS.join(", ")} (info)
  --json-logs          log lines as JSON objects
  --version, --help

Prints one line for each URL that can be played, then "ready". Ctrl-C stops; a second one stops at once.
Exit codes: 0 done, 1 the server could not start, 2 wrong arguments.`;

const FLAGS = ["loop", "onvif-extension", "json-logs", "version", "help"];
const VALUES = ["host", "port", "udp-engine", "log-level"];
const UDP_ENGINES = ["auto", "batch", "plain"] as const;

/** What a number on the command line sets, and what it may be. */
interface NumberOption {
  readonly key: "frameRate" | "maxViewers" | "maxViewersPerAddress" | "maxBitrate";
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  /** What 1 on the command line stands for; 1 if left out. */
  readonly unit?: number;
}

const NUMBERS: Readonly<Record<string, NumberOption>> = {
  "fps": { key: "frameRate", least: 0.1, most: 240, whole: false },
  "max-viewers": { key: "maxViewers", least: 1, most: 99_999, whole: true },
  "max-viewers-per-address": { key: "maxViewersPerAddress", least: 1, most: 99_999, whole: true },
  "max-bitrate": { key: "maxBitrate", least: 0.1, most: 99_999, whole: false, unit: 1e6 },
};

/** Reads the words behind `rtsp-server`. Throws a UsageError. */
export function parseServerArguments(words: readonly string[]): ServerCommand {
  const { _: positional, ...options } = parseArgs(words, {
    boolean: FLAGS,
    string: [...VALUES, ...Object.keys(NUMBERS), "_"],
    alias: { help: "h" },
    unknown: (word, key) => {
      if (key !== undefined) throw new UsageError(`There is no option ${word}. See rtsp-server --help.`);
    },
  });
  if (options["help"]) return { kind: "help" };
  if (options["version"]) return { kind: "version" };
  const [port, media] = splitPort(positional.map(String), textOf(options, "port"));
  const host = textOf(options, "host");
  const udpEngine = textOf(options, "udp-engine");
  return {
    kind: "serve",
    options: {
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port: readNumber("port", port, 0, 65_535, true) }),
      ...readNumbers(options),
      ...(udpEngine === undefined ? {} : { udpEngine: readEngine(udpEngine) }),
      ...(options["loop"] === true ? { loop: true } : {}),
      ...(options["onvif-extension"] === true ? { onvifExtension: true } : {}),
      ...(media.length === 0 ? {} : { media }),
    },
    logLevel: readLevel(textOf(options, "log-level") ?? "info"),
    jsonLogs: options["json-logs"] === true,
  };
}

/** The first word is the port if it is a number and none was given as an option. */
function splitPort(words: string[], option: string | undefined): [port: string | undefined, media: string[]] {
  const [first, ...rest] = words;
  return option === undefined && first !== undefined && /^\d+$/.test(first) ? [first, rest] : [option, words];
}

function textOf(options: Record<string, unknown>, name: string): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw new UsageError(`--${name} needs a value`);
  return value;
}

function readNumbers(options: Record<string, unknown>): { [K in NumberOption["key"]]?: number } {
  const numbers: { [K in NumberOption["key"]]?: number } = {};
  for (const [name, { key, least, most, whole, unit = 1 }] of Object.entries(NUMBERS)) {
    const text = textOf(options, name);
    if (text !== undefined) numbers[key] = readNumber(name, text, least, most, whole) * unit;
  }
  return numbers;
}

function readNumber(name: string, text: string, least: number, most: number, whole: boolean): number {
  const value = Number(text);
  const wellFormed = whole ? /^\d{1,5}$/.test(text) : /^\d{1,5}(?:\.\d{1,6})?$/.test(text);
  if (wellFormed && value >= least && value <= most) return value;
  throw new UsageError(`--${name} is ${JSON.stringify(text)}: it must be a number from ${least} to ${most}`);
}

function readEngine(text: string): UdpEngine {
  const engine = UDP_ENGINES.find((name) => name === text);
  if (engine) return engine;
  throw new UsageError(`--udp-engine is ${JSON.stringify(text)}: it must be one of ${UDP_ENGINES.join(", ")}`);
}

function readLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text || (name === "warning" && text === "warn"));
  if (level) return level;
  throw new UsageError(`--log-level is ${JSON.stringify(text)}: it must be one of ${LOG_LEVELS.join(", ")}`);
}
