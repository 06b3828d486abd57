/**
 * Bytes from outside that do not follow their format.
 *
 * `offset` is the position, in bytes from the start of the data named in the message, where reading stopped.
 */
export class InvalidDataError extends Error {
  /** The class's name, as it stands in a stack trace. */
  override readonly name = "InvalidDataError";
  /** Where reading stopped, bytes from the start. */
  readonly offset: number | undefined;

  /** `offset`, if known, is added to the message. */
  constructor(message: string, offset?: number) {
    super(offset === undefined ? message : `${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** The words of anything that was thrown, for a log line or a person. */
export function errorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
