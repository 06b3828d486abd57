import { type Clock, systemClock } from "../core/clock.ts";
import { type Random, systemRandom } from "../core/random.ts";
import { DEFAULT_TIMEOUTS } from "./control/media_session.ts";
import { type PlayerNetwork, systemNetwork } from "./network.ts";
import type { WireLog } from "./inspection/wire_log.ts";
import type { PlayerOptions, PlayerTimeouts } from "./player_types.ts";

/** A player's options with all defaults filled in, as far as they never change. */
export interface PlayerSettings {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: PlayerNetwork;
  readonly timeouts: PlayerTimeouts;
  /** 0: any. */
  readonly rtpPort: number;
  readonly reconnect: boolean;
  /** Undefined: as the network needs it. */
  readonly latencyMs: number | undefined;
  /** Is told everything that passes between player and server. */
  readonly wire: WireLog | undefined;
}

/** A player's options, with what only programs of this house and tests give. */
export interface EngineOptions extends PlayerOptions {
  readonly network?: PlayerNetwork;
  readonly wire?: WireLog;
}

/** Fills in the defaults. */
export function settingsOf(options: EngineOptions): PlayerSettings {
  return {
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    network: options.network ?? systemNetwork,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    rtpPort: options.rtpPort ?? 0,
    reconnect: options.reconnect ?? false,
    latencyMs: options.latencyMs,
    wire: options.wire,
  };
}
