import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Clock, sleep, systemClock } from "../../core/clock.ts";
import type { Bytes } from "../../core/bytes.ts";
import { errorMessage } from "../../core/errors.ts";
import { log } from "../../core/log.ts";
import { MAX_THUMBNAIL_SIZE } from "../recent/recent_streams.ts";
import type { PageSocket } from "./bridge_socket.ts";
import { SUBPROTOCOL } from "./protocol.ts";

/** Longest body of a request, in bytes. */
const MAX_BODY = 1024;
/** Longest message of a page, in bytes, in however many fragments it comes: a thumbnail and its mark. */
const MAX_MESSAGE = 1 + MAX_THUMBNAIL_SIZE;
/** Fragments of one message. */
const MAX_FRAGMENTS = 1024;
/** Answers to pings that may wait for a page to read them. */
const MAX_PONGS = 1024;
/** Milliseconds that a page has to take part in the end of its connection. */
const CLOSING_TIME = 1000;
const SOCKET_PATH = "/socket";
/** What a program hears that may not have a WebSocket. */
const REFUSAL = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/** What a bridge's server answers with. */
export interface BridgeAnswers {
  /** Answers what is no WebSocket. */
  readonly answer: (request: Request) => Promise<Response>;
  /** Whether a request may become a WebSocket, by its headers. */
  readonly admits: (headers: Headers) => boolean;
  /** A page has connected. */
  readonly opened: (socket: PageSocket) => void;
}

/** A server that listens. */
export interface BridgeServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves HTTP and WebSockets on a free port of 127.0.0.1. Deno's own WebSockets gather the fragments of a message without
 * bound (robustness B07), so those of the package `ws` take their place. It is loaded once the port is known, when
 * nobody waits for it.
 */
export async function serveBridge(answers: BridgeAnswers, clock: Clock = systemClock): Promise<BridgeServer> {
  const sockets = new Set<Duplex>();
  const server = createServer((message, response) => void answerMessage(answers, message, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const loading = webSockets();
  server.on("upgrade", async (message, socket, head) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    // Deno 2.6 gives nobody an answer but those whose WebSocket opens: there the others wait in vain.
    if (!answers.admits(headersOf(message))) return void socket.end(REFUSAL, () => socket.destroy());
    const webSockets = await loading;
    webSockets.handleUpgrade(message, socket, head, answers.opened);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      const patience = new AbortController();
      void sleep(clock, CLOSING_TIME, patience.signal).then(() => sockets.forEach((socket) => socket.destroy()));
      await Promise.all([closed.promise, ...[...sockets].map(ended)]);
      patience.abort();
    },
  };
}

async function webSockets() {
  const { WebSocketServer } = await import("ws");
  return new WebSocketServer({
    noServer: true,
    path: SOCKET_PATH,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
    maxFragments: MAX_FRAGMENTS,
    maxPendingAutoPongs: MAX_PONGS,
    closeTimeout: CLOSING_TIME,
    handleProtocols: () => SUBPROTOCOL,
  });
}

function ended(socket: Duplex): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

async function answerMessage(
  { answer }: BridgeAnswers,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(message);
    if (body === undefined) return void response.writeHead(413, { connection: "close" }).end();
    const given = await answer(requestOf(message, body));
    response.writeHead(given.status, Object.fromEntries(given.headers));
    response.end(new Uint8Array(await given.arrayBuffer()));
  } catch (thrown) {
    log("client", "bridge").error("Cannot answer the page: {reason}", { reason: errorMessage(thrown) });
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

/** The request as the web's standards have it. Its address is the server's own: what the Host says, `headers` tell. */
function requestOf(message: IncomingMessage, body: Bytes): Request {
  const path = message.url?.startsWith("/") ? message.url : "/";
  return new Request(`http://127.0.0.1${path}`, {
    method: message.method ?? "GET",
    headers: headersOf(message),
    ...(body.length > 0 && { body }),
  });
}

function headersOf({ headers }: IncomingMessage): Headers {
  return new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** The whole body; undefined where it is too long. */
async function readBody(message: IncomingMessage): Promise<Bytes | undefined> {
  const parts: number[] = [];
  const { "content-length": length, "transfer-encoding": coding } = message.headers;
  // Deno 2.6 waits for ever for the end of what has none of these (RFC 9112, section 6.3: it has no body).
  if (length === undefined && coding === undefined) return Uint8Array.from(parts);
  for await (const part of message as AsyncIterable<Uint8Array>) {
    if (parts.length + part.length > MAX_BODY) return undefined;
    parts.push(...part);
  }
  return Uint8Array.from(parts);
}
