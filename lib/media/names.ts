/** Longest name of a film, in characters. */
const MAX_NAME_LENGTH = 512;
// deno-lint-ignore no-control-regex -- control characters are what must not get through
const FORBIDDEN = /[\x00-\x1f\x7f\\]|^[a-z]:/i;
/** In names of Windows a colon begins a hidden stream of the file. */
const FORBIDDEN_HERE = Deno.build.os === "windows" ? /:/ : undefined;

/**
 * Whether a name from outside may be looked up at all: a relative path with "/" that cannot leave its directory.
 *
 * Refused are "..", ".", empty and hidden parts, backslashes, drive letters, control characters and halves of
 * surrogate pairs. A name with anything percent-encoded in it is taken literally.
 */
export function isSafeName(name: string): boolean {
  if (name.length === 0 || name.length > MAX_NAME_LENGTH) return false;
  if (FORBIDDEN.test(name) || FORBIDDEN_HERE?.test(name) || !name.isWellFormed()) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !/[. ]$/.test(part));
}
