import { randomHex } from "../../core/random.ts";
import type { Peer } from "../../net/peer.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { StreamUse } from "../streams/catalog.ts";
import type { Delivery } from "../sending/delivery.ts";
import type { MediaForm } from "../forms/media_form.ts";
import type { Control, Services } from "./services.ts";
import { Session } from "./session.ts";
import type { Variant } from "./variant.ts";

/** Bytes of a session id: 128 bits are not guessed. */
const SESSION_ID_BYTES = 16;
/** The assignment's clients make a number of the id: six decimal digits, as its servers have. */
const LEAST_LAB_ID = 100_000;
const LAB_IDS = 900_000;

/** What differs between the sessions of the standard and of the assignment's dialect. */
export interface OpenOptions {
  readonly use: StreamUse;
  readonly control: string;
  readonly delivery: Delivery;
  readonly udpPeers: readonly Peer[];
  readonly lab?: boolean;
  /** What the URL asked for. */
  readonly variant?: Variant;
  /** Keeps the id of the session that this one takes the place of. */
  readonly id?: string;
}

/**
 * Makes the session of a connection, in place of one that it may have had (protocol fact: FFmpeg forgets a silent UDP
 * session and sets up TCP on the same connection).
 *
 * Throws RtspError 453 where there is no room; `use` is then given back.
 */
export function openSession(control: Control, services: Services, options: OpenOptions): Session {
  try {
    control.session?.end("a new SETUP took its place");
    const { registry, forms } = services;
    const form = options.lab ? forms.lab : forms.rtp(options.variant?.fit);
    registry.checkRoom(control.remote.hostname, options.use.stream.bitrateIn(form));
    const session = makeSession(control, services, form, options);
    registry.add(session);
    services.counters.sessions++;
    control.session = session;
    return session;
  } catch (thrown) {
    options.use.release();
    throw thrown;
  }
}

function makeSession(control: Control, services: Services, form: MediaForm, options: OpenOptions): Session {
  const { random, registry, clock, scheduler, events, config } = services;
  const { lab = false, use, delivery, udpPeers, variant = {} } = options;
  const loop = variant.loop ?? config.loop;
  return new Session({
    id: options.id ?? (lab ? freeLabId(services) : randomHex(random, SESSION_ID_BYTES)),
    ssrc: lab ? 0 : freeSsrc(services),
    remote: control.remote,
    use,
    control: options.control,
    delivery,
    udpPeers,
    clock,
    scheduler,
    events,
    // Over TCP the client shows that it lives by taking the media; the assignment's clients have nothing to say.
    timeout: delivery.kind === "udp" ? config.sessionTimeout * 1000 : Infinity,
    isCrowded: () => registry.isCrowded(control.remote.hostname),
    viewer: lab ? { form, firstSequence: 1, firstTimestamp: 0, countsAnew: true, loop } : {
      form,
      loop,
      firstSequence: random.uint32() & 0xffff,
      firstTimestamp: random.uint32(),
      cname: services.cname,
    },
    onEnded: (session) => {
      registry.remove(session);
      if (control.session === session) control.session = undefined;
    },
  });
}

/** A random source identifier that no other session has (RFC 3550 section 8). */
function freeSsrc({ random, registry }: Services): number {
  let ssrc = random.uint32();
  while (registry.hasSsrc(ssrc)) ssrc = random.uint32();
  return ssrc;
}

function freeLabId({ random, registry }: Services): string {
  for (let attempt = 0; attempt < LAB_IDS; attempt++) {
    const id = String(LEAST_LAB_ID + random.uint32() % LAB_IDS);
    if (!registry.has(id)) return id;
  }
  throw new RtspError(453, "Cannot find a free session number");
}
