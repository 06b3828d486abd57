import { decodeLatin1, encodeText } from "../../core/bytes.ts";
import { quote, RtspError } from "../status.ts";
import { splitOutsideQuotes, splitParameter } from "./parameters.ts";

/** Characters of one WWW-Authenticate or Authorization header that are read (robustness P22). */
export const MAX_AUTHENTICATION_LENGTH = 4096;
/** Challenges of one answer that are looked at. */
export const MAX_CHALLENGES = 8;
/** Characters of a nonce, realm, name or other value. */
const MAX_VALUE_LENGTH = 1024;

/** Hash functions of Digest that are understood (RFC 7616 section 3.3). */
export type DigestAlgorithm = "MD5" | "SHA-256";

/** A server's demand to know who asks (RFC 7616, RFC 7617). */
export type Challenge = DigestChallenge | BasicChallenge;

/** The demand for a proof that the password is known, without the password. */
export interface DigestChallenge {
  /** Tells it from the other schemes. */
  readonly scheme: "Digest";
  /** What the password is for: text of a stranger. */
  readonly realm: string;
  /** The server's number, to be returned. */
  readonly nonce: string;
  /** MD5 where the server names none. */
  readonly algorithm: DigestAlgorithm;
  /** "auth" counts requests; undefined is the older form without counting (RFC 2069). */
  readonly qop?: "auth";
  /** To be returned as it is. */
  readonly opaque?: string;
  /** The answer was right but the nonce too old: the same password may be used again. */
  readonly stale: boolean;
}

/** The demand for name and password as they are. */
export interface BasicChallenge {
  /** Tells it from the other schemes. */
  readonly scheme: "Basic";
  /** What the password is for: text of a stranger. */
  readonly realm: string;
}

/** The answer to a challenge. */
export type Authorization = DigestAuthorization | BasicAuthorization;

/** A proof that the password is known. */
export interface DigestAuthorization {
  /** Tells it from the other schemes. */
  readonly scheme: "Digest";
  /** Who asks. */
  readonly username: string;
  /** As the challenge had it. */
  readonly realm: string;
  /** As the challenge had it. */
  readonly nonce: string;
  /** The request's URL, as the client counts it in. */
  readonly uri: string;
  /** Hexadecimal digits. */
  readonly response: string;
  /** MD5 where none is named. */
  readonly algorithm: DigestAlgorithm;
  /** "auth", together with `count` and `clientNonce`. */
  readonly qop?: "auth";
  /** Requests sent with this nonce, this one included. */
  readonly count?: number;
  /** The client's own number. */
  readonly clientNonce?: string;
  /** As the challenge had it. */
  readonly opaque?: string;
}

/** Name and password as they are. */
export interface BasicAuthorization {
  /** Tells it from the other schemes. */
  readonly scheme: "Basic";
  /** Who asks. */
  readonly username: string;
  /** Never to be logged. */
  readonly password: string;
}

/** A scheme with what stands behind it: parameters by their lower-case names, or one token. */
interface Entry {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
  token?: string;
}

/**
 * Reads all WWW-Authenticate headers of an answer: the challenges that can be met, in the order of the server. What
 * cannot be read or is not known (other schemes, other hash functions) is passed over.
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.slice(0, MAX_CHALLENGES).flatMap((value) => {
    try {
      return parseEntries(value, "WWW-Authenticate").flatMap(readChallenge);
    } catch (thrown) {
      if (thrown instanceof RtspError) return [];
      throw thrown;
    }
  }).slice(0, MAX_CHALLENGES);
}

function readChallenge({ scheme, parameters }: Entry): Challenge[] {
  const realm = parameters.get("realm") ?? "";
  if (scheme === "basic") return [{ scheme: "Basic", realm }];
  const nonce = parameters.get("nonce");
  const algorithm = readAlgorithm(parameters.get("algorithm"));
  if (scheme !== "digest" || nonce === undefined || algorithm === undefined) return [];
  const offered = parameters.get("qop")?.toLowerCase().split(",").map((word) => word.trim());
  if (offered && !offered.includes("auth")) return [];
  const opaque = parameters.get("opaque");
  return [{
    scheme: "Digest",
    realm,
    nonce,
    algorithm,
    ...(offered && { qop: "auth" as const }),
    ...(opaque === undefined ? {} : { opaque }),
    stale: parameters.get("stale")?.toLowerCase() === "true",
  }];
}

function readAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  const name = text?.toUpperCase() ?? "MD5";
  return name === "MD5" || name === "SHA-256" ? name : undefined;
}

/** Writes the value of a WWW-Authenticate header. */
export function formatChallenge(challenge: Challenge): string {
  if (challenge.scheme === "Basic") return `Basic realm=${quoted(challenge.realm)}`;
  const { realm, nonce, algorithm, qop, opaque, stale } = challenge;
  return "Digest " + [
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    // RFC 2617 clients know MD5 without its name, and some of them stumble over the name.
    ...(algorithm === "MD5" ? [] : [`algorithm=${algorithm}`]),
    ...(qop ? [`qop=${quoted(qop)}`] : []),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(stale ? ["stale=true"] : []),
  ].join(", ");
}

