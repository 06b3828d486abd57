import { type Random, randomHex } from "../../core/random.ts";
import {
  type BasicAuthorization,
  type DigestAlgorithm,
  type DigestAuthorization,
  formatChallenge,
  parseAuthorization,
} from "../headers/authentication.ts";
import { digestResponse, equalSecrets } from "./digest.ts";

/** Nonces that are remembered; the oldest leave. */
export const MAX_NONCES = 4096;
/** Milliseconds for which a nonce is good. */
export const NONCE_LIFETIME = 5 * 60 * 1000;
const NONCE_BYTES = 16;

/** How a server checks who asks. */
export interface ServerLoginOptions {
  /** Shown to people who are asked for a password. */
  readonly realm: string;
  readonly random: Random;
  /** The password of a user; undefined if there is no such user. */
  readonly passwordOf: (username: string) => string | undefined;
  /** Offered in this order; default SHA-256, then MD5, which is all that older clients know. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Whether the password may come as it is; default not. */
  readonly basic?: boolean;
}

/** A request to be checked. */
export interface LoginAttempt {
  /** All Authorization headers of the request. */
  readonly authorization: readonly string[];
  readonly method: string;
  /** As it stands in the request line. */
  readonly uri: string;
  /** The connection it came on: a nonce is good for the one that it was given to. */
  readonly connection: object;
}

/** Who asks, or that it cannot be known; `stale` says that a new nonce alone would help. */
export type LoginResult =
  | { readonly granted: true; readonly username: string }
  | { readonly granted: false; readonly stale: boolean };

interface Nonce {
  readonly connection: object;
  readonly expires: number;
  /** Highest count of requests seen. */
  count: number;
}

const REFUSED: LoginResult = { granted: false, stale: false };
const STALE: LoginResult = { granted: false, stale: true };

/** The server's side of logins (RFC 7616, RFC 7617): hands out nonces and checks what comes back; pure. */
export class ServerLogin {
  readonly #options: ServerLoginOptions;
  readonly #nonces = new Map<string, Nonce>();

  constructor(options: ServerLoginOptions) {
    this.#options = options;
  }

  /** The WWW-Authenticate headers for a 401 on `connection` at clock time `now` (milliseconds), in order. */
  challenges(connection: object, now: number, stale = false): string[] {
    const { realm, random, algorithms = ["SHA-256", "MD5"], basic } = this.#options;
    const nonce = randomHex(random, NONCE_BYTES);
    this.#nonces.set(nonce, { connection, expires: now + NONCE_LIFETIME, count: 0 });
    if (this.#nonces.size > MAX_NONCES) this.#nonces.delete(this.#nonces.keys().next().value!);
    const digests = algorithms.map((algorithm) =>
      formatChallenge({ scheme: "Digest", realm, nonce, algorithm, qop: "auth", stale })
    );
    return basic ? [...digests, formatChallenge({ scheme: "Basic", realm })] : digests;
  }

  /** Checks a request at clock time `now` (milliseconds). Throws RtspError 400 if its header cannot be read. */
  check(attempt: LoginAttempt, now: number): LoginResult {
    const [value, ...more] = attempt.authorization;
    if (value === undefined || more.length > 0) return REFUSED;
    const authorization = parseAuthorization(value);
    if (authorization === undefined) return REFUSED;
    return authorization.scheme === "Basic" ? this.#basic(authorization) : this.#digest(authorization, attempt, now);
  }

  #basic({ username, password }: BasicAuthorization): LoginResult {
    const expected = this.#options.basic ? this.#options.passwordOf(username) : undefined;
    return expected !== undefined && equalSecrets(password, expected) ? { granted: true, username } : REFUSED;
  }

  #digest(authorization: DigestAuthorization, { method, uri, connection }: LoginAttempt, now: number): LoginResult {
    const { username, realm, nonce, algorithm, count, clientNonce, response } = authorization;
    const { algorithms = ["SHA-256", "MD5"] } = this.#options;
    if (!algorithms.includes(algorithm)) return REFUSED;
    const known = this.#nonces.get(nonce);
    if (known === undefined || known.connection !== connection || now >= known.expires) return STALE;
    if (realm !== this.#options.realm || !isSameResource(authorization.uri, uri)) return STALE;
    const password = this.#options.passwordOf(username);
    const counted = count === undefined ? undefined : { count, clientNonce: clientNonce ?? "" };
    const input = { algorithm, username, realm, password: password ?? "", nonce, method, uri: authorization.uri };
    const right = equalSecrets(response.toLowerCase(), digestResponse(counted ? { ...input, counted } : input));
    if (!right || password === undefined) return REFUSED;
    return this.#isFresh(known, count) ? { granted: true, username } : STALE;
  }

  /** Whether the request is no repetition of one that was seen. The form without a count (live555) cannot tell, but its nonce is bound to the connection. */
  #isFresh(nonce: Nonce, count: number | undefined): boolean {
    if (count === undefined) return nonce.count === 0;
    if (count <= nonce.count) return false;
    nonce.count = count;
    return true;
  }
}

/**
 * Whether the URL in the proof is that of the request. live555, and VLC with it, always counts in the URL of the
 * presentation, though SETUP is for a track of it; slashes at the end do not matter.
 */
function isSameResource(proven: string, requested: string): boolean {
  const base = proven.replace(/\/$/, "");
  return requested === proven || requested === base || requested.startsWith(`${base}/`);
}
