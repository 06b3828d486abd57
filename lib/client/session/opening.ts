import type { RtspUrl } from "../../rtsp/url.ts";
import { NotStandardError } from "../control/describe.ts";
import { readAddress } from "../control/read_address.ts";
import { LabSession } from "../lab/lab_session.ts";
import type { MediaSession, SessionContext } from "../control/media_session.ts";
import { PlayerError, type Source, type TransportChoice } from "../player_types.ts";
import { StandardSession } from "./standard_session.ts";

/** How to open a source. */
export interface OpenOptions {
  readonly transport: TransportChoice;
  /** 0: any. */
  readonly rtpPort: number;
  /** Something a person should know though it is no failure. */
  readonly notice: (message: string) => void;
}

/**
 * Sets up a source. An rtsp address whose server does not answer as an RTSP server is tried in the assignment's
 * dialect, on a connection of its own, if its path could be one of that dialect's file names.
 */
export async function openSession(
  source: Source,
  options: OpenOptions,
  context: SessionContext,
): Promise<MediaSession> {
  if (source.kind === "lab") return await LabSession.open(source, context);
  const file = labFile(readAddress(source.url));
  const { transport, rtpPort } = options;
  const target = { url: source.url, transport, rtpPort };
  if (file === undefined || transport === "tcp") return await StandardSession.open(target, context);
  return await openEither({ url: readAddress(source.url), file, ...options }, context);
}

/** The path as a file name of the assignment's dialect: one word with an ending, no query. */
function labFile(url: RtspUrl): string | undefined {
  return url.query === "" && /^[^\s/\\]{1,200}\.[^\s/\\.]{1,10}$/.test(url.path) ? url.path : undefined;
}

interface Ambiguous extends OpenOptions {
  readonly url: RtspUrl;
  readonly file: string;
}

async function openEither(target: Ambiguous, context: SessionContext): Promise<MediaSession> {
  const { url, file, transport, rtpPort } = target;
  let notifySilence = () => {};
  const silence = new Promise<"silent">((resolve) => notifySilence = () => resolve("silent"));
  const standard = attempt(
    (inner) => StandardSession.open({ url: url.href, transport, rtpPort, onSilence: notifySilence }, inner),
    context,
  );
  const openLab = () =>
    attempt((inner) => LabSession.open({ host: url.host, port: url.port, rtpPort, file }, inner), context);

  const first = await Promise.race([standard.outcome, silence]);
  if (first !== "silent" && !(first instanceof NotStandardError)) return orThrow(first);
  // A slow camera is asked on while the assignment's dialect is tried: whoever answers first has the stream.
  const lab = openLab();
  const winner = await firstSuccess(standard, lab);
  if (winner === undefined) {
    const problem = await standard.outcome;
    const other = await lab.outcome;
    throw other instanceof PlayerError && other.code === "not-found" ? other : problem;
  }
  (winner.attempt === lab ? standard : lab).abandon();
  if (winner.attempt === lab) target.notice("The server speaks the dialect of the networking assignment.");
  return winner.session;
}

interface Attempt {
  /** Never rejects. */
  readonly outcome: Promise<MediaSession | PlayerError>;
  /** Gives up; a session that is opened all the same is closed. */
  abandon(): void;
}

function attempt(open: (context: SessionContext) => Promise<MediaSession>, context: SessionContext): Attempt {
  const given = new AbortController();
  const signal = AbortSignal.any([context.signal, given.signal]);
  const outcome = open({ ...context, signal }).catch((thrown) => asPlayerError(thrown));
  return {
    outcome,
    abandon: () => {
      given.abort();
      void outcome.then((result) => result instanceof PlayerError || result.close());
    },
  };
}

async function firstSuccess(
  ...attempts: readonly Attempt[]
): Promise<{ attempt: Attempt; session: MediaSession } | undefined> {
  const successes = attempts.map(async (attempt) => ({ attempt, session: orThrow(await attempt.outcome) }));
  return await Promise.any(successes).catch(() => undefined);
}

function orThrow(outcome: MediaSession | PlayerError): MediaSession {
  if (outcome instanceof PlayerError) throw outcome;
  return outcome;
}

/** Anything that was thrown as a problem with a code. */
export function asPlayerError(thrown: unknown): PlayerError {
  if (thrown instanceof PlayerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PlayerError("protocol", message, { cause: thrown });
}

/** Opens one session at a time, and can give up the one that is under way. */
export class Opener {
  #current: AbortController | undefined;

  /** As `openSession()`; rejects if it was aborted meanwhile. */
  async open(source: Source, options: OpenOptions, context: Omit<SessionContext, "signal">): Promise<MediaSession> {
    const { signal } = this.#current = new AbortController();
    try {
      const session = await openSession(source, options, { ...context, signal });
      if (!signal.aborted) return session;
      session.close();
      throw new PlayerError("closed", "The player was closed.");
    } finally {
      this.#current = undefined;
    }
  }

  abort(): void {
    this.#current?.abort();
  }
}
