/** What was dropped, by reason. Reasons come from fixed sets, so the table stays small whatever a peer sends. */
export class DropCounter {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** How often each reason occurred. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** All drops together. */
  get total(): number {
    return this.#total;
  }

  /** Counts one drop. */
  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#total++;
  }
}
