import { parseChallenges } from "../../rtsp/headers/authentication.ts";
import { chooseChallenge } from "../../rtsp/login/client_login.ts";
import type { RtspResponse } from "../../rtsp/message.ts";
import { errorMessage } from "../../core/errors.ts";
import { PlayerError } from "../player_types.ts";

/** Characters of a server's own words that are shown. */
const MAX_QUOTE = 120;
/** Names of streams that one message lists. */
const MAX_NAMES = 5;

/** A text from the network as one line for a person: no control characters, bounded. */
export function quote(text: string): string {
  // deno-lint-ignore no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE)}...` : line;
}

/** Why a connection could not be made. */
export function connectProblem(thrown: unknown, host: string, port: number): PlayerError {
  if (thrown instanceof PlayerError) return thrown;
  const at = `${quote(host)}:${port}`;
  const cause = thrown instanceof Error ? thrown.cause ?? thrown : thrown;
  const message = cause instanceof Deno.errors.ConnectionRefused
    ? `No server answers on ${at}. Is it running, and is the port right?`
    : `Cannot reach ${at}: ${quote(errorMessage(cause))}. Check the address and the network.`;
  return new PlayerError("unreachable", message, { cause: thrown });
}

/** Why the ports for RTP could not be had. */
export function portProblem(thrown: unknown, port: number | undefined): PlayerError {
  const what = port ? `UDP port ${port}` : "a free pair of UDP ports";
  const why = thrown instanceof Deno.errors.AddrInUse ? "another program uses it" : quote(errorMessage(thrown));
  const next = port ? "Choose another RTP port, or 0 for any" : "Try TCP (--transport tcp)";
  return new PlayerError("port-taken", `Cannot open ${what}: ${why}. ${next}.`, { cause: thrown });
}

/** The connection to `server` (host:port) has ended; `why` is what the system says. */
export function goneProblem(server: string, why?: string): PlayerError {
  const happened = `The server at ${quote(server)} closed the connection${why ? ` (${quote(why)})` : ""}.`;
  return new PlayerError("server-gone", happened, { advice: "See whether it still runs, then try again." });
}

/** `server` (host:port) has not answered a request for so many milliseconds. */
export function noAnswerProblem(server: string, method: string, milliseconds: number): PlayerError {
  const seconds = Math.round(milliseconds / 100) / 10;
  return new PlayerError("no-answer", `The server at ${quote(server)} did not answer ${method} within ${seconds} s.`, {
    advice: "See whether it is busy, and whether address and port are right, then try again.",
  });
}

/** The server does not keep to the protocol; `found` says how. */
export function faultyServer(found: string, cause?: unknown): PlayerError {
  return new PlayerError("protocol", found, {
    advice: "The fault is the server's: restart or update it, then try again.",
    ...(cause !== undefined && { cause }),
  });
}

/**
 * An answer that is not 2xx, in words; `address` is the stream's, without user name and password. `loggedIn` tells that a
 * name and a password were sent.
 */
export function statusProblem(
  response: RtspResponse,
  method: string,
  address: string,
  loggedIn = false,
): PlayerError {
  const said = quote(`${response.status} ${response.reason}`);
  const { name, host } = parts(address);
  switch (response.status) {
    case 401:
      return passwordProblem(response, host, address, loggedIn);
    case 403:
      return new PlayerError("unauthorized", `The server at ${host} does not let us play ${name} (${said}).`, {
        advice: "Ask whoever runs it, or choose another stream.",
      });
    case 404:
    case 410:
      return unknownNameProblem(address);
    case 415:
      return new PlayerError("unsupported", `The server at ${host} cannot send ${name} as RTP (${said}).`, {
        advice: "Choose another stream.",
      });
    case 453:
      return new PlayerError("refused", `The server at ${host} has no room for another viewer (${said}). Try later.`);
    case 454:
      return new PlayerError("server-gone", `The server at ${host} has ended the session.`, {
        advice: "Press Setup to start again.",
      });
    case 456:
    case 457:
      return new PlayerError("refused", `The stream cannot be played from there (${said}). Choose another place.`);
    case 461:
      return new PlayerError("unsupported", `The server at ${host} refuses this transport (${said}).`, {
        advice: "Choose the other one, UDP or TCP.",
      });
    default:
      return new PlayerError("refused", `The server at ${host} answered ${method} with ${said}.`, {
        advice: "Try again; what the server logs may tell more.",
      });
  }
}

/** There is no stream of that name; `names` are those that the server offers instead. */
export function unknownNameProblem(address: string, names: readonly string[] = []): PlayerError {
  const { name, host } = parts(address);
  const some = names.slice(0, MAX_NAMES).join(", ");
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  const next = names.length === 0 ? "Check the name in the address." : `It offers: ${some}${more}.`;
  return new PlayerError("not-found", `No stream named ${name} on ${host}. ${next}`);
}

/** Nothing that was tried opens the door; `realm` is there if another name and password might. */
function passwordProblem(response: RtspResponse, host: string, address: string, loggedIn: boolean): PlayerError {
  const challenge = chooseChallenge(parseChallenges(response.headers.getAll("WWW-Authenticate")));
  if (challenge === undefined) {
    return new PlayerError("unauthorized", `The server at ${host} asks for a login that Flipbook does not know.`, {
      advice: "Let it ask by Basic or Digest.",
    });
  }
  const realm = quote(challenge.realm);
  const place = realm === "" ? "" : ` for "${realm}"`;
  if (loggedIn) {
    const happened = `The server at ${host} does not take this user name and password${place}.`;
    return new PlayerError("unauthorized", happened, {
      realm,
      loginRefused: true,
      advice: "Check both and try again.",
    });
  }
  const path = address.replace(/^\w+:\/\/[^/]*/, "");
  return new PlayerError("unauthorized", `The server at ${host} asks for a user name and a password${place}.`, {
    realm,
    loginRefused: false,
    advice: `Log in, or write them into the address: rtsp://NAME:PASSWORD@${host}${quote(path)}`,
  });
}

function parts(address: string): { name: string; host: string } {
  const match = /^\w+:\/\/([^/]*)\/?(.*)$/.exec(address);
  return { name: quote(match?.[2]?.replace(/\/+$/, "") || "without a name"), host: quote(match?.[1] ?? address) };
}
