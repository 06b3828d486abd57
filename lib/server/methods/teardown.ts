import { response } from "../../rtsp/message.ts";
import type { Method } from "./exchange.ts";

/** TEARDOWN (RFC 2326 section 10.7): BYE leaves before the answer, and nothing of the session after it. */
export const teardown: Method = ({ control }) => {
  const session = control.session!;
  session.end("TEARDOWN");
  return response(200, { Session: session.id });
};
