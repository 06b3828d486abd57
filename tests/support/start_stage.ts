import { systemRandom } from "../../lib/core/random.ts";
import { type Bridge, startBridge } from "../../lib/client/bridge/bridge.ts";
import { PlayerHost } from "../../lib/client/bridge/player_host.ts";
import { Remembering } from "../../lib/client/bridge/remembering.ts";
import { StartHost } from "../../lib/client/bridge/start_host.ts";
import { systemClock } from "../../lib/core/clock.ts";
import type { OfferedStream } from "../../lib/client/control/offered_stream.ts";
import { PlayerError, type Source } from "../../lib/client/player_types.ts";
import type { Memory } from "../../lib/client/recent/keeper.ts";
import type { RecentStream } from "../../lib/client/recent/recent_stream.ts";
import { forget, remember, wordsToRemember } from "../../lib/client/recent/recent_streams.ts";
import { FakePlayer } from "./fake_player.ts";
import { FILM_ADDRESS, filmPictures } from "./page_stage.ts";

const PAGE = new URL("../../lib/client/page/", import.meta.url);

/** What the start page has to show. */
export interface StartScene {
  /** undefined: nothing is remembered. */
  readonly recent?: readonly RecentStream[];
  /** What the server of this machine says; absent: there is none. */
  readonly offered?: () => Promise<readonly OfferedStream[]>;
  /** What was named on the command line. */
  readonly source?: Source;
}

/** A memory that lasts as long as the test. */
class TestMemory implements Memory {
  constructor(public streams: readonly RecentStream[]) {}

  list = () => Promise.resolve(this.streams);
  remember = (stream: RecentStream) => Promise.resolve(this.streams = remember(this.streams, stream));
  forget = (words?: readonly string[]) => Promise.resolve(this.streams = forget(this.streams, words));
}

/** The real bridge and page of a player that was started without a stream; whatever is chosen is the film. */
export class StartStage implements AsyncDisposable {
  /** What was chosen. */
  readonly sources: Source[];

  private constructor(
    readonly host: StartHost,
    readonly bridge: Bridge,
    sources: Source[],
    readonly players: readonly FakePlayer[],
    readonly memory: Memory | undefined,
  ) {
    this.sources = sources;
  }

  static async open({ recent, offered = nobody, source }: StartScene = {}): Promise<StartStage> {
    const pictures = await filmPictures();
    const sources: Source[] = [];
    const players: FakePlayer[] = [];
    const memory = recent && new TestMemory(recent);
    const host = new StartHost({
      quitWithoutPages: false,
      onQuit: () => {},
      ask: offered,
      ...(memory && { memory }),
      ...(source && { source }),
      open(source, onQuit) {
        sources.push(source);
        const words = wordsToRemember(source);
        return new PlayerHost({
          address: FILM_ADDRESS,
          autoplay: true,
          quitWithoutPages: false,
          onQuit,
          ...(memory && words && { remembering: new Remembering(memory, words, systemClock) }),
          openPlayer(events) {
            const player = new FakePlayer(events, { pictures, width: 640, height: 480, frameRate: 25 });
            players.push(player);
            return player;
          },
        });
      },
    });
    const bridge = await startBridge({ listener: host, random: systemRandom, page: PAGE });
    host.start();
    return new StartStage(host, bridge, sources, players, memory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.quit();
    await this.bridge.close();
  }
}

function nobody(): Promise<never> {
  return Promise.reject(new PlayerError("unreachable", "No server answers on 127.0.0.1:8554."));
}
