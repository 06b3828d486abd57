import type { RtspResponse } from "../../rtsp/message.ts";
import type { RtspUrl } from "../../rtsp/url.ts";
import { askForStreams } from "./list_streams.ts";
import { readAddress } from "./read_address.ts";
import { RtspClient } from "./rtsp_client.ts";
import type { SessionContext } from "./media_session.ts";
import { PlayerError } from "../player_types.ts";
import { connectProblem, quote, statusProblem, unknownNameProblem } from "./problems.ts";

/** Servers that may be visited one after the other before a redirect counts as a loop (robustness R19). */
const MAX_REDIRECTS = 3;

/** Statuses that say that there is no such stream. */
const NOT_FOUND: readonly number[] = [404, 410];
/** Milliseconds that a server has to tell which streams there are instead. */
const LIST_PATIENCE = 1000;

/** After a redirect that leads nowhere. */
const ASK = "Ask whoever runs it for the right address.";

/** A server that does not talk standard RTSP; the assignment's dialect may reach it. */
export class NotStandardError extends PlayerError {}

/** The answer to DESCRIBE, and the connection on which it came. */
export interface Described {
  readonly client: RtspClient;
  /** Address that answered, without user name and password. */
  readonly url: RtspUrl;
  readonly response: RtspResponse;
}

/**
 * Connects and sends DESCRIBE (RFC 2326 10.2), following redirects to other rtsp addresses. Calls `onSilence` when a
 * connected server has said nothing for the time after which the assignment's dialect is worth a try. Rejects with a
 * PlayerError; with a NotStandardError when what answered is no RTSP server.
 */
export async function describe(address: string, context: SessionContext, onSilence?: () => void): Promise<Described> {
  let url = readAddress(address);
  for (let visits = 0; visits <= MAX_REDIRECTS; visits++) {
    const client = await connect(url, context);
    try {
      const response = await ask(client, url, context, onSilence);
      if (response.status < 300) return { client, url, response };
      if (response.status === 401) context.login.refusedBy(url);
      if (NOT_FOUND.includes(response.status)) throw unknownNameProblem(url.href, await namesOn(client, url));
      const loggedIn = context.login.for(url) !== undefined;
      if (response.status >= 400) throw statusProblem(response, "DESCRIBE", url.href, loggedIn);
      url = redirected(response);
    } catch (thrown) {
      client.close();
      throw thrown;
    }
    client.close();
  }
  throw new PlayerError("refused", "The server sends us from address to address without end.", { advice: ASK });
}

/** A name that is not there is often nearly right, so it helps to see what there is; empty where the server does not tell. */
async function namesOn(client: RtspClient, url: RtspUrl): Promise<string[]> {
  try {
    return (await askForStreams(client, url, LIST_PATIENCE)).map(({ name }) => name);
  } catch {
    return [];
  }
}

async function connect(url: RtspUrl, context: SessionContext): Promise<RtspClient> {
  const { network, timeouts, signal, clock, login, wire } = context;
  const { host, port } = url;
  const stream = await network.connect({ hostname: host, port, timeout: timeouts.request, signal })
    .catch((thrown) => Promise.reject(connectProblem(thrown, host, port)));
  const client = new RtspClient(stream, { clock, timeout: timeouts.request, login: login.for(url), wire });
  const abort = () => client.close(new PlayerError("closed", "The player was closed."));
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return client;
}

async function ask(
  client: RtspClient,
  url: RtspUrl,
  context: SessionContext,
  onSilence: (() => void) | undefined,
): Promise<RtspResponse> {
  const { clock, timeouts } = context;
  const cancel = clock.at(clock.now() + timeouts.firstAnswer, () => onSilence?.());
  try {
    return await client.request("DESCRIBE", url.href, { Accept: "application/sdp" }, (response) => response);
  } catch (thrown) {
    const silent = thrown instanceof PlayerError && ["server-gone", "protocol", "no-answer"].includes(thrown.code);
    if (silent && !client.answered) {
      throw new NotStandardError(thrown.code, thrown.happened, {
        advice: `Is there an RTSP server at ${quote(url.href)}? Check the address and the port.`,
      });
    }
    throw thrown;
  } finally {
    cancel();
  }
}

/** The address that a 3xx answer names. Only rtsp: is followed, and what it names gets no user name or password. */
function redirected(response: RtspResponse): RtspUrl {
  const location = response.headers.get("Location");
  if (!location) {
    throw new PlayerError("protocol", `The server answered ${response.status} without a new address.`, { advice: ASK });
  }
  try {
    return readAddress(location);
  } catch {
    throw new PlayerError("refused", `The server sends us to ${quote(location)}, which is not followed.`, {
      advice: "Open that address yourself if you trust it.",
    });
  }
}
