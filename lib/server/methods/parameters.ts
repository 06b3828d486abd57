import { encodeText } from "../../core/bytes.ts";
import { response } from "../../rtsp/message.ts";
import type { Method } from "./exchange.ts";

const utf8 = new TextDecoder();
/** Names of parameters that a 451 repeats. */
const MAX_NAMES = 20;

/** GET_PARAMETER (RFC 2326 section 10.8): a sign of life when it is empty; there is no parameter to be read. */
export const getParameter: Method = ({ request, control }) => answer(request.body, control.session?.id);

/** SET_PARAMETER (RFC 2326 section 10.9): likewise; there is none to be set. */
export const setParameter: Method = ({ request, control }) => answer(request.body, control.session?.id);

function answer(body: Uint8Array, id: string | undefined) {
  const session = id === undefined ? {} : { Session: id };
  const names = utf8.decode(body).split(/[\r\n]+/)
    .map((line) => line.replace(/:.*$/, "").trim()).filter((name) => name !== "");
  if (names.length === 0) return response(200, session);
  const unknown = names.slice(0, MAX_NAMES).join("\r\n") + "\r\n";
  return response(451, { "Content-Type": "text/parameters", ...session }, encodeText(unknown));
}
