/**
 * What the player's engine and its page say to each other over the bridge's WebSocket.
 *
 * Text messages are JSON objects with a `type`. Binary messages carry one picture each, to the page only:
 *
 *     byte  0  version, 1
 *           1  flags: bit 0 media time is known, bit 1 the picture was sent before (a page that was loaded anew),
 *              bit 2 a part of it is of the picture before it, because its own part was lost
 *           2  16 bits, size of this header; the JPEG begins there
 *           4  32 bits, serial number of the delivery, which the page returns in an `ack`
 *           8  32 bits, frame number
 *          12  16 bits, width; 16 bits, height, in pixels
 *          16  64-bit float, media time in seconds
 *          24  64-bit float, Unix time in milliseconds at which the last packet of the picture arrived
 *          32  JPEG
 *
 * A binary message whose first byte is 2 is a capture: the rest is a pcap file, sent once after a `capture` command.
 * From the page, a binary message whose first byte is 3 is a thumbnail: the rest is a JPEG.
 *
 * All numbers are big-endian. This file is also read by the page for its types, so it imports types, and what is as pure.
 */
import type { Bytes } from "../../core/bytes.ts";
import { type ForgetCommand, type OpenCommand, parseForget, parseOpen, type StartMessage } from "./start_messages.ts";
import type { WireMessage } from "../inspection/inspection_messages.ts";
import type { PlayerProblem, PlayerState, PlayerStats, StreamInfo, TransportChoice } from "../player_types.ts";

/** Name that page and bridge agree on in `Sec-WebSocket-Protocol`; the second value there is the page's key. */
export const SUBPROTOCOL = "flipbook.1";
/** Bytes before the JPEG in a picture message. */
export const PICTURE_HEADER_SIZE = 32;
/** Longest text message that a page may send, in characters. */
export const MAX_COMMAND_LENGTH = 4096;
/** Longest name and longest password, in characters. */
const MAX_CREDENTIAL = 256;
/** Fastest speed that a page may ask for, in either direction. */
const MAX_SPEED = 64;
const TRANSPORTS: readonly TransportChoice[] = ["auto", "udp", "tcp"];

const PICTURE_VERSION = 1;
const CAPTURE_MARK = 2;
/** First byte of a thumbnail. */
export const THUMBNAIL_MARK = 3;
/** Forms of a film on the disk. */
const FORMATS: readonly RecordFormat[] = ["avi", "mjpeg", "lab"];
const MEDIA_TIME_KNOWN = 1;
const SENT_BEFORE = 2;
const REPAIRED = 4;

/** What a picture message says of its JPEG. */
export interface PictureHeader {
  readonly serial: number;
  /** Frame number from 0. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly mediaTime: number | undefined;
  /** Unix milliseconds at which the last packet arrived. */
  readonly arrival: number;
  /** Whether it was sent before, to another page or to this one before a reload. */
  readonly again: boolean;
  /** Whether a part of it is of the picture before it, because its own part was lost. */
  readonly repaired: boolean;
}

/** The four verbs of the assignment, by the names that RTSP gives them. */
export type Verb = "setup" | "play" | "pause" | "teardown";

/** From the engine: everything a page needs to draw itself; sent when it changes, and first of all. */
export interface StateMessage {
  readonly type: "state";
  readonly state: PlayerState;
  /** The verb whose answer is awaited. */
  readonly activity: Verb | undefined;
  /** Address of the stream, without user name and password. */
  readonly address: string;
  readonly info: StreamInfo | undefined;
  /** Stands until the next verb. */
  readonly problem: PlayerProblem | undefined;
  /** Whether the film has been played to its end. */
  readonly ended: boolean;
  /** Whether the person is being asked to confirm that the window closes. */
  readonly closing: boolean;
  /** Whether the film begins anew at its end. */
  readonly loop: boolean;
  /** Whether damaged pictures are shown over the picture before them. */
  readonly repair: boolean;
  /** Speed that was asked for; the statistics tell what the server granted. */
  readonly speed: number;
  /** How RTP is to travel. */
  readonly transport: TransportChoice;
  /** The server is away and the player tries to reach it again. */
  readonly reconnecting: ReconnectingState | undefined;
  /** Where pictures and films are written; undefined where the player may write nowhere. */
  readonly saving: SavingState | undefined;
  /** Whether the page shall make thumbnails of what it shows. */
  readonly remembers: boolean;
  /** Whether what plays is being recorded. */
  readonly recording: boolean;
}

