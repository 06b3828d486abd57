import { assert, assertEquals } from "@std/assert";
import { type Bytes, concatBytes, decodeLatin1, encodeText } from "../../lib/core/bytes.ts";
import { type ByteStream, connectTcp } from "../../lib/net/tcp.ts";
import { openUdpSocket, type UdpSocket } from "../../lib/net/udp.ts";
import { parseRtpPacket, type RtpPacket } from "../../lib/rtp/packet.ts";
import { within } from "./until.ts";

/** Bytes that these clients take of a reply with their one `recv`. */
const REPLY_SIZE = 1024;

/** What a client sends itself: no RTP packet is so short. */
const END = Uint8Array.of(0);

/** What a request says beside its method. */
export interface LabWords {
  readonly method: string;
  readonly cseq: number;
  readonly file: string;
  readonly port: number;
  readonly session: string;
}

/** What a client reads out of a reply. */
export interface LabReply {
  readonly cseq: string;
  readonly session: string;
}

/** One family of the assignment's clients, as its programs behave. */
export interface LabFamily {
  readonly name: string;
  /** A request to the byte. */
  readonly request: (words: LabWords) => string;
  /** Reads a reply as the program does; throws where the program would die of it or hang. */
  readonly read: (reply: string) => LabReply;
  /** Bytes taken of one datagram: what is longer is cut. */
  readonly bufferSize: number;
  /** Makes what turns packets into pictures, one call a packet. */
  readonly assembler: () => (packet: RtpPacket) => Bytes | undefined;
}

/** A datagram as the client took it. */
export interface LabDatagram {
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  readonly size: number;
  readonly packet: RtpPacket;
}

/** Every datagram is a picture; what does not have a higher number than all before is late. */
function wholePictures(): (packet: RtpPacket) => Bytes | undefined {
  let highest = 0;
  return ({ sequence, payload }) => {
    if (sequence <= highest) return undefined;
    highest = sequence;
    return payload;
  };
}

/** Fragments of one number belong together; the marker ends a picture, another number begins a new one. */
function joinedByNumber(): (packet: RtpPacket) => Bytes | undefined {
  let number = -1;
  let parts: Bytes[] = [];
  return ({ sequence, marker, payload }) => {
    if (sequence !== number) parts = [];
    number = sequence;
    parts.push(payload);
    return marker ? concatBytes(parts) : undefined;
  };
}

/** Everything since the last marker is one picture. */
function joinedByMarker(): (packet: RtpPacket) => Bytes | undefined {
  let highest = 0;
  const parts: Bytes[] = [];
  return ({ sequence, marker, payload }) => {
    if (sequence <= highest) return undefined;
    highest = sequence;
    parts.push(payload);
    return marker ? concatBytes(parts.splice(0)) : undefined;
  };
}

/** Python's int(): decimal digits with blanks around them, nothing else. */
function int(text: string | undefined): string {
  const [, digits] = /^\s*(\d+)\s*$/.exec(text ?? "") ?? [];
  if (digits === undefined) throw new TypeError(`The client dies: int(${JSON.stringify(text)})`);
  return digits;
}

/** Status, number and session from the second words of the first three lines. */
function readByPosition(reply: string): LabReply {
  const lines = reply.split("\n");
  const [status, cseq, session] = [0, 1, 2].map((index) => int(lines[index]?.split(" ")[1]));
  if (status !== "200") throw new TypeError(`The client ignores ${JSON.stringify(reply)}`);
  return { cseq: cseq!, session: session! };
}

/** The canonical request: three lines with LF and nothing behind the last. */
function canonical({ method, cseq, file, port, session }: LabWords): string {
  const third = method === "SETUP" ? `Transport: RTP/UDP; client_port= ${port}` : `Session: ${session}`;
  return `${method} ${file} RTSP/1.0\nCSeq: ${cseq}\n${third}`;
}

/** The skeleton of the assignment, completed. */
export const BASIC: LabFamily = {
  name: "basic",
  request: canonical,
  read: readByPosition,
  bufferSize: 20_480,
  assembler: wholePictures,
};

