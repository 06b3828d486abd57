import type { Bytes } from "../../core/bytes.ts";
import type { Clock } from "../../core/clock.ts";
import type { WireMessage } from "../inspection/inspection_messages.ts";
import { writePcap } from "../inspection/pcap.ts";
import { MAX_BATCH_PACKETS, wireMessage } from "../inspection/wire_batch.ts";
import type { WireLog, WireRecord } from "../inspection/wire_log.ts";

/** Milliseconds between two messages to the pages. */
const INTERVAL = 200;
/** Bytes on their way to a page that does not read; then it is told no more until it does (robustness B08). */
const MAX_BUFFERED = 1024 * 1024;

/** What an inspector needs of a page's connection. */
export interface InspectingPage {
  /** Bytes that were sent and have not left. */
  readonly buffered: number;
  send(message: WireMessage): void;
  sendCapture(capture: Bytes): void;
}

/** Tells pages whose inspector is open what passes on the wire; without such a page nothing runs here. */
export class InspectorHost {
  readonly #wire: WireLog;
  readonly #clock: Clock;
  /** The pages, and whether they still have to be told what was before. */
  readonly #pages = new Map<InspectingPage, { fresh: boolean }>();
  #pending: WireRecord[] = [];
  #cancel: (() => void) | undefined;

  constructor(wire: WireLog, clock: Clock) {
    this.#wire = wire;
    this.#clock = clock;
  }

  /** The page has opened or closed its inspector; a page that goes away closes it too. */
  inspect(page: InspectingPage, on: boolean): void {
    if (on) this.#pages.set(page, { fresh: true });
    else this.#pages.delete(page);
    const wanted = this.#pages.size > 0;
    if (wanted === this.#wire.listening) return this.#flush();
    this.#wire.listen(wanted);
    this.#wire.onRecord = wanted ? (record) => this.#take(record) : undefined;
    this.#flush();
  }

  /** Sends everything that is remembered, as a pcap file. */
  capture(page: InspectingPage): void {
    page.sendCapture(writePcap(this.#wire.records()));
  }

  #take(record: WireRecord): void {
    this.#pending.push(record);
    if (this.#pending.length > 2 * MAX_BATCH_PACKETS) this.#pending.splice(0, MAX_BATCH_PACKETS);
    this.#cancel ??= this.#clock.at(this.#clock.now() + INTERVAL, () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const pending = this.#pending;
    this.#pending = [];
    const news = pending.length > 0 ? wireMessage(pending, false) : undefined;
    for (const [page, told] of this.#pages) {
      if (page.buffered > MAX_BUFFERED) {
        told.fresh = true;
        continue;
      }
      const message = told.fresh ? wireMessage(this.#wire.records(), true) : news;
      told.fresh = false;
      if (message !== undefined) page.send(message);
    }
  }
}
