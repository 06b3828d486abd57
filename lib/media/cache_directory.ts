import { join } from "@std/path";

/**
 * Where this user's machine keeps what programs can always make again: Flipbook's own directory in there.
 *
 * Undefined when the environment does not tell, or may not be read. The directory need not exist yet.
 */
export function cacheDirectory(environment: (name: string) => string | undefined = readVariable): string | undefined {
  if (Deno.build.os === "windows") return below(environment("LOCALAPPDATA"), "Flipbook", "Cache");
  if (Deno.build.os === "darwin") return below(environment("HOME"), "Library", "Caches", "Flipbook");
  return below(environment("XDG_CACHE_HOME"), "flipbook") ?? below(environment("HOME"), ".cache", "flipbook");
}

function below(directory: string | undefined, ...names: string[]): string | undefined {
  return directory ? join(directory, ...names) : undefined;
}

function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // Without the permission there is no cache: never worth a question to the user.
    return undefined;
  }
}
