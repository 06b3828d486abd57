import type { Clock } from "../../core/clock.ts";
import type { Random } from "../../core/random.ts";
import type { DirectSend } from "../../net/direct_send.ts";
import type { Peer } from "../../net/peer.ts";
import type { StreamWriter } from "../../net/stream_writer.ts";
import type { UdpPair } from "../../net/udp.ts";
import type { Catalog } from "../streams/catalog.ts";
import type { ServerConfig } from "../config.ts";
import type { EventLog } from "./event_log.ts";
import type { Forms } from "../forms/forms.ts";
import type { SessionRegistry } from "./registry.ts";
import type { Scheduler } from "../sending/scheduler.ts";
import type { Session } from "./session.ts";

/** Events that are counted for as long as the server runs. */
export interface Counters {
  /** TCP connections accepted. */
  connections: number;
  /** Sessions set up. */
  sessions: number;
  /** Requests answered. */
  requests: number;
  /** Requests answered with 400 and above. */
  refusals: number;
  /** Exceptions of our own that ended a session or a connection. */
  failures: number;
}

/** What the parts of one server share. */
export interface Services {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly catalog: Catalog;
  readonly registry: SessionRegistry<Session>;
  readonly udp: UdpPair;
  /** Sends to those who watch over their RTSP connection; undefined where Deno's sockets do that. */
  readonly direct: DirectSend | undefined;
  readonly rtspPort: number;
  /** Name of this server in sender reports. */
  readonly cname: string;
  readonly forms: Forms;
  readonly events: EventLog;
  readonly counters: Counters;
}

/** The RTSP connection as methods see it. */
export interface Control {
  readonly remote: Peer;
  readonly local: Peer;
  readonly writer: StreamWriter;
  /** The one session of this connection. */
  session: Session | undefined;
}
