/** A film that the library does not have, or a name that can be none. The message never tells more than the name. */
export class NotFoundError extends Error {
  /** The class's name, as it stands in a stack trace. */
  override readonly name = "NotFoundError";
}
