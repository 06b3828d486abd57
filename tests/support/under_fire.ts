import { assertEquals } from "@std/assert";
import { type Bytes, concatBytes, encodeText } from "../../lib/core/bytes.ts";
import type { ServerOptions } from "../../lib/server/config.ts";
import type { FlipbookServer } from "../../lib/server/server.ts";
import { withServer } from "./local_server.ts";
import { makeJpegs, makeRawFilm } from "./make_film.ts";
import { MediaPorts, RtspTalker } from "./rtsp_talker.ts";

/** A film long enough for any test on a slow machine, of small pictures of one packet each. */
export const LONG_FILM = "long.mjpeg";
const LONG_CONTENT = makeRawFilm(makeJpegs(3000));
/** Packets that a witness sees before and after the trouble. */
const QUIET_PACKETS = 3;
/** How long `eventually` waits, and how often it looks, ms. */
const PATIENCE_MS = 8000;
const LOOK_MS = 5;

/**
 * Runs a test's body against a server that plays to two innocent viewers, by UDP and by TCP, from before to after: neither
 * may lose a packet, and the server may not fail inside.
 */
export async function underFire(
  body: (server: FlipbookServer, url: string) => Promise<void>,
  options: ServerOptions & { files?: Record<string, Uint8Array> } = {},
): Promise<void> {
  const files = { ...options.files, [LONG_FILM]: LONG_CONTENT };
  await withServer(async (server, url) => {
    await using udp = await Witness.open(server.port, `${url}/${LONG_FILM}`, "udp");
    await using tcp = await Witness.open(server.port, `${url}/${LONG_FILM}`, "tcp");
    await body(server, url);
    for (const witness of [udp, tcp]) await witness.lostNothing();
    assertEquals(server.stats().failures, 0);
  }, { frameRate: 50, ...options, files });
}

/** A viewer that does nothing but watch. */
class Witness implements AsyncDisposable {
  readonly #talker: RtspTalker;
  readonly #ports: MediaPorts;
  readonly #transport: "udp" | "tcp";

  private constructor(talker: RtspTalker, ports: MediaPorts, transport: "udp" | "tcp") {
    this.#talker = talker;
    this.#ports = ports;
    this.#transport = transport;
  }

  static async open(port: number, url: string, transport: "udp" | "tcp"): Promise<Witness> {
    const talker = await RtspTalker.open(port);
    const ports = new MediaPorts();
    const witness = new Witness(talker, ports, transport);
    const wish = transport === "udp" ? `RTP/AVP;unicast;client_port=${ports.clientPort}` : "RTP/AVP/TCP;unicast";
    const setup = await talker.ask("SETUP", url, { Transport: wish });
    assertEquals((await talker.ask("PLAY", url, { Session: setup.headers.get("Session")! })).status, 200);
    await witness.#see(QUIET_PACKETS);
    return witness;
  }

  /** Sees some packets more, then finds the numbers of all that came without a gap. */
  async lostNothing(): Promise<void> {
    await this.#see(this.#numbers().length + QUIET_PACKETS);
    const numbers = this.#numbers();
    assertEquals(
      numbers,
      numbers.map((_, index) => (numbers[0]! + index) & 0xffff),
      `the witness by ${this.#transport}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#talker.close();
    await this.#ports[Symbol.asyncDispose]();
  }

  #numbers(): number[] {
    if (this.#transport === "udp") return this.#ports.rtp.map(({ sequence }) => sequence);
    const media = this.#talker.frames.filter(({ channel }) => channel === 0);
    return media.map(({ data }) => (data[2]! << 8) | data[3]!);
  }

  async #see(count: number): Promise<void> {
    const enough = () => this.#numbers().length >= count;
    await (this.#transport === "udp" ? this.#ports.until(enough) : this.#talker.until(enough));
  }
}

/** What a server made of bytes: the status of its answer, if it gave one, and whether the connection lives. */
export interface Reaction {
  readonly status: number | undefined;
  /** CSeq of the answer. */
  readonly cseq: string | undefined;
  readonly lives: boolean;
}

/** Says `parts` on a connection of its own, behind a good request, and looks what comes. */
export async function reactionTo(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<Reaction> {
  await using talker = await RtspTalker.open(port);
  assertEquals((await talker.ask("OPTIONS", "*")).status, 200);
  const bytes = parts.map((part) => typeof part === "string" ? encodeText(part) : part as Bytes);
  const answer = await talker.say(concatBytes(bytes)).then(() => talker.answer()).catch(() => undefined);
  const ping = answer && await talker.ask("OPTIONS", "*").catch(() => undefined);
  return { status: answer?.status, cseq: answer?.headers.get("CSeq"), lives: ping?.status === 200 };
}

/** A request with these header lines. */
export function requestText(method: string, uri: string, ...lines: readonly string[]): string {
  return `${method} ${uri} RTSP/1.0\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}

/** Waits until `done()` holds; throws, with what `tell` says, when it takes too long. */
export async function eventually(done: () => boolean, tell: () => string = () => String(done)): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!done()) {
    if (performance.now() > end) throw new Error(`It did not come to this within ${PATIENCE_MS} ms: ${tell()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
