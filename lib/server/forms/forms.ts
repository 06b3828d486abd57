import type { ServerConfig } from "../config.ts";
import { labForm } from "./lab_form.ts";
import { type MediaForm, rtpForm, shrinkIn } from "./media_form.ts";
import type { TranscodePool } from "./transcode_pool.ts";

/** The ways in which one server carries pictures; one object for each, so that viewers of the same share their work. */
export class Forms {
  readonly lab: MediaForm;
  readonly #rtp: MediaForm;
  /** By size; `parseVariant()` bounds how many there can be. */
  readonly #fitted = new Map<number, MediaForm>();
  readonly #options: { readonly pool: TranscodePool; readonly onvifExtension: boolean };

  constructor({ labLargeFrames, onvifExtension }: ServerConfig, pool: TranscodePool) {
    this.#options = { pool, onvifExtension };
    this.#rtp = rtpForm(this.#options);
    this.lab = labForm(labLargeFrames === "shrink" ? shrinkIn(pool) : undefined);
  }

  /** RFC 2435, with pictures of at most `fit` pixels in width and height. */
  rtp(fit?: number): MediaForm {
    if (fit === undefined) return this.#rtp;
    const known = this.#fitted.get(fit);
    if (known) return known;
    const form = rtpForm({ ...this.#options, fit });
    this.#fitted.set(fit, form);
    return form;
  }
}
