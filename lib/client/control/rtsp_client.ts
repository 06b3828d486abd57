import type { Bytes } from "../../core/bytes.ts";
import type { Clock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import { log } from "../../core/log.ts";
import { peerText } from "../../net/peer.ts";
import type { ByteStream, Peer } from "../../net/tcp.ts";
import {
  request,
  response,
  type RtspRequest,
  type RtspResponse,
  writeInterleaved,
  writeMessage,
} from "../../rtsp/message.ts";
import type { ClientLogin } from "../../rtsp/login/client_login.ts";
import { RtspParser } from "../../rtsp/parser.ts";
import type { WireLog } from "../inspection/wire_log.ts";
import { faultyServer, goneProblem, noAnswerProblem, quote } from "./problems.ts";
import { PlayerError } from "../player_types.ts";

/** Messages nobody asked for (answers, requests, provisional answers) before the connection is given up. */
const MAX_UNASKED = 100;
/** Requests whose answer is not waited for any more, remembered so that a late answer is known. */
const MAX_FORGOTTEN = 32;
/** Interleaved bytes that may wait for a server that does not read. */
const MAX_QUEUED_MEDIA = 64 * 1024;
/** Times that one request is sent with a proof of the password (robustness R18): a second time if the nonce was old. */
const MAX_LOGIN_TRIES = 2;
const UNAUTHORIZED = 401;
const USER_AGENT = "Flipbook";

/** A request that is under way, sent once or again with a proof of the password. */
interface Call {
  readonly method: string;
  readonly uri: string;
  readonly headers: Record<string, string>;
  /** Milliseconds for all its tries together, and the clock time at which they end. */
  readonly timeout: number;
  readonly deadline: number;
  readonly accept: (response: RtspResponse) => void;
  readonly fail: (reason: unknown) => void;
}

interface Waiting {
  readonly accept: (response: RtspResponse) => void;
  readonly fail: (reason: PlayerError) => void;
}

/**
 * The control connection to a server: requests with CSeq, each with a deadline; interleaved packets out; everything a
 * server sends unasked ignored within bounds (robustness R15, R18).
 */
export class RtspClient {
  /** Set by the owner: one RTP or RTCP packet between the messages (RFC 2326 10.12). A PlayerError thrown ends the connection. */
  onInterleaved: ((channel: number, data: Bytes) => void) | undefined;
  /** Set by the owner: the connection is of no use any more. Called once, and not after `close()`. */
  onClosed: ((reason: PlayerError) => void) | undefined;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #login: ClientLogin | undefined;
  readonly #wire: WireLog | undefined;
  readonly #parser = new RtspParser();
  readonly #waiting = new Map<number, Waiting>();
  readonly #forgotten = new Set<number>();
  readonly #log = log("client", "rtsp");
  #sequence = 0;
  #unasked = 0;
  #queuedMedia = 0;
  #writing: Promise<void> = Promise.resolve();
  #closed: PlayerError | undefined;
  #answered = false;

  /** `timeout` is in milliseconds; `login` answers what the server asks with 401. */
  constructor(
    stream: ByteStream,
    options: { clock: Clock; timeout: number; login?: ClientLogin | undefined; wire?: WireLog | undefined },
  ) {
    this.#stream = stream;
    this.#clock = options.clock;
    this.#timeout = options.timeout;
    this.#login = options.login;
    this.#wire = options.wire;
    void this.#read();
  }

  get local(): Peer {
    return this.#stream.local;
  }

  get remote(): Peer {
    return this.#stream.remote;
  }

  /** Whether a name and a password are sent where the server asks for them. */
  get loggedIn(): boolean {
    return this.#login !== undefined;
  }

  /** Whether the server has ever answered as an RTSP server does. */
  get answered(): boolean {
    return this.#answered;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Sends a request and resolves with what `accept` makes of the answer. `accept` runs before anything that came after
   * the answer is handed out, so that no media packet can overtake the answer to PLAY; what it throws rejects.
   */
  request<T>(
    method: string,
    uri: string,
    headers: Record<string, string>,
    accept: (response: RtspResponse) => T,
    timeout = this.#timeout,
  ): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed);
    const deadline = this.#clock.now() + timeout;
    return new Promise<T>((resolve, fail) => {
      this.#call({ method, uri, headers, timeout, deadline, accept: (answer) => resolve(accept(answer)), fail });
    });
  }

  #call(call: Call, tries = 0): void {
    const cseq = this.#send(call.method, call.uri, call.headers);
    const settle = (): void => {
      cancel();
      this.#waiting.delete(cseq);
    };
    const fail = (reason: PlayerError): void => {
      settle();
      call.fail(reason);
    };
    const cancel = this.#clock.at(call.deadline, () => {
      this.#forget(cseq);
      fail(noAnswerProblem(this.#server, call.method, call.timeout));
    });
    this.#waiting.set(cseq, {
      fail,
      accept: (answer) => {
        settle();
        if (this.#mayTryAgain(answer, tries)) return this.#call(call, tries + 1);
        try {
          call.accept(answer);
        } catch (thrown) {
          call.fail(thrown);
        }
      },
    });
  }

  get #server(): string {
    return peerText(this.remote);
  }

  /** Whether the answer asks for a password and there is one that it has not seen. */
  #mayTryAgain({ status, headers }: RtspResponse, tries: number): boolean {
    if (status !== UNAUTHORIZED || tries >= MAX_LOGIN_TRIES || this.#closed) return false;
    return this.#login?.challenged(headers.getAll("WWW-Authenticate")) ?? false;
  }

  /** Sends a request whose answer nobody waits for: a sign of life. */
  ping(method: string, uri: string, headers: Record<string, string>): void {
    if (!this.#closed) this.#forget(this.#send(method, uri, headers));
  }

  /** Sends a packet between the messages; dropped if the server does not read. */
  sendInterleaved(channel: number, packet: Bytes): void {
    if (this.#closed || this.#queuedMedia > MAX_QUEUED_MEDIA) return;
    const framed = writeInterleaved(channel, packet);
    this.#queuedMedia += framed.length;
    void this.#write(framed).then(() => this.#queuedMedia -= framed.length);
  }

  /** Ends the connection; requests that wait reject with `reason`. */
  close(reason = new PlayerError("closed", "The connection was closed.")): void {
    if (this.#closed) return;
    this.#closed = reason;
    for (const waiting of [...this.#waiting.values()]) waiting.fail(reason);
    this.#stream.close();
  }

  #send(method: string, uri: string, headers: Record<string, string>): number {
    const cseq = ++this.#sequence;
    const proof = this.#login?.authorize(method, uri);
    const all = { CSeq: String(cseq), "User-Agent": USER_AGENT, ...headers, ...(proof && { Authorization: proof }) };
    const message = writeMessage(request(method, uri, all));
    this.#wire?.message(true, this, message);
    void this.#write(message);
    return cseq;
  }

  /** One write after the other: two at once could be mixed on the wire (R17). */
  #write(bytes: Bytes): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (!this.#closed) await this.#stream.write(bytes);
    }).catch((thrown) => this.#end(goneProblem(this.#server, errorMessage(thrown))));
    return this.#writing;
  }

  async #read(): Promise<void> {
    try {
      while (!this.#closed) {
        const chunk = await this.#stream.read();
        if (chunk === undefined) return this.#end(goneProblem(this.#server));
        this.#drain(chunk);
      }
    } catch (thrown) {
      this.#end(goneProblem(this.#server, errorMessage(thrown)));
    }
  }

  #drain(chunk: Bytes): void {
    let unread: Bytes | undefined = chunk;
    while (!this.#closed) {
      let message;
      try {
        if (unread) this.#parser.push(unread);
        unread = undefined;
        message = this.#parser.next();
      } catch (thrown) {
        // Framing is lost: scanning on could take media bytes for an answer (R15).
        const found = quote(errorMessage(thrown));
        const happened = `The server at ${this.#server} sent what is not RTSP: ${found}.`;
        return this.#end(
          new PlayerError("protocol", happened, { advice: "Check the address and the port, then try again." }),
        );
      }
      if (message === undefined) return;
      if (message.kind === "interleaved") {
        this.#media(message.channel, message.data);
        continue;
      }
      this.#wire?.message(false, this, writeMessage(message));
      if (message.kind === "response") this.#answer(message);
      else this.#refuse(message);
    }
  }

  #media(channel: number, data: Bytes): void {
    try {
      this.onInterleaved?.(channel, data);
    } catch (thrown) {
      this.#end(thrown instanceof PlayerError ? thrown : new PlayerError("protocol", errorMessage(thrown)));
    }
  }

  #answer(message: RtspResponse): void {
    this.#answered = true;
    if (message.status < 200) return this.#ignore("a provisional answer");
    const cseq = message.headers.get("CSeq")?.trim();
    // Some servers leave CSeq out; with one request open there is no doubt which is meant.
    const number = cseq === undefined && this.#waiting.size === 1 ? [...this.#waiting.keys()][0]! : Number(cseq);
    const waiting = this.#waiting.get(number);
    if (waiting) waiting.accept(message);
    else if (!this.#forgotten.delete(number)) this.#ignore("an answer to no request");
  }

  /** A player offers no methods; servers that ask for a sign of life get one. */
  #refuse(message: RtspRequest): void {
    const cseq = message.headers.get("CSeq");
    this.#ignore(`a ${quote(message.method)} request`);
    if (cseq === undefined || this.#closed) return;
    const status = message.method === "OPTIONS" || message.method === "GET_PARAMETER" ? 200 : 501;
    const answer = writeMessage(response(status, { CSeq: cseq }));
    this.#wire?.message(true, this, answer);
    void this.#write(answer);
  }

  #ignore(what: string): void {
    this.#log.debug("Ignored {what} of {peer}", { what, peer: this.#stream.remote.hostname });
    if (++this.#unasked > MAX_UNASKED) {
      this.#end(faultyServer("The server sends answers that nobody asked for, without end."));
    }
  }

  #forget(cseq: number): void {
    this.#forgotten.add(cseq);
    if (this.#forgotten.size > MAX_FORGOTTEN) this.#forgotten.delete([...this.#forgotten][0]!);
  }

  #end(reason: PlayerError): void {
    if (this.#closed) return;
    this.close(reason);
    this.onClosed?.(reason);
  }
}
