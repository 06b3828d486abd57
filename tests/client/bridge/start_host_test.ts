import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PageConnection } from "../../../lib/client/bridge/bridge_socket.ts";
import type { EngineMessage } from "../../../lib/client/bridge/protocol.ts";
import { type Host, StartHost } from "../../../lib/client/bridge/start_host.ts";
import type { Source } from "../../../lib/client/player_types.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";

class FakePage {
  readonly messages: EngineMessage[] = [];

  send(message: EngineMessage): void {
    this.messages.push(message);
  }

  get connection(): PageConnection {
    return this as unknown as PageConnection;
  }
}

function stage(quitWithoutPages = false) {
  const clock = new ManualClock();
  const calls: string[] = [];
  const sources: Source[] = [];
  const note = (name: string) => (): void => void calls.push(name);
  const host = new StartHost({
    clock,
    quitWithoutPages,
    onQuit: note("all quit"),
    open(source, onQuit): Host {
      sources.push(source);
      return {
        start: note("start"),
        requestClose: note("close"),
        connected: note("connected"),
        disconnected: note("disconnected"),
        command: (_page, { type }) => calls.push(type),
        quit() {
          calls.push("quit");
          onQuit();
          return Promise.resolve();
        },
      };
    },
  });
  const page = new FakePage();
  host.connected(page.connection);
  const say = (...words: string[]) => host.command(page.connection, { type: "open", words });
  return { clock, calls, sources, host, page, say };
}

Deno.test("StartHost asks its pages, and hands everything to the host of what was chosen", async () => {
  const { calls, sources, host, page, say } = stage();
  host.command(page.connection, { type: "play" });
  assertEquals(page.messages, [{ type: "start", problem: undefined }]);
  say("rtsp://127.0.0.1:8554/film");
  host.command(page.connection, { type: "play" });
  host.requestClose();
  assertEquals(sources, [{ kind: "rtsp", url: "rtsp://127.0.0.1:8554/film" }]);
  await host.quit();
  assertEquals(calls, ["start", "connected", "play", "close", "quit", "all quit"]);
});

Deno.test("StartHost takes the assignment's four values", () => {
  const { sources, say } = stage();
  say("127.0.0.1", "1025", "0", "movie.Mjpeg");
  assertEquals(sources, [{ kind: "lab", host: "127.0.0.1", port: 1025, rtpPort: 0, file: "movie.Mjpeg" }]);
});

Deno.test("B06 StartHost opens nothing but rtsp(s) and the assignment's values, and says why", () => {
  const { sources, page, say } = stage();
  for (const words of [["file:///etc/passwd"], ["http://169.254.169.254/"], ["gopher://a"], ["h", "22x", "0", "f"]]) {
    say(...words);
    const last = page.messages.at(-1)!;
    assertEquals(last.type, "start");
    assertStringIncludes(JSON.stringify(last), words.length === 1 ? "rtsp://host:8554/name" : "PORT must be");
  }
  assertEquals(sources, []);
});

Deno.test("StartHost ends a stream for another one without quitting", async () => {
  const { calls, sources, host, page, say } = stage();
  say("rtsp://h/a");
  host.command(page.connection, { type: "leave" });
  await settle();
  assertEquals(calls, ["start", "connected", "disconnected", "quit"]);
  assertEquals(page.messages.at(-1), { type: "start", problem: undefined });
  say("rtsp://h/b");
  assertEquals(sources.length, 2);
});

Deno.test("StartHost quits with its window, and some seconds after the last page of a browser", () => {
  const window = stage();
  window.host.requestClose();
  assertEquals([window.calls, window.page.messages.at(-1)], [["all quit"], { type: "goodbye" }]);
  const browser = stage(true);
  browser.host.disconnected(browser.page.connection);
  browser.clock.advance(4000);
  browser.host.connected(browser.page.connection);
  browser.clock.advance(60_000);
  assertEquals(browser.calls, []);
  browser.host.disconnected(browser.page.connection);
  browser.clock.advance(6000);
  assertEquals(browser.calls, ["all quit"]);
});
