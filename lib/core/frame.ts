/**
 * One picture of a film or a live feed: the value that travels through the whole house.
 *
 * Nobody writes into `data` after the frame was made; whoever needs other bytes makes another frame.
 */
export interface Frame {
  /** One whole JPEG, from SOI to EOI. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Position in the film, or running number in a live feed, from 0. */
  readonly index: number;
  /** Media time in seconds from the start of the film or feed. */
  readonly time: number;
}
