import { formatSession } from "../../rtsp/headers/session.ts";
import { formatTransport, parseTransport, type TransportSpec } from "../../rtsp/headers/transport.ts";
import { response } from "../../rtsp/message.ts";
import { allowedIn } from "../../rtsp/session_state.ts";
import { RtspError } from "../../rtsp/status.ts";
import type { Peer } from "../../net/peer.ts";
import { ADVERTISED_TIMEOUT_S } from "../config.ts";
import { InterleavedDelivery } from "../sending/delivery_interleaved.ts";
import { UdpDelivery } from "../sending/delivery_udp.ts";
import { openSession } from "../sessions/open_session.ts";
import type { Control, Services } from "../sessions/services.ts";
import type { Session } from "../sessions/session.ts";
import { chooseTransport, type ChosenTransport } from "../sessions/transport_choice.ts";
import { formatVariant } from "../sessions/variant.ts";
import { type Method, METHOD_NAMES, target, TRACK, TRACK_CONTROL } from "./exchange.ts";

/** SETUP (RFC 2326 section 10.4). */
export const setup: Method = async ({ request, control, services }) => {
  const { name, track, base, variant } = target(request);
  const inSession = request.headers.has("Session") ? control.session : undefined;
  if (inSession) checkSetupAgain(inSession, name);
  if (track !== undefined && track !== TRACK) throw new RtspError(404, `${name} has no track ${track}`);
  const chosen = choose(request.headers.getAll("Transport"), control, services);
  const use = await services.catalog.open(name);
  try {
    await use.stream.describe(services.forms.rtp(variant.fit));
  } catch (thrown) {
    use.release();
    throw thrown;
  }
  const { delivery, udpPeers } = makeDelivery(chosen, control, services);
  const session = openSession(control, services, {
    use,
    control: base + TRACK_CONTROL + formatVariant(variant),
    variant,
    delivery,
    udpPeers,
    ...(inSession ? { id: inSession.id } : {}),
  });
  return response(200, {
    Transport: formatTransport(answered(chosen, session, services)),
    Session: formatSession({ id: session.id, timeout: ADVERTISED_TIMEOUT_S }),
  });
};

/** The same session may be set up again with another transport, while it does not play. */
function checkSetupAgain(session: Session, name: string): void {
  if (session.state !== "Ready") {
    throw new RtspError(455, `Cannot SETUP in state ${session.state}`, {
      headers: { Allow: allowedIn(session.state, METHOD_NAMES.filter((method) => method !== "SETUP")) },
    });
  }
  if (name !== session.streamName) throw new RtspError(400, `Cannot add ${name} to a session of ${session.streamName}`);
}

function choose(values: readonly string[], control: Control, services: Services): ChosenTransport {
  if (values.length === 0) throw new RtspError(461, "Cannot SETUP without Transport");
  return chooseTransport(values.flatMap(parseTransport), {
    remote: control.remote,
    local: control.local,
    ownPorts: [services.udp.rtp.local.port, services.udp.rtcp.local.port, services.rtspPort],
    isTaken: (peer) => {
      const owner = services.registry.byPeer(peer);
      return owner !== undefined && owner !== control.session;
    },
  });
}

function makeDelivery(chosen: ChosenTransport, control: Control, services: Services) {
  if (chosen.kind === "tcp") {
    return { delivery: new InterleavedDelivery(control.writer, chosen.interleaved), udpPeers: [] };
  }
  const [rtp, rtcp] = chosen.clientPort.map((port): Peer => ({ hostname: control.remote.hostname, port }));
  return { delivery: new UdpDelivery(services.udp, rtp!, rtcp!), udpPeers: [rtp!, rtcp!] };
}

/** The Transport header of the answer: what was asked for, completed by what the server chose. */
function answered(chosen: ChosenTransport, { ssrc }: Session, { udp }: Services): TransportSpec {
  const { protocol, profile, mode } = chosen.spec;
  const common = { protocol, profile, delivery: "unicast", ssrc, ...(mode === undefined ? {} : { mode }) } as const;
  if (chosen.kind === "tcp") return { ...common, interleaved: chosen.interleaved };
  return {
    ...common,
    clientPort: chosen.clientPort,
    serverPort: [udp.rtp.local.port, udp.rtcp.local.port],
  };
}
