import { Hono } from "hono";
import type { Random } from "../../core/random.ts";
import { log } from "../../core/log.ts";
import { errorMessage } from "../../core/errors.ts";
import { BridgeAccess, isUnknownToSites, refusal } from "./bridge_access.ts";
import { loadPage, type PageFile } from "./bridge_page.ts";
import { PageConnection, type PageListener } from "./bridge_socket.ts";
import { SUBPROTOCOL } from "./protocol.ts";

/** Largest body of a request that trades a token for a key, in bytes. */
const MAX_SESSION_BODY = 256;

/** What the bridge's request handler works with. */
export interface BridgeParts {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly access: BridgeAccess;
  /** The port that the bridge listens on. */
  readonly port: () => number;
  /** Turns a request that may pass into a WebSocket. */
  readonly upgrade: (request: Request) => Response;
}

/**
 * The bridge as a function from Request to Response: the page's files, `POST /session` (a token for a key), and
 * `/socket` (the WebSocket of `protocol.ts`). Everything else is refused.
 */
export function bridgeHandler(parts: BridgeParts): (request: Request) => Promise<Response> {
  const app = new Hono();
  app.post("/session", async (context) => {
    const token = await readShort(context.req.raw);
    const key = token === undefined ? undefined : parts.access.redeem(token);
    return key === undefined ? context.text("This address was used before", 403) : context.json({ key });
  });
  app.get("/socket", (context) => {
    const [protocol, key] = (context.req.header("sec-websocket-protocol") ?? "").split(",").map((part) => part.trim());
    if (protocol !== SUBPROTOCOL || key === undefined || !parts.access.admits(key)) {
      return context.text("This player does not know this page", 403);
    }
    if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return context.text("A WebSocket stands here", 426);
    }
    return parts.upgrade(context.req.raw);
  });
  app.get("*", (context) => {
    const file = parts.files.get(context.req.path);
    if (file === undefined) return context.text("Nothing stands here", 404);
    return context.body(file.body, 200, { "content-type": file.type });
  });
  app.all("*", (context) => context.text("This can only be read", 405, { allow: "GET" }));
  return async (request) => {
    const reason = refusal(request.headers, parts.port());
    const response = reason === undefined ? await app.fetch(request) : new Response(reason, { status: 403 });
    // An upgraded connection has no headers left to set.
    if (response.status === 101) return response;
    return guarded(response, request.headers, reason === undefined);
  };
}

/** With headers that keep the page to itself: nothing from outside runs in it, nothing outside can embed or read it. */
function guarded(response: Response, asked: Headers, allowed: boolean): Response {
  const headers = new Headers(response.headers);
  const socket = allowed ? ` ws://${asked.get("host")}` : "";
  headers.set(
    "content-security-policy",
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'${socket}; ` +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  headers.set("x-content-type-options", "nosniff");
  headers.set("cross-origin-resource-policy", "same-origin");
  // Only what another site led to has a window that may know it. WebKit starts one more process for this header, which
  // takes 0.2 s, so the player's own window is spared it.
  if (!isUnknownToSites(asked)) headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cache-control", "no-store");
  return new Response(response.body, { status: response.status, headers });
}

async function readShort(request: Request): Promise<string | undefined> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_SESSION_BODY) return undefined;
  }
  return text;
}

/** A bridge that listens. */
export interface Bridge {
  readonly port: number;
  /** An address for one page: its token is good for one use. */
  newAddress(): string;
  close(): Promise<void>;
}

/** Serves the page on a free port of 127.0.0.1; `listener` hears of every page that connects. */
export async function startBridge(options: { listener: PageListener; random: Random; page: URL }): Promise<Bridge> {
  const access = new BridgeAccess(options.random);
  const connections = new Set<PageConnection>();
  const stop = new AbortController();
  let port = 0;
  const handler = bridgeHandler({
    files: await loadPage(options.page),
    access,
    port: () => port,
    upgrade: (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request, { protocol: SUBPROTOCOL, idleTimeout: 30 });
      const connection = new PageConnection(socket, options.listener);
      connections.add(connection);
      socket.addEventListener("close", () => connections.delete(connection));
      return response;
    },
  });
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: stop.signal,
    onListen: (address) => port = address.port,
    onError: (thrown) => {
      log("client", "bridge").error("Cannot answer the page: {reason}", { reason: errorMessage(thrown) });
      return new Response("The player failed to answer", { status: 500 });
    },
  }, handler);
  return {
    port,
    newAddress: () => `http://127.0.0.1:${port}/#${access.issueToken()}`,
    async close() {
      for (const connection of connections) connection.close();
      stop.abort();
      await server.finished;
    },
  };
}
