import { errorMessage } from "../../core/errors.ts";
import { parseRange } from "../../rtsp/headers/range.ts";
import { parseSession } from "../../rtsp/sdp.ts";
import { joinControl } from "../../rtsp/url.ts";
import { type Described, NotStandardError } from "./describe.ts";
import { PlayerError, type PlayerRange, type StreamInfo } from "../player_types.ts";
import { quote } from "./problems.ts";

/** Bytes of a session description that are read (robustness R20). */
const MAX_DESCRIPTION = 64 * 1024;
/** What to do about a description that describes nothing. */
const CHECK_NAME = "Check the name in the address.";
/** RTP payload type of JPEG (RFC 3551 section 6). */
const PAYLOAD_TYPE_JPEG = 26;
const JPEG_CLOCK_RATE = 90_000;

/** The one track that is played, and the addresses for the requests about it. */
export interface Presentation {
  readonly info: StreamInfo;
  /** For SETUP. */
  readonly trackUrl: string;
  /** For PLAY, PAUSE, TEARDOWN: the aggregate. */
  readonly sessionUrl: string;
  readonly payloadType: number;
  readonly clockRate: number;
}

type SessionDescription = ReturnType<typeof parseSession>;
type Media = SessionDescription["media"][number];

/** Reads the answer to DESCRIBE and chooses its JPEG track. Throws a PlayerError that says what there is instead. */
export function readPresentation({ url, response }: Described): Presentation {
  const description = readDescription(response.body);
  const track = description.media.find(isJpeg);
  if (!track) throw new PlayerError("unsupported", noJpeg(description.media));
  const base = baseUrl(url.href, response.headers.get("Content-Base") ?? response.headers.get("Content-Location"));
  return {
    info: {
      dialect: "rtsp",
      title: quote(url.path || url.host),
      address: url.href,
      range: readRange(description.range),
      frameRate: track.frameRate,
      width: track.width,
      height: track.height,
    },
    trackUrl: join(base, track.control),
    sessionUrl: join(base, description.control),
    payloadType: track.payloadType,
    clockRate: track.clockRate || JPEG_CLOCK_RATE,
  };
}

function readDescription(body: Uint8Array<ArrayBuffer>): SessionDescription {
  if (body.length > MAX_DESCRIPTION) {
    throw new PlayerError("protocol", `The server's description of the stream is ${body.length} bytes long.`, {
      advice: "Name a single stream in the address.",
    });
  }
  try {
    const description = parseSession(new TextDecoder().decode(body));
    if (description.media.length > 0) return description;
  } catch (thrown) {
    const found = quote(errorMessage(thrown));
    throw new NotStandardError("protocol", `The server's description of the stream cannot be read: ${found}.`, {
      advice: CHECK_NAME,
    });
  }
  throw new NotStandardError("protocol", "The server's description names no media.", { advice: CHECK_NAME });
}

function isJpeg(media: Media): boolean {
  return media.type === "video" &&
    (media.payloadType === PAYLOAD_TYPE_JPEG || media.encoding?.toUpperCase() === "JPEG");
}

function noJpeg(media: readonly Media[]): string {
  const found = media.slice(0, 4).map(({ type, encoding }) => quote(encoding ? `${type} ${encoding}` : type));
  return `This stream has no Motion JPEG, only ${found.join(", ")}. ` +
    "Choose Motion JPEG in the camera's or server's settings, or another stream.";
}

/** Order of RFC 2326 C.1.1: Content-Base, Content-Location, request. Never another host than the one that answered. */
function baseUrl(requested: string, told: string | undefined): string {
  return told ? join(requested, told) : requested;
}

function join(base: string, control: string | undefined): string {
  try {
    return joinControl(base, control ?? "*");
  } catch {
    return base;
  }
}

function readRange(text: string | undefined): PlayerRange | undefined {
  if (!text) return undefined;
  try {
    const { unit, start, end } = parseRange(text);
    if (unit !== "npt" || typeof start === "string") return undefined;
    return { start: start ?? 0, end };
  } catch {
    return undefined;
  }
}
