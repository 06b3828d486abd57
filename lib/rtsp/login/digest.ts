import { createHash } from "node:crypto";
import { type DigestAlgorithm, formatCount } from "../headers/authentication.ts";

/** What a digest is made of. */
export interface DigestInput {
  /** The hash function. */
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  /** The request's method and URL, as both sides count them in. */
  readonly method: string;
  readonly uri: string;
  /** Present where the quality of protection is "auth"; without it the form of RFC 2069 is meant. */
  readonly counted?: { readonly count: number; readonly clientNonce: string };
}

/** The proof that the password is known, as hexadecimal digits (RFC 7616 section 3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { algorithm, username, realm, password, nonce, method, uri, counted } = input;
  const secret = hash(algorithm, `${username}:${realm}:${password}`);
  const asked = hash(algorithm, `${method}:${uri}`);
  const middle = counted ? `${nonce}:${formatCount(counted.count)}:${counted.clientNonce}:auth` : nonce;
  return hash(algorithm, `${secret}:${middle}:${asked}`);
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === "MD5" ? "md5" : "sha256").update(text, "utf8").digest("hex");
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at % (b.length || 1));
  return difference === 0;
}
