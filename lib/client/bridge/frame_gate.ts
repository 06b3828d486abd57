/** Pictures that one page may have received but not acknowledged. */
export const MAX_IN_FLIGHT = 2;
/** Bytes that one page may have received but not acknowledged; a single larger picture still passes alone. */
export const MAX_BYTES_IN_FLIGHT = 8 * 1024 * 1024;

/**
 * Stands between the engine and one page: at most two pictures are on their way, at most one waits, and a newer one
 * takes the place of the one that waits. So a page that is slow, hidden or hung costs little and shows the present
 * as soon as it reads on.
 */
export class FrameGate<T extends { readonly size: number }> {
  readonly #send: (serial: number, picture: T) => void;
  readonly #inFlight = new Map<number, number>();
  #waiting: T | undefined;
  #bytes = 0;
  #serial = 0;
  #skipped = 0;

  /** `send` is called with a serial number that the page must return to `acknowledge()`. */
  constructor(send: (serial: number, picture: T) => void) {
    this.#send = send;
  }

  /** Pictures that gave way to a newer one. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Pictures on their way. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Sends the picture, or keeps it as the one that waits. */
  push(picture: T): void {
    if (this.#isOpenFor(picture)) return this.#pass(picture);
    if (this.#waiting !== undefined) this.#skipped++;
    this.#waiting = picture;
  }

  /** The page has done with a picture. Numbers that were never sent are ignored. */
  acknowledge(serial: number): void {
    const size = this.#inFlight.get(serial);
    if (size === undefined) return;
    this.#inFlight.delete(serial);
    this.#bytes -= size;
    const next = this.#waiting;
    if (next === undefined || !this.#isOpenFor(next)) return;
    this.#waiting = undefined;
    this.#pass(next);
  }

  #isOpenFor(picture: T): boolean {
    if (this.#inFlight.size === 0) return true;
    return this.#inFlight.size < MAX_IN_FLIGHT && this.#bytes + picture.size <= MAX_BYTES_IN_FLIGHT;
  }

  #pass(picture: T): void {
    const serial = this.#serial;
    this.#serial = (serial + 1) >>> 0;
    this.#inFlight.set(serial, picture.size);
    this.#bytes += picture.size;
    this.#send(serial, picture);
  }
}
