import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { systemClock } from "../../lib/core/clock.ts";
import { systemRandom } from "../../lib/core/random.ts";
import { JpegSplitter } from "../../lib/jpeg/boundary.ts";
import { type Bridge, startBridge } from "../../lib/client/bridge/bridge.ts";
import { WireLog } from "../../lib/client/inspection/wire_log.ts";
import { PlayerHost } from "../../lib/client/bridge/player_host.ts";
import { type FakeFilm, FakePlayer } from "./fake_player.ts";

const PAGE = new URL("../../lib/client/page/", import.meta.url);
const FILM = new URL("../../media/flipbook.mjpeg", import.meta.url);
export const FILM_ADDRESS = "rtsp://127.0.0.1:8554/flipbook.mjpeg";

/** A film that is counted but written nowhere. */
const UNSEEN_FILM = {
  writer: { size: 3_400_000, write: () => Promise.resolve(), finish: () => Promise.resolve() },
  close() {},
};

let pictures: Promise<readonly Uint8Array<ArrayBuffer>[]> | undefined;

/** All pictures of the film that comes with Flipbook. */
export function filmPictures(): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  return pictures ??= Deno.readFile(FILM).then((bytes) => new JpegSplitter().push(bytes));
}

/** The real bridge and page before a player that needs no server. */
export class PageStage implements AsyncDisposable {
  /** `wire` is what the inspector shows; nothing is in it until a test puts it there. */
  private constructor(
    readonly host: PlayerHost,
    readonly player: FakePlayer,
    readonly bridge: Bridge,
    readonly wire: WireLog,
  ) {}

  static async open(film: Partial<FakeFilm> = {}, autoplay = false): Promise<PageStage> {
    const whole: FakeFilm = { pictures: await filmPictures(), width: 640, height: 480, frameRate: 25, ...film };
    let player!: FakePlayer;
    const wire = new WireLog(systemClock);
    const host = new PlayerHost({
      wire,
      address: FILM_ADDRESS,
      autoplay,
      quitWithoutPages: false,
      onQuit: () => {},
      shelf: {
        pictures: "/home/ann/Pictures/Flipbook",
        films: "/home/ann/Videos/Flipbook",
        savePicture: (_, { index }) => Promise.resolve(`/home/ann/Pictures/Flipbook/flipbook-00${index}.jpg`),
        createFilm: (_, format) =>
          Promise.resolve({ path: `/home/ann/Videos/Flipbook/flipbook.${format}`, film: UNSEEN_FILM }),
      },
      openPlayer: (events) => player = new FakePlayer(events, whole),
    });
    const bridge = await startBridge({ listener: host, random: systemRandom, page: PAGE });
    host.start();
    return new PageStage(host, player, bridge, wire);
  }

  /** A page in a tab of its own that has loaded and connected. */
  async page(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 880, height: 736 }, ...options })).newPage();
    await page.goto(this.bridge.newAddress());
    await page.locator("#address:not(:empty)").waitFor({ state: "attached" });
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.quit();
    await this.bridge.close();
  }
}
