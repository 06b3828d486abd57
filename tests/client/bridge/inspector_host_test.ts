import { assertEquals } from "@std/assert";
import { encodeText } from "../../../lib/core/bytes.ts";
import { type InspectingPage, InspectorHost } from "../../../lib/client/bridge/inspector_host.ts";
import type { WireMessage } from "../../../lib/client/inspection/inspection_messages.ts";
import { WireLog } from "../../../lib/client/inspection/wire_log.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const ENDS = { local: { hostname: "127.0.0.1", port: 5004 }, remote: { hostname: "127.0.0.1", port: 6970 } };

class FakePage implements InspectingPage {
  buffered = 0;
  readonly messages: WireMessage[] = [];
  readonly captures: number[] = [];

  send(message: WireMessage): void {
    this.messages.push(message);
  }

  sendCapture(capture: Uint8Array): void {
    this.captures.push(capture.length);
  }
}

function stage() {
  const clock = new ManualClock();
  const wire = new WireLog(clock);
  const host = new InspectorHost(wire, clock);
  const say = (text: string) => wire.message(true, ENDS, encodeText(text));
  return { clock, wire, host, page: new FakePage(), say };
}

function told(page: FakePage): (readonly [boolean, ...string[]])[] {
  return page.messages.map(({ fresh, texts }) => [fresh, ...texts.map(({ text }) => text)] as const);
}

Deno.test("InspectorHost sends nothing and remembers no packet while no inspector is open", () => {
  const { clock, wire, host, page, say } = stage();
  say("before");
  assertEquals([wire.listening, clock.pending], [false, 0]);
  host.inspect(page, true);
  host.inspect(page, false);
  say("after");
  assertEquals([wire.listening, clock.pending], [false, 0]);
  assertEquals(told(page), [[true, "before"]]);
});

Deno.test("InspectorHost tells an opened inspector what was before, and then what passes, together", () => {
  const { clock, host, page, say } = stage();
  say("before");
  host.inspect(page, true);
  say("one");
  say("two");
  clock.advance(200);
  const late = new FakePage();
  host.inspect(late, true);
  clock.advance(1000);
  assertEquals(told(page), [[true, "before"], [false, "one", "two"]]);
  assertEquals(told(late), [[true, "before", "one", "two"]]);
});

Deno.test("B08 InspectorHost spares a page that does not read, and tells it all afterwards", () => {
  const { clock, host, page, say } = stage();
  host.inspect(page, true);
  page.buffered = 8_000_000;
  say("one");
  clock.advance(200);
  page.buffered = 0;
  say("two");
  clock.advance(200);
  assertEquals(told(page), [[true], [true, "one", "two"]]);
});

Deno.test("InspectorHost sends a capture to the page that asks", () => {
  const { host, page } = stage();
  host.capture(page);
  assertEquals(page.captures, [24]);
});
