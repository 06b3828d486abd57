import { errorMessage } from "../../core/errors.ts";
import { peerText } from "../../net/peer.ts";
import { checkRequest, readCSeq } from "../../rtsp/check.ts";
import { parseSession } from "../../rtsp/headers/session.ts";
import { errorResponse, type RtspRequest, type RtspResponse } from "../../rtsp/message.ts";
import { allowedIn } from "../../rtsp/session_state.ts";
import { RtspError } from "../../rtsp/status.ts";
import { describe } from "../methods/describe.ts";
import { type Method, METHOD_NAMES, PUBLIC } from "../methods/exchange.ts";
import { options } from "../methods/options.ts";
import { getParameter, setParameter } from "../methods/parameters.ts";
import { pause } from "../methods/pause.ts";
import { play } from "../methods/play.ts";
import { setup } from "../methods/setup.ts";
import { teardown } from "../methods/teardown.ts";
import type { Control, Services } from "../sessions/services.ts";

const METHODS: Readonly<Record<typeof METHOD_NAMES[number], Method>> = {
  OPTIONS: options,
  DESCRIBE: describe,
  SETUP: setup,
  PLAY: play,
  PAUSE: pause,
  TEARDOWN: teardown,
  GET_PARAMETER: getParameter,
  SET_PARAMETER: setParameter,
};

/** Methods of RFC 2326 that this server knows and has no use for on any of its streams. */
const OTHER_METHODS = ["ANNOUNCE", "RECORD", "REDIRECT"];
/** Methods that need no session, so that a Session header that is none of ours does not matter to them. */
const SESSIONLESS = ["OPTIONS", "DESCRIBE"];
const NEEDS_SESSION = ["PLAY", "PAUSE", "TEARDOWN"];
const SERVER_NAME = "Flipbook";

/** Answers one request of the standard. Never throws: what goes wrong becomes a status. */
export async function dispatch(request: RtspRequest, control: Control, services: Services): Promise<RtspResponse> {
  const cseq = readCSeq(request);
  services.counters.requests++;
  control.session?.touch();
  let answer: RtspResponse;
  try {
    answer = await handle(request, control, services);
  } catch (thrown) {
    services.counters.refusals++;
    answer = errorResponse(toRtspError(thrown, request, control, services), cseq);
  }
  if (cseq !== undefined) answer.headers.set("CSeq", cseq);
  if (!answer.headers.has("Server")) answer.headers.append("Server", SERVER_NAME);
  return answer;
}

async function handle(request: RtspRequest, control: Control, services: Services): Promise<RtspResponse> {
  checkRequest(request);
  const { method } = request;
  const known = METHOD_NAMES.find((name) => name === method);
  if (!known) throw unknownMethod(method);
  checkSession(request, control);
  if (NEEDS_SESSION.includes(method) && !control.session?.allows(method)) {
    throw new RtspError(455, `Cannot ${method} in state ${control.session?.state ?? "Init"}`, {
      headers: { Allow: allowedIn(control.session?.state ?? "Init", METHOD_NAMES) },
    });
  }
  return await METHODS[known]({ request, control, services });
}

function unknownMethod(method: string): RtspError {
  return OTHER_METHODS.includes(method)
    ? new RtspError(405, `Cannot ${method} here`, { headers: { Allow: PUBLIC } })
    : new RtspError(501, `Cannot do ${JSON.stringify(method.slice(0, 40))}`, { headers: { Public: PUBLIC } });
}

/** A session belongs to the connection that made it: the same words for a foreign id and for one that never was. */
function checkSession({ method, headers }: RtspRequest, { session }: Control): void {
  const value = headers.get("Session");
  if (value === undefined || SESSIONLESS.includes(method)) return;
  if (parseSession(value).id !== session?.id) throw new RtspError(454, "Cannot find the session");
}

function toRtspError(thrown: unknown, request: RtspRequest, control: Control, services: Services): RtspError {
  const facts = { method: request.method, peer: peerText(control.remote) };
  if (thrown instanceof RtspError) {
    services.events.info("Refused {method} of {peer} with {status}: {reason}", {
      ...facts,
      status: thrown.status,
      reason: thrown.message,
    });
    return thrown;
  }
  services.counters.failures++;
  services.events.error("Failed at {method} of {peer}: {reason}", { ...facts, reason: errorMessage(thrown) });
  control.session?.end("an error in the server");
  return new RtspError(500, errorMessage(thrown), { fatal: true });
}
