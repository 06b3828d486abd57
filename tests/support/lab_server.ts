import { type Bytes, ByteWriter, concatBytes, decodeLatin1, encodeText } from "../../lib/core/bytes.ts";
import { type Clock, systemClock } from "../../lib/core/clock.ts";
import { type ByteStream, TcpListener } from "../../lib/net/tcp.ts";
import { openUdpSocket, type UdpSocket } from "../../lib/net/udp.ts";
import { writeRtpPacket } from "../../lib/rtp/packet.ts";

/** How a frame becomes packets, by the letters of the families that were seen. */
export type LabForm = "whole" | "A" | "B" | "C" | "D";

/** Behaviour of a scripted server of the assignment. */
export interface LabServerOptions {
  readonly films: Readonly<Record<string, readonly Bytes[]>>;
  readonly form?: LabForm;
  /** Milliseconds between frames; 50 in the assignment. */
  readonly interval?: number;
  /** Milliseconds between a request and its reply. */
  readonly replyDelay?: number;
  readonly lineEnd?: "\n" | "\r\n";
  /** Reads lines, as the Java server does, instead of one `recv` per request: an unfinished line is waited for. */
  readonly readsLines?: boolean;
  /** What happens to a request that is not of the assignment: nothing, or the worker dies and the connection with it. */
  readonly stranger?: "silence" | "close";
  /** Says `RTSP/1.0 END` behind the last frame. */
  readonly saysEnd?: boolean;
  /** A first line of a PLAY reply is left out: the server plays without a word. */
  readonly mutePlay?: boolean;
  readonly firstSequence?: number;
  readonly clock?: Clock;
  readonly openSocket?: () => UdpSocket;
}

/** Bytes of JPEG in one fragment. */
const FRAGMENT_SIZE = 1400;

/** What a server was asked, for tests to look at. */
export interface LabDialogue {
  readonly requests: string[];
}

/** Serves one connection in the assignment's exact form, until the client leaves. */
export async function serveLab(stream: ByteStream, options: LabServerOptions, dialogue: LabDialogue): Promise<void> {
  const worker = new LabWorker(stream, options);
  let pending = "";
  try {
    for (let chunk = await stream.read(); chunk; chunk = await stream.read()) {
      pending += decodeLatin1(chunk);
      if (options.readsLines && pending.split("\n").length < 4) continue;
      const text = pending;
      pending = "";
      dialogue.requests.push(text);
      if (!worker.answer(text)) break;
    }
  } finally {
    worker.stop();
    stream.close();
  }
}

/** A server on a free port of the loopback. */
export function startLabServer(
  options: LabServerOptions,
): { readonly port: number; readonly requests: readonly string[]; close(): Promise<void> } {
  const listener = TcpListener.open({ hostname: "127.0.0.1", port: 0 });
  const dialogue: LabDialogue = { requests: [] };
  const streams: ByteStream[] = [];
  const running: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const stream of listener) {
      streams.push(stream);
      running.push(serveLab(stream, options, dialogue));
    }
  })();
  return {
    port: listener.address.port,
    requests: dialogue.requests,
    close: async () => {
      listener.close();
      streams.forEach((stream) => stream.close());
      await accepting;
      await Promise.all(running);
    },
  };
}

/** The server's thread for one client. */
class LabWorker {
  readonly #clock: Clock;
  #state: "INIT" | "READY" | "PLAYING" = "INIT";
  #frames: readonly Bytes[] = [];
  #next = 0;
  #sequence: number;
  #port = 0;
  #socket: UdpSocket | undefined;
  #cancelFrame = () => {};
  readonly #cancelReplies: (() => void)[] = [];

  constructor(private readonly stream: ByteStream, private readonly options: LabServerOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#sequence = options.firstSequence ?? 1;
  }

