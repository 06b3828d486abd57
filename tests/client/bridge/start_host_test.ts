import { assertEquals, assertStringIncludes } from "@std/assert";
import { StartHost, type StartHostOptions, type StreamHost } from "../../../lib/client/bridge/start_host.ts";
import { PlayerError, type Source } from "../../../lib/client/player_types.ts";
import type { Memory } from "../../../lib/client/recent/keeper.ts";
import type { RecentStream } from "../../../lib/client/recent/recent_stream.ts";
import { forget, remember } from "../../../lib/client/recent/recent_streams.ts";
import { FakePage } from "../../support/fake_page.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";

const NAMED: Source = { kind: "rtsp", url: "rtsp://127.0.0.1:8554/named" };

function memoryOf(streams: readonly RecentStream[]): Memory {
  let kept = streams;
  return {
    list: () => Promise.resolve(kept),
    remember: (stream) => Promise.resolve(kept = remember(kept, stream)),
    forget: (words) => Promise.resolve(kept = forget(kept, words)),
  };
}

type Options = Partial<Pick<StartHostOptions, "source" | "memory" | "quitWithoutPages" | "ask">>;

function stage(options: Options = {}) {
  const clock = new ManualClock();
  const calls: string[] = [];
  const asked: string[] = [];
  const sources: [Source, boolean][] = [];
  const playing: (Source | undefined)[] = [];
  const left = Promise.withResolvers<void>();
  const note = (name: string) => (): void => void calls.push(name);
  const host = new StartHost({
    clock,
    quitWithoutPages: false,
    onQuit: note("all quit"),
    onSource: (source) => playing.push(source),
    ask(url) {
      asked.push(url);
      return Promise.reject(new PlayerError("unreachable", "Nobody"));
    },
    open(source, onQuit, chosen): StreamHost {
      sources.push([source, chosen]);
      return {
        start: note("start"),
        requestClose: note("close"),
        connected: note("connected"),
        disconnected: note("disconnected"),
        command: (_page, { type }) => calls.push(type),
        leave() {
          calls.push("left");
          return left.promise;
        },
        quit() {
          calls.push("quit");
          onQuit();
          return Promise.resolve();
        },
      };
    },
    ...options,
  });
  host.start();
  const page = new FakePage();
  host.connected(page.connection);
  const say = (...words: string[]) => host.command(page.connection, { type: "open", words });
  const leave = async () => {
    host.command(page.connection, { type: "leave" });
    left.resolve();
    await settle();
  };
  return { clock, calls, asked, sources, playing, left, host, page, say, leave };
}

Deno.test("StartHost asks its pages, and hands everything to the host of what was chosen", async () => {
  const { calls, sources, playing, host, page, say } = stage();
  host.command(page.connection, { type: "play" });
  assertEquals(page.messages[0], { type: "start", problem: undefined, recent: undefined, servers: [] });
  say("rtsp://127.0.0.1:8554/film");
  host.command(page.connection, { type: "play" });
  host.requestClose();
  const source: Source = { kind: "rtsp", url: "rtsp://127.0.0.1:8554/film" };
  assertEquals([sources, playing], [[[source, true]], [source]]);
  await host.quit();
  assertEquals(calls, ["start", "connected", "play", "close", "quit", "all quit"]);
});

Deno.test("StartHost takes the assignment's four values", () => {
  const { sources, say } = stage();
  say("127.0.0.1", "1025", "0", "movie.Mjpeg");
  assertEquals(sources, [[{ kind: "lab", host: "127.0.0.1", port: 1025, rtpPort: 0, file: "movie.Mjpeg" }, true]]);
});

Deno.test("B06 StartHost opens nothing but rtsp(s) and the assignment's values, and says why", () => {
  const { sources, page, say } = stage();
  for (const words of [["file:///etc/passwd"], ["http://169.254.169.254/"], ["gopher://a"], ["h", "22x", "0", "f"]]) {
    say(...words);
    assertStringIncludes(page.last("start").problem!, words.length === 1 ? "rtsp://host:8554/name" : "PORT must be");
  }
  assertEquals(sources, []);
});

Deno.test("StartHost plays at once what was named, and ends it for another stream without quitting", async () => {
  const { calls, sources, playing, page, say, leave } = stage({ source: NAMED });
  assertEquals([sources, page.messages, calls], [[[NAMED, false]], [], ["start", "connected"]]);
  await leave();
  assertEquals(calls.slice(2), ["left", "disconnected"]);
  assertEquals([page.last("start").problem, playing], [undefined, [NAMED, undefined]]);
  say("rtsp://h/b");
  assertEquals(sources.length, 2);
});

Deno.test("StartHost shows no start page before the stream has ended, and quits when it has", async () => {
  const { calls, left, host, page, say } = stage({ source: NAMED });
  host.command(page.connection, { type: "leave" });
  host.command(page.connection, { type: "leave" });
  host.connected(new FakePage().connection);
  say("rtsp://h/b");
  await settle();
  assertEquals([page.messages, calls], [[], ["start", "connected", "left"]]);
  host.requestClose();
  assertEquals([page.messages, calls.at(-1)], [[{ type: "goodbye" }], "left"]);
  left.resolve();
  await settle();
  assertEquals([page.messages.length, calls.at(-1)], [1, "all quit"]);
});

Deno.test("StartHost shows recent streams, and forgets them one by one and all", async () => {
  const streams = ["a", "b", "c"].map((name, index) => ({ words: [`rtsp://h/${name}`], seen: 10 - index }));
  const { host, page } = stage({ memory: memoryOf(streams) });
  await settle();
  assertEquals(page.last("start").recent, streams);
  host.command(page.connection, { type: "forget", words: ["rtsp://h/b"] });
  await settle();
  assertEquals(page.last("start").recent, [streams[0]!, streams[2]!]);
  host.command(page.connection, { type: "forget" });
  await settle();
  assertEquals(page.last("start").recent, []);
});

Deno.test("StartHost asks the servers of this machine when a page comes, when told to, and never while it plays", async () => {
  const offered = [{ name: "film", url: "rtsp://127.0.0.1:8554/film" }];
  const asked: string[] = [];
  const ask = (url: string) => {
    asked.push(url);
    return Promise.resolve(offered);
  };
  const { host, page, say } = stage({ ask });
  await settle();
  assertEquals(page.last("start").servers, [{ address: "127.0.0.1:8554", state: "offers", streams: offered }]);
  host.command(page.connection, { type: "refresh" });
  await settle();
  assertEquals(asked, ["rtsp://127.0.0.1:8554/", "rtsp://127.0.0.1:8554/"]);
  say("rtsp://h/a");
  const before = page.messages.length;
  host.command(page.connection, { type: "refresh" });
  await settle();
  assertEquals([asked.length, page.messages.length], [2, before]);
});

Deno.test("StartHost quits with its window, and some seconds after the last page of a browser", () => {
  const window = stage();
  window.host.requestClose();
  assertEquals([window.calls, window.page.messages.at(-1)], [["all quit"], { type: "goodbye" }]);
  const browser = stage({ quitWithoutPages: true });
  browser.host.disconnected(browser.page.connection);
  browser.clock.advance(4000);
  browser.host.connected(browser.page.connection);
  browser.clock.advance(60_000);
  assertEquals(browser.calls, []);
  browser.host.disconnected(browser.page.connection);
  browser.clock.advance(6000);
  assertEquals(browser.calls, ["all quit"]);
});
