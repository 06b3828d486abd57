import type { Random } from "../../core/random.ts";
import { randomHex } from "../../core/random.ts";
import { SUBPROTOCOL } from "./protocol.ts";

/** Bytes of chance in a token or key. */
const SECRET_SIZE = 16;
/** Start addresses that may be open at once; the oldest goes first. */
const MAX_TOKENS = 8;
/** Pages that may hold a key in one run; a reload keeps its key. */
const MAX_KEYS = 64;

/**
 * Who may talk to the bridge: pages that this run of the player has let in, and nobody else on the machine or the web.
 *
 * The player hands out start addresses that carry a token. The page trades the token, once, for a key, which it keeps
 * in its session storage (unlike a cookie that stays with this host and port), and shows whenever it connects.
 */
export class BridgeAccess {
  readonly #random: Random;
  readonly #tokens = new Set<string>();
  readonly #keys = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A token for one page. */
  issueToken(): string {
    return remember(this.#tokens, randomHex(this.#random, SECRET_SIZE), MAX_TOKENS);
  }

  /** The page's key for a token that was never used before; undefined for any other. */
  redeem(token: string): string | undefined {
    const known = find(this.#tokens, token);
    if (known === undefined) return undefined;
    this.#tokens.delete(known);
    return remember(this.#keys, randomHex(this.#random, SECRET_SIZE), MAX_KEYS);
  }

  /** Whether a page was let in with this key. */
  admits(key: string): boolean {
    return find(this.#keys, key) !== undefined;
  }

  /** Whether a request may become a page's WebSocket: it must offer the subprotocol, and a key. */
  admitsSocket(headers: Headers): boolean {
    const offer = headers.get("sec-websocket-protocol") ?? "";
    const [protocol, key] = offer.split(",").map((part) => part.trim());
    return protocol === SUBPROTOCOL && key !== undefined && this.admits(key);
  }
}

function remember(secrets: Set<string>, secret: string, limit: number): string {
  secrets.add(secret);
  for (const oldest of secrets) {
    if (secrets.size <= limit) break;
    secrets.delete(oldest);
  }
  return secret;
}

function find(secrets: ReadonlySet<string>, offered: string): string | undefined {
  return [...secrets].filter((secret) => equalInConstantTime(secret, offered))[0];
}

function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/**
 * Why a request must not be served, or undefined.
 *
 * `port` is the bridge's own. The Host must be this machine by number or as "localhost" (an SSH tunnel's end), which
 * stops names that were pointed here; an Origin, where there is one, must be that same host; and another site may do no
 * more than link to the page, where a person then goes.
 */
export function refusal(headers: Headers, port: number): string | undefined {
  const host = headers.get("host") ?? "";
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return `This player answers at 127.0.0.1:${port} only. Through a tunnel, keep the port number: ` +
      `ssh -L ${port}:127.0.0.1:${port}`;
  }
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return "This player answers its own page only";
  if (headers.get("sec-fetch-site") === null || isUnknownToSites(headers)) return undefined;
  const linked = headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document";
  return linked ? undefined : "This player answers its own page only";
}

/** Whether no other site had a hand in a request, as its browser tells: the address was opened as such, or by the page. */
export function isUnknownToSites(headers: Headers): boolean {
  return ["none", "same-origin"].includes(headers.get("sec-fetch-site") ?? "");
}
