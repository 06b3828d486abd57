import type { Clock } from "../../core/clock.ts";
import type { Random } from "../../core/random.ts";
import { mediaType } from "../../rtsp/check.ts";
import type { RtspResponse } from "../../rtsp/message.ts";
import { originOf, parseRtspUrl, readRtspUrl, type RtspUrl } from "../../rtsp/url.ts";
import { Login } from "../login/login.ts";
import type { PlayerNetwork } from "../network.ts";
import { PlayerError } from "../player_types.ts";
import type { OfferedStream } from "./offered_stream.ts";
import { connectProblem, quote, statusProblem } from "./problems.ts";
import { readAddress } from "./read_address.ts";
import { RtspClient } from "./rtsp_client.ts";

/** Media type of a list of addresses (RFC 2483 section 5). */
const URI_LIST = "text/uri-list";
/** Streams of one server that are read; what it lists beyond is left out. */
const MAX_STREAMS = 1000;

/** How to ask. */
export interface ListOptions {
  readonly network: PlayerNetwork;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds to connect, and again to answer. */
  readonly timeout: number;
  /** Aborting gives up. */
  readonly signal?: AbortSignal;
}

/**
 * Asks a server what it offers: DESCRIBE of its root with `Accept: text/uri-list`, which Flipbook's server answers with
 * one address a line. `address` is any address of the server; its path does not count.
 *
 * Rejects with a PlayerError: "unsupported" where the server has no such list.
 */
export async function listStreams(address: string, options: ListOptions): Promise<OfferedStream[]> {
  const root = rootOf(readAddress(address));
  const { network, clock, random, timeout, signal } = options;
  const stream = await network.connect({ hostname: root.host, port: root.port, timeout, ...(signal && { signal }) })
    .catch((thrown) => Promise.reject(connectProblem(thrown, root.host, root.port)));
  const login = new Login({ kind: "rtsp", url: address }, random).for(root);
  const client = new RtspClient(stream, { clock, timeout, login });
  const abort = () => client.close();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted) abort();
    return await askForStreams(client, root, timeout);
  } finally {
    signal?.removeEventListener("abort", abort);
    client.close();
  }
}

/** As `listStreams()`, over a connection that stands; `url` is any address of the server, `timeout` in milliseconds. */
export async function askForStreams(client: RtspClient, url: RtspUrl, timeout: number): Promise<OfferedStream[]> {
  const root = rootOf(url);
  const answer = await client.request("DESCRIBE", root.href, { Accept: URI_LIST }, (response) => response, timeout);
  return readAnswer(answer, root);
}

function rootOf(url: RtspUrl): RtspUrl {
  return parseRtspUrl(`${originOf(url)}/`);
}

function readAnswer(answer: RtspResponse, root: RtspUrl): OfferedStream[] {
  const { status, headers, body } = answer;
  if (status === 401 || status === 403) throw statusProblem(answer, "DESCRIBE", root.href);
  const type = mediaType(headers.get("Content-Type") ?? "");
  if (status >= 200 && status < 300 && type === URI_LIST) return readList(new TextDecoder().decode(body), root);
  throw new PlayerError(
    "unsupported",
    `The server at ${quote(`${root.host}:${root.port}`)} does not tell which streams it has. ` +
      "Ask for one by its name: rtsp://host:8554/name.",
  );
}

/** The streams of a list that are on the server itself: a list cannot lead to another machine (robustness R20). */
function readList(text: string, root: RtspUrl): OfferedStream[] {
  const streams = new Map<string, OfferedStream>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (streams.size >= MAX_STREAMS) break;
    const url = line.startsWith("#") ? undefined : readRtspUrl(line.trim());
    if (url === undefined || url.host !== root.host || url.port !== root.port || url.path === "") continue;
    streams.set(url.href, { name: quote(url.path), url: url.href });
  }
  return [...streams.values()];
}
