import { quote, RtspError } from "../status.ts";

/**
 * Splits a header value at `separator`, but not inside quotes (RFC 2326 section 15.1, `quoted-string`); parts are
 * trimmed. Throws RtspError 400 if a quote stays open; `header` names the value in the error.
 */
export function splitOutsideQuotes(value: string, separator: "," | ";", header: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!;
    if (character === "\\" && quoted) at++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(value.slice(from, at).trim());
      from = at + 1;
    }
  }
  if (quoted) throw new RtspError(400, `Cannot read ${header}: a quote stays open in ${quote(value)}`);
  parts.push(value.slice(from).trim());
  return parts;
}

/** Takes `name=value` apart: the name in lower case, the value without quotes, undefined without "=". */
export function splitParameter(text: string): { name: string; value: string | undefined } {
  const at = text.indexOf("=");
  if (at < 0) return { name: text.trim().toLowerCase(), value: undefined };
  return { name: text.slice(0, at).trim().toLowerCase(), value: unquote(text.slice(at + 1).trim()) };
}

/** The inside of a quoted string, its escapes resolved; other text as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, "$1");
}
