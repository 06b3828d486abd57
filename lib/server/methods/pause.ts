import { response } from "../../rtsp/message.ts";
import type { Method } from "./exchange.ts";

/** PAUSE (RFC 2326 section 10.6): the film stands at the next frame, from which PLAY goes on. */
export const pause: Method = ({ control }) => {
  const session = control.session!;
  session.pause();
  return response(200, { Session: session.id });
};
