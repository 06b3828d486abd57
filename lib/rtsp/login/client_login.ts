import { type Random, randomHex } from "../../core/random.ts";
import { type Challenge, formatAuthorization, parseChallenges } from "../headers/authentication.ts";
import { digestResponse } from "./digest.ts";

const CLIENT_NONCE_BYTES = 8;

/** A user name and a password. Never to be logged or shown. */
export interface Credentials {
  /** As the user typed it. */
  readonly username: string;
  /** As the user typed it. */
  readonly password: string;
}

/**
 * The client's side of a login on one connection: remembers the server's challenge and proves the password with each
 * request. Digest is preferred to Basic; among several the server's order decides.
 */
export class ClientLogin {
  readonly #credentials: Credentials;
  readonly #random: Random;
  #challenge: Challenge | undefined;
  /** Requests that answered the present challenge. */
  #count = 0;

  constructor(credentials: Credentials, random: Random) {
    this.#credentials = credentials;
    this.#random = random;
  }

  /**
   * Takes the WWW-Authenticate headers of a 401. Returns whether another try makes sense: there is a challenge that can
   * be met, and it is the first, or only the nonce was too old. Cameras forget to say the latter, so it is also assumed
   * where an earlier request with the old nonce must have passed.
   */
  challenged(values: readonly string[]): boolean {
    const challenge = chooseChallenge(parseChallenges(values));
    if (challenge === undefined) return false;
    const known = this.#challenge;
    const isStale = challenge.scheme === "Digest" && (challenge.stale || this.#count > 1);
    this.#challenge = challenge;
    this.#count = 0;
    return known === undefined || isStale;
  }

  /** The Authorization header for a request; undefined as long as the server has not asked. */
  authorize(method: string, uri: string): string | undefined {
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    this.#count++;
    const { username, password } = this.#credentials;
    if (challenge.scheme === "Basic") return formatAuthorization({ scheme: "Basic", username, password });
    const { realm, nonce, algorithm, qop, opaque } = challenge;
    const counted = qop && { count: this.#count, clientNonce: randomHex(this.#random, CLIENT_NONCE_BYTES) };
    const input = { algorithm, username, realm, password, nonce, method, uri };
    return formatAuthorization({
      scheme: "Digest",
      username,
      realm,
      nonce,
      uri,
      response: digestResponse(counted ? { ...input, counted } : input),
      algorithm,
      ...(counted && { qop: "auth" as const, ...counted }),
      ...(opaque === undefined ? {} : { opaque }),
    });
  }
}

/** The one to meet: the first Digest, else Basic. */
export function chooseChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  return challenges.find(({ scheme }) => scheme === "Digest") ?? challenges[0];
}
