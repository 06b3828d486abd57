import { encodeText } from "../../core/bytes.ts";
import { acceptedTypes, requestUrl } from "../../rtsp/check.ts";
import { response, type RtspRequest, type RtspResponse } from "../../rtsp/message.ts";
import { encodePath, originOf } from "../../rtsp/url.ts";
import type { Control } from "../sessions/services.ts";
import type { Exchange } from "./exchange.ts";

/** Media type of a list of addresses (RFC 2483 section 5). */
const URI_LIST = "text/uri-list";
/** Bytes of a list, which must fit into the body of a message; what would make it longer is counted in its last line. */
const MAX_LIST_SIZE = 100 * 1024;

/** Whether a DESCRIBE asks what there is, not what one stream is: about the root or "*", with a list in Accept. */
export function asksForList(request: RtspRequest): boolean {
  if (!acceptedTypes(request).includes(URI_LIST)) return false;
  return request.uri === "*" || requestUrl(request).path === "";
}

/** DESCRIBE of the root as a list of the addresses that can be played now, one a line, as the client calls this server. */
export async function list({ request, control, services }: Exchange): Promise<RtspResponse> {
  const origin = request.uri === "*" ? localOrigin(control) : originOf(requestUrl(request));
  const names = await services.catalog.recentNames();
  const lines: string[] = [];
  let size = 0;
  for (const name of names) {
    const line = `${origin}/${encodePath(name)}\r\n`;
    if (size + line.length > MAX_LIST_SIZE) break;
    size += line.length;
    lines.push(line);
  }
  if (lines.length < names.length) lines.push(`# ${names.length - lines.length} more are not listed\r\n`);
  return response(200, { "Content-Type": URI_LIST }, encodeText(lines.join("")));
}

function localOrigin({ local: { hostname, port } }: Control): string {
  return `rtsp://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