  /** Handles one `recv`; false when the thread dies of it. */
  answer(text: string): boolean {
    const lines = text.split("\n");
    const [method, file = ""] = lines[0]!.split(" ");
    const cseq = lines[1]?.split(" ")[1]?.trim();
    if (method === "SETUP" && this.#state === "INIT") return this.#setup(file, lines[2] ?? "", cseq);
    if (method === "PLAY" && this.#state === "READY") return this.#play(cseq);
    if (method === "PAUSE" && this.#state === "PLAYING") return this.#pause(cseq);
    if (method === "TEARDOWN" && this.#socket) return this.#teardown(cseq);
    return method === "TEARDOWN" ? false : this.options.stranger !== "close";
  }

  stop(): void {
    this.#cancelFrame();
    this.#cancelReplies.forEach((cancel) => cancel());
    this.#socket?.close();
  }

  #setup(file: string, transport: string, cseq: string | undefined): boolean {
    const frames = this.options.films[file];
    // The given server prints 404, answers 200 all the same, and stays in INIT.
    if (frames) {
      this.#frames = frames;
      this.#state = "READY";
    }
    this.#reply(cseq);
    // Word 4 of line 3, and nothing else: other spellings kill the thread after its 200.
    this.#port = Number.parseInt(transport.split(" ")[3] ?? "", 10);
    return Number.isInteger(this.#port);
  }

  #play(cseq: string | undefined): boolean {
    this.#state = "PLAYING";
    this.#socket?.close();
    this.#socket = this.options.openSocket?.() ?? openUdpSocket({ hostname: "127.0.0.1" });
    if (!this.options.mutePlay) this.#reply(cseq);
    this.#schedule();
    return true;
  }

  #pause(cseq: string | undefined): boolean {
    this.#state = "READY";
    this.#cancelFrame();
    this.#reply(cseq);
    return true;
  }

  #teardown(cseq: string | undefined): boolean {
    this.#cancelFrame();
    this.#reply(cseq);
    return true;
  }

  #reply(cseq: string | undefined): void {
    const { lineEnd = "\n", replyDelay = 0 } = this.options;
    const lines = ["RTSP/1.0 200 OK", `CSeq: ${cseq}`, "Session: 123456"];
    const text = lines.join(lineEnd) + (lineEnd === "\n" ? "" : lineEnd);
    const send = () => void this.stream.write(encodeText(text)).catch(() => {});
    if (replyDelay === 0) send();
    else this.#cancelReplies.push(this.#clock.at(this.#clock.now() + replyDelay, send));
  }

  #schedule(): void {
    this.#cancelFrame = this.#clock.at(this.#clock.now() + (this.options.interval ?? 50), () => {
      const frame = this.#frames[this.#next++];
      if (!frame) {
        if (this.options.saysEnd) void this.stream.write(encodeText("RTSP/1.0 END\nCSeq: -1\nSession: 123456"));
        return;
      }
      for (const packet of this.#packets(frame)) {
        this.#socket!.send(packet, { hostname: this.stream.remote.hostname, port: this.#port });
      }
      this.#schedule();
    });
  }

  #packets(frame: Bytes): Bytes[] {
    const { form = "whole" } = this.options;
    const pieces = form === "whole" || (form === "D" && frame.length <= FRAGMENT_SIZE) ? [frame] : cut(frame);
    const last = pieces.length - 1;
    const packets = pieces.map((piece, index) => {
      const sequence = form === "A" || form === "C" ? this.#sequence : this.#sequence + index;
      const marker = index === last && form !== "whole" && form !== "D";
      return this.#packet(sequence, marker, concatBytes([fragmentHeader(form, frame, index, last, this.#next), piece]));
    });
    // The family of form D leaves one number out after each frame.
    this.#sequence += form === "A" || form === "C" ? 1 : packets.length + (form === "D" ? 1 : 0);
    return packets;
  }

  #packet(sequence: number, marker: boolean, payload: Bytes): Bytes {
    const timestamp = Math.floor(this.#clock.wallTime() / 1000);
    return writeRtpPacket({
      marker,
      payloadType: 26,
      sequence: sequence & 0xffff,
      timestamp,
      ssrc: 0,
      csrcs: [],
      payload,
    });
  }
}

function cut(frame: Bytes): Bytes[] {
  const pieces: Bytes[] = [];
  for (let at = 0; at < frame.length; at += FRAGMENT_SIZE) pieces.push(frame.subarray(at, at + FRAGMENT_SIZE));
  return pieces;
}

/** What the families put between the RTP header and the piece of JPEG. */
function fragmentHeader(form: LabForm, frame: Bytes, index: number, last: number, number: number): Bytes {
  if (form === "C" && frame.length > 2000) {
    return new ByteWriter(6).u16(index).u16(last + 1).u16(frame.length & 0xffff).bytes;
  }
  if (form === "D" && last > 0) {
    return new ByteWriter(10).u8(index < last ? 1 : 0).u8(number & 255).u32(index * FRAGMENT_SIZE).u32(frame.length)
      .bytes;
  }
  return new Uint8Array(0);
}
