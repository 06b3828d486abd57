import type { Clock } from "../../core/clock.ts";

/** Milliseconds that a window may be without its page: a slow machine takes some to load it. */
const PATIENCE = 8000;
/** Every further attempt is waited for twice as long, up to so many milliseconds. */
const MAX_PATIENCE = 60_000;

/**
 * Sees that a window shows its page. The system's browser may lose it, when the process that draws it dies or does not
 * begin; then the window would stay empty while the player plays on, so the page is loaded anew.
 */
export class PageWatch {
  #standing = false;
  #pages = 0;
  #patience = PATIENCE;
  #cancel: (() => void) | undefined;

  /** `reload` loads the page in the window. */
  constructor(private readonly clock: Clock, private readonly reload: () => void) {}

  /** The window stands and loads its page. */
  begin(): void {
    this.#standing = true;
    this.#patience = PATIENCE;
    this.#look();
  }

  /** The window goes. */
  end(): void {
    this.#standing = false;
    this.#look();
  }

  /** A page has connected. */
  connected(): void {
    this.#pages++;
    this.#patience = PATIENCE;
    this.#look();
  }

  /** A page has gone. */
  disconnected(): void {
    this.#pages--;
    this.#look();
  }

  #look(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#standing || this.#pages > 0) return;
    this.#cancel = this.clock.at(this.clock.now() + this.#patience, () => {
      this.#patience = Math.min(2 * this.#patience, MAX_PATIENCE);
      this.reload();
      this.#look();
    });
  }
}
