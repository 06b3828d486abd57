import { join } from "@std/path";

/**
 * The folder for what the player remembers of its person from run to run, by the customs of the system. Undefined where
 * the environment does not tell, or may not be read. It need not exist yet.
 */
export function stateFolder(os: string, environment: { get(name: string): string | undefined }): string | undefined {
  try {
    // Beside the cache, not around it: whoever may write here must not reach what is loaded from there.
    if (os === "windows") return below(environment.get("LOCALAPPDATA"), "Flipbook", "State");
    if (os === "darwin") return below(environment.get("HOME"), "Library", "Application Support", "Flipbook");
    return below(environment.get("XDG_STATE_HOME"), "flipbook") ??
      below(environment.get("HOME"), ".local", "state", "flipbook");
  } catch {
    return undefined;
  }
}

function below(folder: string | undefined, ...names: string[]): string | undefined {
  return folder ? join(folder, ...names) : undefined;
}
