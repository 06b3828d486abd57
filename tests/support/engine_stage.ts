import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { systemRandom } from "../../lib/core/random.ts";
import { type Bridge, startBridge } from "../../lib/client/bridge/bridge.ts";
import type { PageConnection, PageListener } from "../../lib/client/bridge/bridge_socket.ts";
import { PlayerHost, type PlayerHostOptions } from "../../lib/client/bridge/player_host.ts";
import { Player } from "../../lib/client/player.ts";
import type { EngineOptions } from "../../lib/client/player_settings.ts";
import type { Source } from "../../lib/client/player_types.ts";

const PAGE = new URL("../../lib/client/page/", import.meta.url);

/** The real player, bridge and page: all of the program but its window. */
export class EngineStage implements AsyncDisposable {
  private constructor(
    readonly host: PlayerHost,
    readonly bridge: Bridge,
    /** The pages that are connected. */
    readonly pages: ReadonlySet<PageConnection>,
    /** Number of the picture that came last. */
    readonly newest: () => number | undefined,
  ) {}

  static async open(
    source: Source,
    options: EngineOptions & Partial<Pick<PlayerHostOptions, "autoplay" | "shelf">> = {},
  ): Promise<EngineStage> {
    const { autoplay = true, shelf, ...settings } = options;
    const { wire } = settings;
    let newest: number | undefined;
    const host = new PlayerHost({
      address: source.kind === "rtsp" ? source.url : `${source.host}:${source.port} ${source.file}`,
      autoplay,
      quitWithoutPages: false,
      onQuit: () => {},
      ...(shelf && { shelf }),
      ...(wire && { wire }),
      openPlayer: (events) =>
        new Player(source, settings, {
          ...events,
          frame(frame) {
            newest = frame.index;
            events.frame?.(frame);
          },
        }),
    });
    const pages = new Set<PageConnection>();
    const listener: PageListener = {
      connected(page) {
        pages.add(page);
        host.connected(page);
      },
      command: (page, command) => host.command(page, command),
      disconnected(page) {
        pages.delete(page);
        host.disconnected(page);
      },
    };
    const bridge = await startBridge({ listener, random: systemRandom, page: PAGE });
    host.start();
    return new EngineStage(host, bridge, pages, () => newest);
  }

  /** A page in a tab of its own. */
  async page(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 880, height: 736 }, ...options })).newPage();
    await page.goto(this.bridge.newAddress());
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.quit();
    await this.bridge.close();
  }
}
