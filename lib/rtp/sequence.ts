/** Sequence numbers are counted modulo this (RFC 3550 section 5.1). */
export const SEQUENCE_MODULUS = 0x10000;

/** A gap of this many packets or more is a restart of the source, not loss (RFC 3550 A.1). */
export const MAX_DROPOUT = 3000;
/** A packet further behind than this is a restart of the source, not reordering (RFC 3550 A.1). */
export const MAX_MISORDER = 100;

/** Numbers remembered to tell duplicates; a power of two above MAX_MISORDER. */
const HISTORY = 128;

/** Steps from sequence number `from` to `to`, from -32768 to 32767; positive when `to` comes later. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/**
 * What a packet's sequence number says about it: `probation` and `jump` packets are not yet believed and must not be
 * used, `restart` is the first believed one after a jump.
 */
export type SequenceVerdict = "ok" | "reordered" | "duplicate" | "restart" | "probation" | "jump";

/** The sequence numbers of one source, extended to more than 16 bits (RFC 3550 A.1 and A.3). */
export class ExtendedSequence {
  readonly #minSequential: number;
  /** Packets in order that are still needed. */
  #probation: number;
  #started = false;
  #base = 0;
  #highest = 0;
  #received = 0;
  #unique = 0;
  /** The number that would confirm a jump, or -1. */
  #expectedAfterJump = -1;
  readonly #history = new Float64Array(HISTORY);

  /** `minSequential` packets in order are needed before the source is believed; 1 believes it at once. */
  constructor(minSequential = 2) {
    this.#minSequential = this.#probation = minSequential;
  }

  /** Whether the source has passed its probation. */
  get valid(): boolean {
    return this.#started && this.#probation === 0;
  }

  /** The highest number seen, counted on over wraps. */
  get highest(): number {
    return this.#highest;
  }

  /** Packets that should have come since the source was believed. */
  get expected(): number {
    return this.valid ? this.#highest - this.#base + 1 : 0;
  }

  /** Packets that came, duplicates among them, as reports count them. */
  get received(): number {
    return this.#received;
  }

  /** Packets that came, each number once. */
  get unique(): number {
    return this.#unique;
  }

  /** Judges the next arriving 16-bit number. */
  update(sequence: number): SequenceVerdict {
    if (!this.valid) return this.#tryOut(sequence);
    const distance = sequenceDistance(this.#highest & 0xffff, sequence);
    if (distance > 0 && distance < MAX_DROPOUT) {
      this.#highest += distance;
      return this.#count(this.#highest, "ok");
    }
    if (distance <= 0 && distance > -MAX_MISORDER) return this.#count(this.#highest + distance, "reordered");
    if (sequence === this.#expectedAfterJump) {
      this.#start(sequence);
      return "restart";
    }
    this.#expectedAfterJump = (sequence + 1) % SEQUENCE_MODULUS;
    return "jump";
  }

  #tryOut(sequence: number): SequenceVerdict {
    const inOrder = this.#started && sequence === ((this.#highest + 1) & 0xffff);
    this.#probation = (inOrder ? this.#probation : this.#minSequential) - 1;
    this.#started = true;
    this.#highest = sequence;
    if (this.#probation > 0) return "probation";
    this.#start(sequence);
    return "ok";
  }

  #start(sequence: number): void {
    // One modulus up, so that a packet from just before the first one has a number above zero.
    this.#base = this.#highest = SEQUENCE_MODULUS + sequence;
    this.#received = this.#unique = 0;
    this.#expectedAfterJump = -1;
    this.#history.fill(-1);
    this.#count(this.#base, "ok");
  }

  #count(extended: number, verdict: "ok" | "reordered"): SequenceVerdict {
    this.#received++;
    const slot = extended % HISTORY;
    if (this.#history[slot] === extended) return "duplicate";
    this.#history[slot] = extended;
    this.#unique++;
    return verdict;
  }
}
