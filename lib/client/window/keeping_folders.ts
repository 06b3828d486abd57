import { join } from "@std/path";

/** Flipbook's own folder among the person's pictures and films. */
const OWN = "Flipbook";
/** Bytes of the file of folders that are read. */
const MAX_FILE_SIZE = 64 * 1024;

/** Where the window saves pictures and films. */
export interface KeepingFolders {
  readonly pictures: string;
  readonly films: string;
}

interface Environment {
  get(name: string): string | undefined;
}

/**
 * The folders for pictures and films of the person whose environment this is, by the customs of the system; undefined
 * where that cannot be told, or may not be read.
 *
 * On Linux their names depend on the person's language: `userDirs` is the text of the file that tells them
 * (user-dirs.dirs of xdg-user-dirs), or empty.
 */
export function keepingFolders(os: string, environment: Environment, userDirs = ""): KeepingFolders | undefined {
  try {
    const home = environment.get(os === "windows" ? "USERPROFILE" : "HOME");
    const films = os === "darwin" ? "Movies" : "Videos";
    const told = os === "linux" ? readUserDirs(userDirs, home) : {};
    const pictures = environment.get("XDG_PICTURES_DIR") || told.PICTURES || below(home, "Pictures");
    const videos = environment.get("XDG_VIDEOS_DIR") || told.VIDEOS || below(home, films);
    if (!pictures || !videos) return undefined;
    return { pictures: join(pictures, OWN), films: join(videos, OWN) };
  } catch {
    // Without the permission nothing is kept: never worth a question to the person.
    return undefined;
  }
}

/** The text of the file that names the person's folders on Linux; empty where there is none. */
export function readUserDirsFile(environment: Environment): string {
  try {
    const folder = environment.get("XDG_CONFIG_HOME") || below(environment.get("HOME"), ".config");
    const path = folder && join(folder, "user-dirs.dirs");
    return path && Deno.statSync(path).size <= MAX_FILE_SIZE ? Deno.readTextFileSync(path) : "";
  } catch {
    return "";
  }
}

/** Lines such as XDG_PICTURES_DIR="$HOME/Bilder"; a folder that is the home itself means that there is none. */
function readUserDirs(text: string, home: string | undefined): { PICTURES?: string; VIDEOS?: string } {
  const folders: Record<string, string> = {};
  for (const [, name, inHome, path] of text.matchAll(/^XDG_(PICTURES|VIDEOS)_DIR="(?:(\$HOME)\/|(?=\/))([^"\n]*)"/gm)) {
    const whole = inHome === undefined ? path! : path === "" ? undefined : below(home, path!);
    if (whole !== undefined) folders[name!] = whole;
  }
  return folders;
}

function below(folder: string | undefined, name: string): string | undefined {
  return folder ? join(folder, name) : undefined;
}
