import { assertEquals } from "@std/assert";
import { MAX_THUMBNAIL_SIZE } from "../../../lib/client/recent/recent_streams.ts";
import type { Clock } from "../../../lib/core/clock.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { makeJpeg } from "../../support/make_film.ts";
import { PageConnection, type Picture } from "../../../lib/client/bridge/bridge_socket.ts";
import type { PlayerStats } from "../../../lib/client/player_types.ts";
import type { PageCommand } from "../../../lib/client/bridge/protocol.ts";

/** As much of a page's socket as its connection touches. */
class FakeSocket extends EventTarget {
  /** Pings that were sent to the page. */
  pings = 0;
  readyState: number = WebSocket.OPEN;
  binaryType = "blob";
  bufferedAmount = 0;
  readonly sent: (string | Uint8Array)[] = [];
  closed: number | undefined;

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(code: number): void {
    this.readyState = WebSocket.CLOSED;
    this.closed ??= code;
    this.dispatchEvent(new CloseEvent("close"));
  }

  ping(): void {
    this.pings++;
  }

  terminate(): void {
    this.close(0);
  }

  on(event: "ping" | "pong", listener: () => void): void {
    this.addEventListener(event, listener);
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

function connect(clock: Clock = new ManualClock()) {
  const socket = new FakeSocket();
  const heard: (PageCommand | "connected" | "disconnected")[] = [];
  const page = new PageConnection(socket, {
    connected: () => heard.push("connected"),
    command: (_, command) => heard.push(command),
    disconnected: () => heard.push("disconnected"),
  }, clock);
  return { socket, heard, page };
}

const PICTURE: Picture = {
  frame: { data: new Uint8Array(100), index: 3, mediaTime: 0.1, width: 8, height: 8, arrival: 0 },
  arrival: 0,
  again: false,
  size: 100,
};

Deno.test("PageConnection hands on commands and tells of coming and going", () => {
  const { socket, heard } = connect();
  socket.say('{"type":"play"}');
  socket.close(1000);
  assertEquals(heard, ["connected", { type: "play" }, "disconnected"]);
});

Deno.test("B08 PageConnection sends a page that acknowledges nothing two pictures, then the newest", () => {
  const { socket, page } = connect();
  for (let index = 0; index < 100; index++) page.show({ ...PICTURE, frame: { ...PICTURE.frame, index } });
  assertEquals([socket.sent.length, page.skipped], [2, 97]);
  socket.say('{"type":"ack","serial":0}');
  const newest = socket.sent[2] as Uint8Array;
  assertEquals(new DataView(newest.buffer).getUint32(8), 99);
});

Deno.test("B08 PageConnection leaves out figures, but no other words, for a page that does not read", () => {
  const { socket, page } = connect();
  const stats = { type: "stats", stats: {} as PlayerStats, skipped: 0, recording: undefined } as const;
  page.send(stats);
  socket.bufferedAmount = 100_000;
  page.send(stats);
  page.send({ type: "notice", message: "still told" });
  socket.bufferedAmount = 0;
  page.send(stats);
  assertEquals(socket.sent.map((text) => JSON.parse(String(text)).type), ["stats", "notice", "stats"]);
});

Deno.test("B07 PageConnection closes on messages that are too long, too many, binary or nonsense, and on too many pings", () => {
  const cases: [(socket: FakeSocket) => void, number][] = [
    [(socket) => socket.say("x".repeat(5000)), 1009],
    [(socket) => socket.say(new ArrayBuffer(8)), 1003],
    [(socket) => socket.say("nonsense"), 1008],
    [(socket) => socket.say('{"type":"open","url":"file:///"}'), 1008],
    [(socket) => {
      for (let count = 0; count < 1001; count++) socket.say('{"type":"ack","serial":1}');
    }, 1008],
    [(socket) => {
      for (let count = 0; count < 1001; count++) socket.dispatchEvent(new Event("ping"));
    }, 1008],
  ];
  for (const [act, code] of cases) {
    const { socket, heard } = connect();
    act(socket);
    assertEquals([socket.closed, heard], [code, ["connected", "disconnected"]]);
  }
});

Deno.test("B07 PageConnection counts a page's messages by the second, so that it may play for as long as it likes", () => {
  const clock = new ManualClock();
  const { socket } = connect(clock);
  for (let second = 0; second < 5; second++) {
    for (let count = 0; count < 1000; count++) socket.say('{"type":"ack","serial":1}');
    clock.advance(1000);
  }
  assertEquals(socket.closed, undefined);
  for (let count = 0; count < 1001; count++) socket.say('{"type":"ack","serial":1}');
  assertEquals(socket.closed, 1008);
});

Deno.test("B07 PageConnection takes one kind of binary message, a thumbnail, and only if it is a small JPEG", () => {
  const message = (mark: number, jpeg: Uint8Array) => Uint8Array.of(mark, ...jpeg).buffer;
  const jpeg = makeJpeg(1);
  const { socket, heard } = connect();
  socket.say(message(3, jpeg));
  assertEquals([heard, socket.closed], [["connected", { type: "thumbnail", jpeg }], undefined]);
  const wrong = [
    message(2, jpeg),
    message(3, new TextEncoder().encode("<svg onload=alert(1)>")),
    message(3, makeJpeg(1, { width: 1024, height: 8 })),
    message(3, new Uint8Array(MAX_THUMBNAIL_SIZE + 1)),
    new ArrayBuffer(0),
    new ArrayBuffer(64 * 1024 * 1024),
  ];
  for (const data of wrong) {
    const { socket, heard } = connect();
    socket.say(data);
    assertEquals([heard, socket.closed], [["connected", "disconnected"], 1003]);
  }
});

Deno.test("B09 PageConnection ends when its page no longer answers pings", () => {
  const clock = new ManualClock();
  const { socket, heard } = connect(clock);
  for (let count = 0; count < 10; count++) {
    clock.advance(30_000);
    socket.dispatchEvent(new Event("pong"));
  }
  assertEquals([heard, socket.pings === 10], [["connected"], true]);
  clock.advance(60_000);
  assertEquals(heard, ["connected", "disconnected"]);
  assertEquals(clock.pending, 0);
});

Deno.test("PageConnection sends nothing to a page that has gone", () => {
  const { socket, page } = connect();
  socket.readyState = WebSocket.CLOSING;
  page.send({ type: "goodbye" });
  page.show(PICTURE);
  page.close();
  assertEquals([socket.sent, socket.closed], [[], undefined]);
});
