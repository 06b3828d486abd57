/** The end of a range travels as decimal text: a frame so little before it is the one that the client means, seconds. */
const END_TOLERANCE_S = 1e-5;
/** Rounding of a place in the film that was reached by multiplication, in steps. */
const STEP_TOLERANCE = 1e-6;

/** The times of a film's frames: what playback needs to know of a clip. */
export interface FrameTimes {
  readonly frameCount: number;
  /** Frames per second; the average where frames have times of their own. */
  readonly frameRate: number;
  /** Seconds from the first frame to the end of the last one. */
  readonly duration: number;
  /** Whether all frames are known. */
  readonly complete: boolean;
  timeOf(index: number): number;
  indexAt(time: number): number;
}

/** A stretch of film as it is to be played. */
export interface Passage {
  /** The first frame. */
  readonly index: number;
  /** Media time in seconds: forward it is not played any more, backward its frame is the last. Left out: all there is. */
  readonly until?: number;
  /** 2 is twice as fast, negative is backwards; never 0. */
  readonly scale: number;
  /** 2: the packets leave twice as fast as they are to be shown. */
  readonly speed: number;
  /** Whether the film begins again at its end, for ever; a passage with `until` ends all the same. */
  readonly loop: boolean;
}

/**
 * Which frames a passage consists of, and where it ends. It knows no clock.
 *
 * Faster than normal, frames are left out so that no more are sent a second than the film has: those that are seen at
 * the film's own rate. Slower, every frame is sent, later. A frame keeps its own media time in either case.
 */
export class Course {
  readonly #times: FrameTimes;
  readonly #direction: 1 | -1;
  readonly #until: number;
  /** Where the steps are counted from, and their length in seconds of film; 0: every frame. */
  readonly #origin: number;
  readonly #step: number;
  readonly #loop: boolean;

  constructor(times: FrameTimes, { index, until, scale, loop }: Passage) {
    this.#times = times;
    this.#direction = scale < 0 ? -1 : 1;
    this.#until = until ?? this.#direction * Infinity;
    this.#origin = times.timeOf(index);
    this.#step = Math.abs(scale) > 1 ? Math.abs(scale) / times.frameRate : 0;
    this.#loop = loop && until === undefined;
  }

  /** The frame to be sent after frame `index`; past the film's ends (-1, the number of frames) behind its last one. */
  next(index: number): number {
    const neighbour = index + this.#direction;
    if (this.#step === 0) return neighbour;
    const { frameCount, duration } = this.#times;
    if (neighbour < 0 || neighbour >= frameCount) return neighbour;
    if (this.#direction < 0) return this.#nextBackward(index);
    const steps = Math.ceil((this.#times.timeOf(neighbour) - this.#origin) / this.#step - STEP_TOLERANCE);
    const time = this.#origin + (steps + STEP_TOLERANCE) * this.#step;
    return time >= duration ? frameCount : Math.max(neighbour, this.#times.indexAt(time));
  }

  /** Whether nothing is left of the passage at frame `index`; a film that still grows is waited for. */
  endsAt(index: number): boolean {
    if (index < 0) return true;
    if (this.#direction < 0) return index < this.#lastIndex();
    if (index >= this.#times.frameCount) return this.#times.complete;
    return this.#until !== Infinity && this.#times.timeOf(index) >= this.#until - END_TOLERANCE_S;
  }

  /** Media time in seconds at which frame `index` begins, or at which the passage ends if that comes first. */
  timeOf(index: number): number {
    const times = this.#times;
    if (this.#direction > 0) {
      return Math.min(index < times.frameCount ? times.timeOf(index) : times.duration, this.#until);
    }
    const last = this.#lastIndex();
    return index >= last ? times.timeOf(index) : times.timeOf(last) - Math.max(1 / times.frameRate, this.#step);
  }

  /** Where a loop begins again; undefined if the passage ends. */
  restart(): number | undefined {
    if (!this.#loop || this.#times.frameCount === 0) return undefined;
    return this.#direction > 0 ? 0 : this.#times.frameCount - 1;
  }

  #nextBackward(index: number): number {
    const steps = Math.floor((this.#origin - this.#times.timeOf(index)) / this.#step + STEP_TOLERANCE) + 1;
    const time = this.#origin - (steps - STEP_TOLERANCE) * this.#step;
    return time < 0 ? -1 : Math.min(index - 1, this.#times.indexAt(time));
  }

  #lastIndex(): number {
    return this.#until <= 0 ? 0 : this.#times.indexAt(this.#until + END_TOLERANCE_S);
  }
}
