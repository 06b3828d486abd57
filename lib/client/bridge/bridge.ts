import { Hono } from "hono";
import type { Random } from "../../core/random.ts";
import { BridgeAccess, isUnknownToSites, refusal } from "./bridge_access.ts";
import { loadPage, type PageFile } from "./bridge_page.ts";
import { serveBridge } from "./bridge_server.ts";
import { PageConnection, type PageListener } from "./bridge_socket.ts";

/** Longest token of a request that trades it for a key, in characters. */
const MAX_TOKEN = 256;

/** What the bridge's request handler works with. */
export interface BridgeParts {
  readonly files: ReadonlyMap<string, PageFile>;
  readonly access: BridgeAccess;
  /** The port that the bridge listens on. */
  readonly port: () => number;
}

/**
 * The bridge as a function from Request to Response: the page's files and `POST /session` (a token for a key). Everything
 * else is refused. What asks for the WebSocket of `protocol.ts` does not come here.
 */
export function bridgeHandler({ files, access, port }: BridgeParts): (request: Request) => Promise<Response> {
  const app = new Hono();
  app.post("/session", async (context) => {
    const token = await context.req.text();
    const key = token.length > MAX_TOKEN ? undefined : access.redeem(token);
    return key === undefined ? context.text("This address was used before", 403) : context.json({ key });
  });
  app.get("/socket", (context) => context.text("A WebSocket stands here", 426));
  app.get("*", (context) => {
    const file = files.get(context.req.path);
    if (file === undefined) return context.text("Nothing stands here", 404);
    return context.body(file.body, 200, { "content-type": file.type });
  });
  app.all("*", (context) => context.text("This can only be read", 405, { allow: "GET" }));
  return async (request) => {
    const reason = refusal(request.headers, port());
    const response = reason === undefined ? await app.fetch(request) : new Response(reason, { status: 403 });
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
  const listener: PageListener = {
    command: (page, command) => options.listener.command(page, command),
    connected(page) {
      connections.add(page);
      options.listener.connected(page);
    },
    disconnected(page) {
      connections.delete(page);
      options.listener.disconnected(page);
    },
  };
  const port = () => server.port;
  const server = await serveBridge({
    answer: bridgeHandler({ files: await loadPage(options.page), access, port }),
    admits: (headers) => refusal(headers, server.port) === undefined && access.admitsSocket(headers),
    opened: (socket) => new PageConnection(socket, listener),
  });
  return {
    port: server.port,
    newAddress: () => `http://127.0.0.1:${server.port}/#${access.issueToken()}`,
    async close() {
      for (const connection of connections) connection.close();
      await server.close();
    },
  };
}
