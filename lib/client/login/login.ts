import type { Random } from "../../core/random.ts";
import { ClientLogin, type Credentials } from "../../rtsp/login/client_login.ts";
import { readRtspUrl, type RtspUrl } from "../../rtsp/url.ts";
import type { Source } from "../player_types.ts";

/**
 * Name and password of one player, and the one server that may have them: they are never carried over to another host
 * or port (robustness R19). They come from the address, or later from the person who was asked.
 */
export class Login {
  readonly #random: Random;
  #credentials: Credentials | undefined;
  /** The server that the credentials are for. */
  #server: string | undefined;
  /** The server that asked last. */
  #asking: string | undefined;

  constructor(source: Source, random: Random) {
    this.#random = random;
    // Whoever opens what is no address says so.
    const url = source.kind === "rtsp" ? readRtspUrl(source.url) : undefined;
    this.#server = url && serverOf(url);
    if (url?.username !== undefined) this.#credentials = { username: url.username, password: url.password ?? "" };
  }

  /** Takes what a person typed, for the server that asked last, or else the one of the address. */
  give(username: string, password: string): void {
    this.#credentials = { username, password };
    this.#server = this.#asking ?? this.#server;
  }

  /** The login for one connection to the server of `url`; undefined if there is none for it. */
  for(url: RtspUrl): ClientLogin | undefined {
    return this.#credentials && serverOf(url) === this.#server
      ? new ClientLogin(this.#credentials, this.#random)
      : undefined;
  }

  /** The server of `url` has answered 401 to all that was tried. */
  refusedBy(url: RtspUrl): void {
    this.#asking = serverOf(url);
  }
}

function serverOf({ host, port }: RtspUrl): string {
  return `${host}:${port}`;
}
