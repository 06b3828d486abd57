import { encodeText } from "./bytes.ts";

/**
 * A way to write lines to an output that somebody may stop reading (`| head`): from then on `onBroken` has been called,
 * once, and lines go nowhere. `write` takes some of the bytes and returns how many, or throws when nobody reads.
 */
export function lineOutput(
  write: (bytes: Uint8Array) => number,
  onBroken: () => void = () => {},
): (line: string) => void {
  return lineOutputOf(write, (line) => `${line}\n`, onBroken);
}

function lineOutputOf(
  write: (bytes: Uint8Array) => number,
  form: (line: string) => string,
  onBroken: () => void = () => {},
): (line: string) => void {
  let broken = false;
  return (line) => {
    if (broken) return;
    const bytes = encodeText(form(line));
    try {
      for (let at = 0; at < bytes.length;) at += write(bytes.subarray(at));
    } catch {
      broken = true;
      onBroken();
    }
  };
}

/** A way to show a line in the place of the one before on a terminal; an empty one leaves a clean line. */
export function terminalLine(write: (bytes: Uint8Array) => number): (line: string) => void {
  // Back to the first column, and everything behind the cursor erased (ECMA-48: EL).
  return lineOutputOf(write, (line) => `\r${line}\x1b[K`);
}
