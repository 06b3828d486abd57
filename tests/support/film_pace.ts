import { assert } from "@std/assert";

/**
 * Holds where pictures with these numbers, in the order in which they were seen, are of a film that runs at `scale`:
 * faster than its own pace it leaves out as many as the scale says, and shows the others. Whoever looks too seldom misses
 * some, which changes nothing.
 */
export function assertRunsAt(scale: number, numbers: readonly number[]): void {
  for (const [index, number] of numbers.slice(1).entries()) {
    const steps = (number - numbers[index]!) / scale;
    assert(steps > 0 && Number.isInteger(steps), `Pictures ${numbers.join(", ")} are not of scale ${scale}`);
  }
}
