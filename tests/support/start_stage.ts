import { systemRandom } from "../../lib/core/random.ts";
import { type Bridge, startBridge } from "../../lib/client/bridge/bridge.ts";
import { PlayerHost } from "../../lib/client/bridge/player_host.ts";
import { StartHost } from "../../lib/client/bridge/start_host.ts";
import type { Source } from "../../lib/client/player_types.ts";
import { FakePlayer } from "./fake_player.ts";
import { FILM_ADDRESS, filmPictures } from "./page_stage.ts";

const PAGE = new URL("../../lib/client/page/", import.meta.url);

/** The real bridge and page of a player that was started without a stream; whatever is chosen is the film. */
export class StartStage implements AsyncDisposable {
  /** What was chosen. */
  readonly sources: Source[];

  private constructor(readonly host: StartHost, readonly bridge: Bridge, sources: Source[]) {
    this.sources = sources;
  }

  static async open(): Promise<StartStage> {
    const pictures = await filmPictures();
    const sources: Source[] = [];
    const host = new StartHost({
      quitWithoutPages: false,
      onQuit: () => {},
      open(source, onQuit) {
        sources.push(source);
        return new PlayerHost({
          address: FILM_ADDRESS,
          autoplay: true,
          quitWithoutPages: false,
          onQuit,
          openPlayer: (events) => new FakePlayer(events, { pictures, width: 640, height: 480, frameRate: 25 }),
        });
      },
    });
    return new StartStage(host, await startBridge({ listener: host, random: systemRandom, page: PAGE }), sources);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.quit();
    await this.bridge.close();
  }
}