/** How a film is written: AVI, JPEG after JPEG (.mjpeg), or the assignment's format (.Mjpeg). */
export type RecordFormat = "avi" | "mjpeg" | "lab";

/** Where pictures and films are written, and how. */
export interface SavingState {
  /** Folders, as the system names them. */
  readonly pictures: string;
  readonly films: string;
  /** How the last film of this run was written; undefined before the first. */
  readonly format: RecordFormat | undefined;
}

/** Tries to reach a server that went away, in the times of the calendar. */
export interface ReconnectingState {
  /** The next try, counted from 1. */
  readonly attempt: number;
  /** Unix milliseconds at which the picture on the screen arrived; undefined without one. */
  readonly since: number | undefined;
  /** Why: one sentence for a person. */
  readonly reason: string;
}

/** How far a recording is. */
export interface RecordingState {
  /** The file. */
  readonly path: string;
  readonly frames: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** From the engine, four times a second while a session stands. */
export interface StatsMessage {
  readonly type: "stats";
  readonly stats: PlayerStats;
  /** Pictures that this page was spared because it was busy. */
  readonly skipped: number;
  /** How far the recording is; undefined while there is none. */
  readonly recording: RecordingState | undefined;
}

/** From the engine: something worth a line, nothing to act on. */
export interface NoticeMessage {
  readonly type: "notice";
  readonly message: string;
}

/** From the engine: the player has quit; the connection ends. */
export interface GoodbyeMessage {
  readonly type: "goodbye";
}

export type EngineMessage = StateMessage | StatsMessage | NoticeMessage | WireMessage | StartMessage | GoodbyeMessage;

/** From the page. */
export type PageCommand =
  | { readonly type: "setup" | "pause" | "teardown" | "quit" }
  /** The verb that failed, or that the stream had obeyed until it failed, once more. */
  | { readonly type: "retry" }
  /** `from` is in seconds: 0 plays a film again. */
  | { readonly type: "play"; readonly from?: number }
  /** To the picture that is shown at so many seconds; of several in a row the newest counts. */
  | { readonly type: "seek"; readonly to: number }
  /** To the picture after (1) or before (-1) the one on the screen. */
  | { readonly type: "step"; readonly direction: 1 | -1 }
  /** Speed, below 0 backward; from now on, or from the next Play on. */
  | { readonly type: "speed"; readonly speed: number }
  | { readonly type: "loop"; readonly loop: boolean }
  /** Whether damaged pictures are shown over the picture before them. */
  | { readonly type: "repair"; readonly repair: boolean }
  | { readonly type: "transport"; readonly transport: TransportChoice }
  /** For the server that asks; then what failed is tried again. Neither is logged. */
  | { readonly type: "login"; readonly username: string; readonly password: string }
  /** Saves the newest picture. */
  | { readonly type: "snapshot" }
  /** Begins or ends a recording; without a format it is written as the one before. */
  | { readonly type: "record"; readonly record: boolean; readonly format?: RecordFormat }
  /** A small picture of what is shown, for the start page: comes as a binary message. */
  | { readonly type: "thumbnail"; readonly jpeg: Bytes }
  /** The inspector is open from now on, or closed; only while it is open are `wire` messages sent. */
  | { readonly type: "inspect"; readonly on: boolean }
  /** Ends the stream and asks for another one. */
  | { readonly type: "leave" }
  /** On the start page: asks anew what the servers of this machine offer. */
  | { readonly type: "refresh" }
  | OpenCommand
  | ForgetCommand
  /** Asks for all that passed on the wire as a pcap file. */
  | { readonly type: "capture" }
  /** The picture with this serial number was painted or given up. */
  | { readonly type: "ack"; readonly serial: number }
  /** The close question stands on the screen. */
  | { readonly type: "close-asked" }
  /** Answer to the close question. */
  | { readonly type: "close-answer"; readonly close: boolean };

/** A picture message: header and JPEG in one buffer. */
export function writePicture(header: PictureHeader, jpeg: Uint8Array): Bytes {
  const message = new Uint8Array(PICTURE_HEADER_SIZE + jpeg.length);
  const view = new DataView(message.buffer);
  view.setUint8(0, PICTURE_VERSION);
  const known = header.mediaTime === undefined ? 0 : MEDIA_TIME_KNOWN;
  view.setUint8(1, known | (header.again ? SENT_BEFORE : 0) | (header.repaired ? REPAIRED : 0));
  view.setUint16(2, PICTURE_HEADER_SIZE);
  view.setUint32(4, header.serial);
  view.setUint32(8, header.index);
  view.setUint16(12, header.width);
  view.setUint16(14, header.height);
  view.setFloat64(16, header.mediaTime ?? 0);
  view.setFloat64(24, header.arrival);
  message.set(jpeg, PICTURE_HEADER_SIZE);
  return message;
}

/** A capture message: its mark and the file. */
export function writeCapture(file: Uint8Array): Bytes {
  const message = new Uint8Array(1 + file.length);
  message[0] = CAPTURE_MARK;
  message.set(file, 1);
  return message;
}

/**
 * Reads a command of the page.
 *
 * @throws SyntaxError if it is no JSON object of a known type, or a value is out of bounds.
 */
export function parseCommand(text: string): PageCommand {
  if (text.length > MAX_COMMAND_LENGTH) throw new SyntaxError(`Cannot read a command of ${text.length} characters`);
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new SyntaxError("Cannot read a command that is no object");
  const fields = value as Record<string, unknown>;
  switch (fields.type) {
    case "setup":
    case "pause":
    case "teardown":
    case "quit":
    case "retry":
    case "close-asked":
    case "snapshot":
    case "capture":
    case "leave":
    case "refresh":
      return { type: fields.type };
    case "play":
      return fields.from === undefined ? { type: "play" } : { type: "play", from: finite(fields.from, "from") };
    case "ack":
      return { type: "ack", serial: finite(fields.serial, "serial") };
    case "open":
      return parseOpen(fields);
    case "forget":
      return parseForget(fields);
    case "inspect":
      return { type: "inspect", on: fields.on === true };
    case "close-answer":
      return { type: "close-answer", close: fields.close === true };
    default:
      return parseFilmCommand(fields);
  }
}

/** Commands about the film and how it travels. */
function parseFilmCommand(fields: Record<string, unknown>): PageCommand {
  switch (fields.type) {
    case "seek":
      return { type: "seek", to: finite(fields.to, "to") };
    case "step":
      return { type: "step", direction: fields.direction === -1 ? -1 : 1 };
    case "speed":
      return { type: "speed", speed: speedOf(fields.speed) };
    case "loop":
      return { type: "loop", loop: fields.loop === true };
    case "repair":
      return { type: "repair", repair: fields.repair === true };
    case "record":
      return parseRecord(fields);
    case "transport": {
      const transport = TRANSPORTS.find((choice) => choice === fields.transport);
      if (transport === undefined) throw new SyntaxError("Cannot read transport: it is not auto, udp or tcp");
      return { type: "transport", transport };
    }
    case "login":
      return { type: "login", username: credential(fields.username), password: credential(fields.password) };
    default:
      throw new SyntaxError(`Cannot read a command of type ${JSON.stringify(fields.type)?.slice(0, 40)}`);
  }
}

function parseRecord({ record, format }: Record<string, unknown>): PageCommand {
  if (format === undefined) return { type: "record", record: record === true };
  const known = FORMATS.find((each) => each === format);
  if (known === undefined) throw new SyntaxError("Cannot read format: it is not avi, mjpeg or lab");
  return { type: "record", record: record === true, format: known };
}

/** The value itself stands in no message: it may be a password. */
function credential(value: unknown): string {
  if (typeof value === "string" && value.length <= MAX_CREDENTIAL) return value;
  throw new SyntaxError(`Cannot read a login: it is not a text of at most ${MAX_CREDENTIAL} characters`);
}

function speedOf(value: unknown): number {
  if (typeof value === "number" && Math.abs(value) > 0 && Math.abs(value) <= MAX_SPEED) return value;
  throw new SyntaxError(`Cannot read speed: it is not a number up to ${MAX_SPEED}, or it is 0`);
}

function finite(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new SyntaxError(`Cannot read ${name}: it is not a number from 0`);
  }
  return value;
}
