/**
 * Bytes from outside that do not follow their format.
 *
 * `offset` is the position, in bytes from the start of the data named in the message, where reading stopped.
 */
export class InvalidDataError extends Error {
  override readonly name = "InvalidDataError";
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(offset === undefined ? message : `${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** The words of anything that was thrown, for a log line or a person. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
