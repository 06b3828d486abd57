import type { Peer } from "../../net/peer.ts";
import type { LabRequest } from "../../rtsp/lab.ts";
import { RtspError } from "../../rtsp/status.ts";
import { openSession } from "../sessions/open_session.ts";
import type { Control, Services } from "../sessions/services.ts";
import { chooseTransport } from "../sessions/transport_choice.ts";
import { LabDelivery } from "./lab_delivery.ts";

/** What follows the three lines that every client reads, and what happens once the reply is on its way. */
export interface LabAnswer {
  /** Facts of the film that was set up. */
  readonly film?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, string>>;
  readonly after?: () => void;
}

/**
 * Does what a request asks for. States are not insisted on: a repeated PLAY, PAUSE or TEARDOWN is answered with 200.
 * Throws RtspError for an unknown film, a port that cannot be used, and PLAY or PAUSE without SETUP.
 */
export async function answerLab(request: LabRequest, control: Control, services: Services): Promise<LabAnswer> {
  switch (request.method.toUpperCase()) {
    case "SETUP":
      return { film: await setup(request, control, services) };
    case "PLAY":
      return play(control);
    case "PAUSE":
      sessionOf(control).pause();
      return {};
    case "TEARDOWN":
      control.session?.end("TEARDOWN");
      return {};
    case "OPTIONS":
      return { extra: { Public: "OPTIONS, SETUP, PLAY, PAUSE, TEARDOWN" } };
    default:
      throw new RtspError(501, `Cannot do ${JSON.stringify(request.method)}`);
  }
}

function sessionOf({ session }: Control) {
  if (!session) throw new RtspError(455, "Nothing is set up");
  return session;
}

function play(control: Control): LabAnswer {
  const session = sessionOf(control);
  // At the end of the film there is nothing more to come: numbers must rise, so it cannot begin again.
  if (session.state === "Playing" || session.viewer.atEnd) return {};
  return { after: () => session.ended || session.play({}) };
}

async function setup(request: LabRequest, control: Control, services: Services): Promise<Record<string, string>> {
  const peer = clientPeer(request, control, services);
  const use = await services.catalog.open(request.file);
  const facts = await use.stream.measure().catch((thrown) => {
    use.release();
    throw thrown;
  });
  openSession(control, services, {
    use,
    control: request.file,
    delivery: new LabDelivery(services.udp.rtp, peer),
    udpPeers: [peer],
    lab: true,
  });
  if (facts === undefined) return {};
  return {
    "Total time": facts.duration.toFixed(1),
    "Mean FPS": String(facts.frameRate),
    "Total frames": String(facts.frameCount),
    Media: (await services.catalog.names()).map((name) => name.replaceAll(" ", "%20")).join(" "),
    Frames: String(facts.frameCount),
  };
}

/** Where the frames go: the client's own address, and a port that no one else has. */
function clientPeer({ rtpPort, overTcp }: LabRequest, control: Control, services: Services): Peer {
  if (overTcp) throw new RtspError(500, "Cannot connect to the client: only UDP is offered in the assignment's form");
  if (rtpPort === undefined) throw new RtspError(500, "Cannot find a client_port in the request");
  const { remote, local } = control;
  const ports = [rtpPort, rtpPort] as const;
  const spec = { protocol: "udp", profile: "RTP/UDP", clientPort: ports } as const;
  chooseTransport([spec], {
    remote,
    local,
    ownPorts: [services.udp.rtp.local.port, services.udp.rtcp.local.port, services.rtspPort],
    isTaken: (peer) => {
      const owner = services.registry.byPeer(peer);
      return owner !== undefined && owner !== control.session;
    },
  });
  return { hostname: remote.hostname, port: rtpPort };
}
