import { log } from "../../core/log.ts";
import { MAX_RTP_JPEG_SIZE } from "../../jpeg/rfc2435.ts";

/** Tells the operator of pictures that not every client will show. */
export function noteSize(stream: string, { width, height }: { width: number; height: number }): void {
  if (width <= MAX_RTP_JPEG_SIZE && height <= MAX_RTP_JPEG_SIZE) return;
  log("server", "stream").warn(
    "{stream} is {width}x{height}: players made with FFmpeg show nothing over {most} pixels; for them there is {sibling}",
    { stream, width, height, most: MAX_RTP_JPEG_SIZE, sibling: `${stream}?fit=${MAX_RTP_JPEG_SIZE}` },
  );
}

/** Tells the operator, once for each stream and form, what becomes of its pictures; the rest is counted. */
export class FormNotes {
  #unusable = 0;
  #changed = 0;

  constructor(private readonly stream: string, private readonly form: string) {}

  /** Times that a picture was found that the form cannot carry. */
  get unusable(): number {
    return this.#unusable;
  }

  /** Times that a picture had to be changed. */
  get changed(): number {
    return this.#changed;
  }

  refused(index: number, reason: string): void {
    if (this.#unusable++ > 0) return;
    log("server", "stream").warn("Frame {index} of {stream} cannot be sent in {form} form and is left out: {reason}", {
      ...this.#facts(index),
      reason,
    });
  }

  wasChanged(index: number, change: string): void {
    if (this.#changed++ > 0) return;
    log("server", "stream").warn("Frames of {stream} are changed for {form} form, from frame {index} on: {change}", {
      ...this.#facts(index),
      change,
    });
  }

  #facts(index: number): { index: number; stream: string; form: string } {
    return { index, stream: this.stream, form: this.form };
  }
}
