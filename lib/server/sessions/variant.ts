import { RtspError } from "../../rtsp/status.ts";

/** Sizes that pictures may be scaled down to, pixels. */
const MIN_FIT = 64;
const MAX_FIT = 2040;

/** What the query of a stream's URL asks for: `movie.mjpeg?fit=2040&loop=1`. */
export interface Variant {
  /** Pictures are scaled down to at most this width and height, pixels. */
  readonly fit?: number;
  /** The film begins again at its end, for ever. */
  readonly loop?: boolean;
}

/**
 * Reads the query; what is not ours in it is passed over, also the track that some clients put behind it. Throws
 * RtspError 400 for a size that cannot be.
 */
export function parseVariant(query = ""): Variant {
  const fit = /(?:^|&)fit=([^&/]*)/.exec(query)?.[1];
  const loop = /(?:^|&)loop(?:=([^&/]*))?(?=$|[&/])/.exec(query);
  return {
    ...(fit === undefined ? {} : { fit: readFit(fit) }),
    ...(loop && !["0", "false", "no"].includes(loop[1] ?? "") ? { loop: true } : {}),
  };
}

/** The same variant as a query, with its question mark; empty if there is nothing to ask for. */
export function formatVariant({ fit, loop }: Variant): string {
  const parts = [...(fit === undefined ? [] : [`fit=${fit}`]), ...(loop ? ["loop=1"] : [])];
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function readFit(text: string): number {
  const size = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (size >= MIN_FIT && size <= MAX_FIT) return size;
  throw new RtspError(400, `Cannot fit pictures into ${text.slice(0, 20)} pixels: ${MIN_FIT} to ${MAX_FIT} will do`);
}
