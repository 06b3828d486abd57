import { assertEquals } from "@std/assert";
import { Keeper, keeperPermissions } from "../../../lib/client/recent/keeper.ts";
import type { NumberedRequest } from "../../../lib/client/recent/keeper_messages.ts";
import type { RecentStream } from "../../../lib/client/recent/recent_stream.ts";
import { ManualClock, settle } from "../../support/manual_clock.ts";

const STREAM: RecentStream = { words: ["rtsp://h/a"], seen: 1 };

/** A port whose other end answers when the test says so. */
class FakePort {
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly asked: NumberedRequest[] = [];
  closed = false;

  postMessage(message: NumberedRequest): void {
    this.asked.push(message);
  }

  answer(number: number, streams: readonly RecentStream[]): void {
    this.onmessage?.(new MessageEvent("message", { data: { number, streams } }));
  }

  close(): void {
    this.closed = true;
  }
}

function stage() {
  const clock = new ManualClock();
  const port = new FakePort();
  return { clock, port, keeper: new Keeper(port as unknown as MessagePort, clock) };
}

Deno.test("keeperPermissions() allows one folder and nothing else", () => {
  assertEquals(keeperPermissions("/home/ann/.local/state/flipbook"), {
    read: ["/home/ann/.local/state/flipbook"],
    write: ["/home/ann/.local/state/flipbook"],
    net: false,
    ffi: false,
    run: false,
    env: false,
    sys: false,
    import: false,
  });
});

Deno.test("Keeper asks its thread, and each answer reaches its question", async () => {
  const { port, keeper } = stage();
  const answers = [keeper.list(), keeper.remember(STREAM), keeper.forget(["rtsp://h/a"]), keeper.forget()];
  assertEquals(port.asked.map(({ request }) => request), [
    { type: "list" },
    { type: "remember", stream: STREAM },
    { type: "forget", words: ["rtsp://h/a"] },
    { type: "forget" },
  ]);
  port.answer(2, [STREAM]);
  port.answer(1, []);
  port.answer(4, []);
  port.answer(3, []);
  port.answer(99, []);
  assertEquals(await Promise.all(answers), [[], [STREAM], [], []]);
});

Deno.test("Keeper goes on with what it knows where its thread does not answer", async () => {
  const { clock, port, keeper } = stage();
  const first = keeper.list();
  port.answer(1, [STREAM]);
  await first;
  const second = keeper.list();
  clock.advance(2000);
  assertEquals(await second, [STREAM]);
  port.answer(2, []);
  const third = keeper.list();
  keeper.close();
  assertEquals(await third, []);
  await settle();
  assertEquals([port.closed, clock.pending], [true, 0]);
});