/**
 * Reads an Authorization header. Undefined for a scheme or hash function that is not known, which is answered by 401.
 * Throws RtspError 400 if it is longer than `MAX_AUTHENTICATION_LENGTH`, a quote stays open, a parameter comes twice or
 * one that is needed is missing. Messages never repeat the value.
 */
export function parseAuthorization(value: string): Authorization | undefined {
  const [entry, ...more] = parseEntries(value, "Authorization");
  if (!entry || more.length > 0) throw authorizationError("it names no scheme, or several");
  if (entry.scheme === "basic") return readBasic(entry.token);
  return entry.scheme === "digest" ? readDigest(entry.parameters) : undefined;
}

function readBasic(token: string | undefined): BasicAuthorization {
  let text: string;
  try {
    const bytes = Uint8Array.from(atob(token ?? ""), (character) => character.charCodeAt(0));
    text = new TextDecoder().decode(bytes);
  } catch {
    throw authorizationError("its credentials are no Base64");
  }
  const colon = text.indexOf(":");
  if (colon < 0) throw authorizationError("its credentials have no colon");
  return { scheme: "Basic", username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function readDigest(parameters: Map<string, string>): DigestAuthorization | undefined {
  const needed = (name: string): string => {
    const value = parameters.get(name);
    if (value === undefined) throw authorizationError(`${name} is missing`);
    return value;
  };
  const algorithm = readAlgorithm(parameters.get("algorithm"));
  const qop = parameters.get("qop")?.toLowerCase();
  if (algorithm === undefined || (qop !== undefined && qop !== "auth")) return undefined;
  const count = qop === undefined ? undefined : readCount(needed("nc"));
  const opaque = parameters.get("opaque");
  return {
    scheme: "Digest",
    username: needed("username"),
    realm: needed("realm"),
    nonce: needed("nonce"),
    uri: needed("uri"),
    response: needed("response"),
    algorithm,
    ...(count === undefined ? {} : { qop: "auth" as const, count, clientNonce: needed("cnonce") }),
    ...(opaque === undefined ? {} : { opaque }),
  };
}

function readCount(text: string): number {
  if (!/^[0-9a-f]{8}$/i.test(text)) throw authorizationError("nc is no count");
  return parseInt(text, 16);
}

/** Writes the value of an Authorization header. */
export function formatAuthorization(authorization: Authorization): string {
  if (authorization.scheme === "Basic") {
    const { username, password } = authorization;
    return `Basic ${btoa(decodeLatin1(encodeText(`${username}:${password}`)))}`;
  }
  const { username, realm, nonce, uri, response, algorithm, count, clientNonce, opaque } = authorization;
  return "Digest " + [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response=${quoted(response)}`,
    ...(algorithm === "MD5" ? [] : [`algorithm=${algorithm}`]),
    ...(count === undefined ? [] : [`qop=auth`, `nc=${formatCount(count)}`, `cnonce=${quoted(clientNonce ?? "")}`]),
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ].join(", ");
}

/** A count of requests as eight hexadecimal digits (RFC 7616 section 3.4). */
export function formatCount(count: number): string {
  return count.toString(16).padStart(8, "0");
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function authorizationError(found: string): RtspError {
  return new RtspError(400, `Cannot read Authorization: ${found}`);
}

/**
 * Takes a header apart: commas stand both between schemes and between the parameters of one, so a part that begins with
 * a word and a blank begins a scheme (RFC 7235 section 2.1).
 */
function parseEntries(value: string, header: string): Entry[] {
  if (value.length > MAX_AUTHENTICATION_LENGTH) {
    throw new RtspError(400, `Cannot read ${header}: it has ${value.length} characters`);
  }
  const entries: Entry[] = [];
  for (const part of splitSafely(value, header)) {
    const [, scheme, rest = ""] = /^([\w!#$%&'*+.^`|~-]+)(?:[ \t]+(?![ \t=])([^]*))?$/.exec(part) ?? [];
    if (scheme !== undefined) entries.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    const entry = entries.at(-1);
    const text = scheme === undefined ? part : rest;
    if (text === "" || entry === undefined) continue;
    if (scheme !== undefined && /^[\w.~+/-]+=*$/.test(text)) entry.token = text;
    else addParameter(entry, text, header);
  }
  return entries;
}

/** The parts of a header; what an unreadable one holds is a secret, so it is not told. */
function splitSafely(value: string, header: string): string[] {
  try {
    return splitOutsideQuotes(value, ",", header);
  } catch {
    throw new RtspError(400, `Cannot read ${header}: a quote stays open`);
  }
}

function addParameter({ parameters }: Entry, text: string, header: string): void {
  const { name, value = "" } = splitParameter(text);
  if (parameters.has(name)) throw new RtspError(400, `Cannot read ${header}: ${quote(name)} comes twice`);
  if (value.length > MAX_VALUE_LENGTH) throw new RtspError(400, `Cannot read ${header}: ${quote(name)} is too long`);
  parameters.set(name, value);
}