/** Every family that can play one datagram a picture. */
export const LAB_FAMILIES: readonly LabFamily[] = [
  BASIC,
  {
    ...BASIC,
    name: "lamts",
    // It takes four more lines from every reply and dies without them.
    read: (reply) => {
      const found = readByPosition(reply);
      const value = (name: string) => reply.split("\n").find((line) => line.startsWith(`${name}: `))?.split(": ")[1];
      assert(Number(value("Total time")) > 0 && Number(value("Mean FPS")) > 0, reply);
      int(value("Total frames"));
      assert(value("Media")!.split(" ").length > 0, reply);
      return found;
    },
  },
  { ...BASIC, name: "dragon", assembler: joinedByNumber },
  {
    ...BASIC,
    name: "markkim",
    request: (words) => words.method === "SETUP" ? canonical(words) : canonical(words).replace("CSeq:", "SEeq:"),
    assembler: joinedByMarker,
  },
  {
    ...BASIC,
    name: "seed text (Domi3012)",
    request: ({ method, cseq, file, port, session }) =>
      `${method} ${file} RTSP/1.0 \nCseq: ${cseq} \n` +
      (method === "SETUP" ? `Transport: RTP/UDP; client_port: ${port}` : `Session: ${session}`),
    bufferSize: 65_535,
  },
  {
    ...BASIC,
    name: "client_port without a blank",
    request: (words) => canonical(words).replace("client_port= ", "client_port="),
  },
  {
    ...BASIC,
    name: "tibbers, without header names",
    request: ({ method, cseq, file, port }) =>
      method === "SETUP" ? `SETUP ${file}\n${cseq}\n RTSP/1.0 RTP/UDP ${port}` : `${method} \n${cseq}`,
  },
  {
    ...BASIC,
    name: "java",
    request: (words) => canonical(words).split("\n").map((line) => `${line}\r\n`).join(""),
    // It reads exactly three lines: a fourth would be taken for the next status line and end the program.
    read: (reply) => {
      assertEquals(reply.split("\r\n").length, 4, reply);
      assert(reply.endsWith("\r\n"));
      return readByPosition(reply.replaceAll("\r\n", "\n"));
    },
    bufferSize: 15_000,
  },
];

/** A client of the assignment, over real sockets: one request, one `recv` for its reply, one datagram at a time. */
export class LabClient implements AsyncDisposable {
  readonly datagrams: LabDatagram[] = [];
  /** Pictures as the program would show them. */
  readonly pictures: Bytes[] = [];
  readonly #family: LabFamily;
  readonly #file: string;
  readonly #stream: ByteStream;
  readonly #socket: UdpSocket;
  #waiting: (() => void)[] = [];
  readonly #ends: (() => void)[] = [];
  #cseq = 0;
  #session = "0";

  private constructor(stream: ByteStream, file: string, family: LabFamily) {
    this.#stream = stream;
    this.#file = file;
    this.#family = family;
    this.#socket = openUdpSocket({ hostname: "127.0.0.1" });
    const assemble = family.assembler();
    this.#socket.onPacket = (data) => {
      if (data.length === END.length) return this.#ends.shift()?.();
      const packet = parseRtpPacket(data.subarray(0, family.bufferSize));
      this.datagrams.push({ at: performance.now(), size: data.length, packet });
      const picture = assemble(packet);
      if (picture) this.pictures.push(picture);
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  static async open(port: number, file: string, family: LabFamily = BASIC): Promise<LabClient> {
    return new LabClient(await connectTcp({ hostname: "127.0.0.1", port }), file, family);
  }

  /** Says one request and reads its reply; fails where the program would not understand it. */
  async ask(method: string): Promise<void> {
    const words = {
      method,
      cseq: ++this.#cseq,
      file: this.#file,
      port: this.#socket.local.port,
      session: this.#session,
    };
    await this.#stream.write(encodeText(this.#family.request(words)));
    const reply = await this.#stream.read();
    assert(reply, `${this.#family.name}: no reply to ${method}`);
    const { cseq, session } = this.#family.read(decodeLatin1(reply.subarray(0, REPLY_SIZE)));
    assertEquals(cseq, String(this.#cseq), `${this.#family.name}: the reply to ${method}`);
    this.#session = session;
  }

  /** Waits until `done()` holds, which is asked after each datagram; throws when none comes for long. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      const next = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await within(`a datagram after ${this.datagrams.length}, for ${this.#family.name}`, next);
    }
  }

  /** Waits until all that was sent to it before now has been taken: it sends itself a datagram, which comes behind. */
  async drained(): Promise<void> {
    const next = new Promise<void>((resolve) => this.#ends.push(resolve));
    this.#socket.send(END, { hostname: "127.0.0.1", port: this.#socket.local.port });
    await within("the client's own datagram", next);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    this.#stream.close();
    return Promise.resolve();
  }
}
