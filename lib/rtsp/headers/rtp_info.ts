/** Characters of an RTP-Info header that are read. */
export const MAX_RTP_INFO_LENGTH = 8 * 1024;

/** Where one stream begins after PLAY (RFC 2326 section 12.33). */
export interface RtpInfoEntry {
  /** The stream's control URL, as the server wrote it. */
  readonly url: string;
  /** Sequence number of the first packet, 16 bits. */
  readonly sequence?: number;
  /** RTP timestamp of the start of the range that the same answer gives, 32 bits. */
  readonly timestamp?: number;
}

/**
 * Reads an RTP-Info header. It is advice: entries without a URL, and numbers that are none or out of range, are passed
 * over rather than refused. Commas and semicolons inside a URL are understood as long as none is followed by a name.
 */
export function parseRtpInfo(value: string): RtpInfoEntry[] {
  return value.slice(0, MAX_RTP_INFO_LENGTH).split(/,\s*(?=url\s*=)/i).flatMap(parseEntry);
}

function parseEntry(text: string): RtpInfoEntry[] {
  const [, body] = /^\s*url\s*=(.*)$/is.exec(text) ?? [];
  if (body === undefined) return [];
  const end = body.search(/;\s?(?:seq|rtptime)=/i);
  const url = (end < 0 ? body : body.slice(0, end)).trim().replace(/^"(.*)"$/s, "$1").replace(/[;,]+$/, "");
  const sequence = numberOf(/;\s?seq=(\d{1,5})(?!\d)/i.exec(body), 0xffff);
  const timestamp = numberOf(/;\s?rtptime=(\d{1,10})(?!\d)/i.exec(body), 0xffffffff);
  if (url === "") return [];
  return [{ url, ...(sequence === undefined ? {} : { sequence }), ...(timestamp === undefined ? {} : { timestamp }) }];
}

function numberOf(match: RegExpExecArray | null, most: number): number | undefined {
  return match && Number(match[1]) <= most ? Number(match[1]) : undefined;
}

/** Writes an RTP-Info header. Commas and semicolons in a URL are percent-escaped: they separate here. */
export function formatRtpInfo(entries: readonly RtpInfoEntry[]): string {
  return entries.map(({ url, sequence, timestamp }) => {
    const parts = [`url=${url.replaceAll(",", "%2C").replaceAll(";", "%3B")}`];
    if (sequence !== undefined) parts.push(`seq=${sequence}`);
    if (timestamp !== undefined) parts.push(`rtptime=${timestamp}`);
    return parts.join(";");
  }).join(",");
}
