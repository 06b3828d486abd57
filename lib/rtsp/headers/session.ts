import { quote, RtspError } from "../status.ts";

/** Characters of a session id. */
export const MAX_SESSION_ID_LENGTH = 128;

/** A Session header (RFC 2326 section 12.37). */
export interface SessionHeader {
  /** Opaque: compared, never interpreted. */
  readonly id: string;
  /** Seconds of silence after which the server forgets the session; the standard says 60 when it is missing. */
  readonly timeout?: number;
}

/**
 * Reads a Session header. An unreadable timeout counts as none. Throws RtspError 400 if the id is empty, longer than
 * `MAX_SESSION_ID_LENGTH`, or holds anything but visible ASCII.
 */
export function parseSession(value: string): SessionHeader {
  const [id = "", ...parameters] = value.split(";").map((part) => part.trim());
  if (id.length > MAX_SESSION_ID_LENGTH || !/^[!-~]+$/.test(id)) {
    throw new RtspError(400, `Cannot read Session: its id is ${quote(id)}`);
  }
  for (const parameter of parameters) {
    const [, seconds] = /^timeout\s*=\s*(\d{1,9})$/i.exec(parameter) ?? [];
    if (seconds !== undefined) return { id, timeout: Number(seconds) };
  }
  return { id };
}

/** Writes a Session header: `id` or `id;timeout=seconds`. */
export function formatSession({ id, timeout }: SessionHeader): string {
  return timeout === undefined ? id : `${id};timeout=${timeout}`;
}
