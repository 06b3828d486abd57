/** One stream that a server offers. The page reads this file for its types. */
export interface OfferedStream {
  /** Its name for a person: text of a stranger, at most about 120 characters. */
  readonly name: string;
  readonly url: string;
}
