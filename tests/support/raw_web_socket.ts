import { encodeText } from "../../lib/core/bytes.ts";

/** Milliseconds in which what was asked for has come. */
const PATIENCE = 10_000;
/** Milliseconds in which an answer has begun to come; Deno 2.6 gives none but that a WebSocket is open. */
const ANSWER_PATIENCE = 2000;

/** A frame as a client sends it (RFC 6455, section 5.2), masked with zeros. `payload`: at most 65535 bytes. */
export function clientFrame(opcode: number, fin: boolean, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const long = payload.length > 125;
  const size = long ? [126, payload.length >> 8, payload.length & 0xff] : [payload.length];
  const head = [(fin ? 0x80 : 0) | opcode, 0x80 | size[0]!, ...size.slice(1), 0, 0, 0, 0];
  const frame = new Uint8Array(head.length + payload.length);
  frame.set(head);
  frame.set(payload, head.length);
  return frame;
}

/** A WebSocket to a bridge as a program makes it that keeps to no rule. */
export class RawWebSocket implements Disposable {
  readonly #connection: Deno.TcpConn;
  /** Bytes that the system took for sending. */
  sent = 0;
  /** The code of the close frame that came; undefined when the connection ended without one. */
  readonly closed: Promise<number | undefined>;
  #over = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.closed = this.#readClose().finally(() => this.#over = true);
  }

  /** Connects with a key that the bridge has given, and waits until it is accepted. */
  static async open(port: number, key: string): Promise<RawWebSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const head = [
      "GET /socket HTTP/1.1",
      `Host: 127.0.0.1:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      `Sec-WebSocket-Protocol: flipbook.1, ${key}`,
    ];
    await connection.write(encodeText([...head, "", ""].join("\r\n")));
    const answer = await readHead(connection);
    if (answer.startsWith("HTTP/1.1 101 ")) return new RawWebSocket(connection);
    if (answer !== "") connection.close();
    throw new Error(`Cannot open a WebSocket: ${answer.split("\r\n")[0]}`);
  }

  /** Sends what `next` makes, again and again, until the other side closes or `limit` bytes have gone. */
  async flood(limit: number, next: () => Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      while (!this.#over && this.sent < limit) {
        const bytes = next();
        for (let from = 0; from < bytes.length;) from += await this.#connection.write(bytes.subarray(from));
        this.sent += bytes.length;
      }
    } catch {
      // The other side has closed.
    }
  }

  async #readClose(): Promise<number | undefined> {
    const buffer = new Uint8Array(64 * 1024);
    const timer = setTimeout(() => this.#connection.close(), PATIENCE);
    let waiting: number[] = [];
    try {
      for (let count; (count = await this.#connection.read(buffer)) !== null;) {
        waiting.push(...buffer.subarray(0, count));
        for (let size; (size = frameSize(waiting)) <= waiting.length; waiting = waiting.slice(size)) {
          if ((waiting[0]! & 0x0f) === 8) return waiting[2]! << 8 | waiting[3]!;
        }
      }
    } catch {
      // Reset, or waited for too long.
    } finally {
      clearTimeout(timer);
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // Closed already.
    }
  }
}

/** The head of an answer; empty where none comes in time, and the connection is then closed. */
async function readHead(connection: Deno.TcpConn): Promise<string> {
  const byte = new Uint8Array(1);
  let head = "";
  const timer = setTimeout(() => connection.close(), ANSWER_PATIENCE);
  try {
    while (!head.endsWith("\r\n\r\n") && await connection.read(byte) !== null) head += String.fromCharCode(byte[0]!);
    return head;
  } catch {
    return "";
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes of the frame that a server's bytes begin with; infinite while it is not known. */
function frameSize(bytes: readonly number[]): number {
  if (bytes.length < 2) return Infinity;
  const size = bytes[1]! & 0x7f;
  if (size < 126) return 2 + size;
  const extra = size === 126 ? 2 : 8;
  if (bytes.length < 2 + extra) return Infinity;
  return 2 + extra + bytes.slice(2, 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
}
