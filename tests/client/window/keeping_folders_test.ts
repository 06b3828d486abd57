import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { keepingFolders, readUserDirsFile } from "../../../lib/client/window/keeping_folders.ts";
import { withMedia } from "../../support/make_film.ts";

const HOME = join("home", "ann");

function folders(os: string, variables: Record<string, string>, userDirs?: string): (string | undefined)[] {
  const found = keepingFolders(os, { get: (name) => variables[name] }, userDirs);
  return [found?.pictures, found?.films];
}

Deno.test("keepingFolders() stand in the person's own folders for pictures and films, on every system", () => {
  const inHome = (name: string) => join(HOME, name, "Flipbook");
  assertEquals(folders("linux", { HOME }), [inHome("Pictures"), inHome("Videos")]);
  assertEquals(folders("darwin", { HOME }), [inHome("Pictures"), inHome("Movies")]);
  assertEquals(folders("windows", { USERPROFILE: HOME, HOME: "x" }), [inHome("Pictures"), inHome("Videos")]);
  assertEquals(folders("linux", { HOME, XDG_PICTURES_DIR: "p", XDG_VIDEOS_DIR: "v" }), [
    join("p", "Flipbook"),
    join("v", "Flipbook"),
  ]);
});

Deno.test("keepingFolders() are called as the person's language calls them", () => {
  const german = '# made by a tool\nXDG_PICTURES_DIR="$HOME/Eigene Bilder"\nXDG_VIDEOS_DIR="/srv/Filme"\n';
  assertEquals(folders("linux", { HOME }, german), [
    join(HOME, "Eigene Bilder", "Flipbook"),
    join("/srv/Filme", "Flipbook"),
  ]);
  const none = 'XDG_PICTURES_DIR="$HOME/"\nXDG_VIDEOS_DIR=$(reboot)\n';
  assertEquals(folders("linux", { HOME }, none), folders("linux", { HOME }));
  assertEquals(folders("darwin", { HOME }, german), folders("darwin", { HOME }));
});

Deno.test("keepingFolders() are undefined where the environment does not tell, or may not be read", () => {
  assertEquals(folders("linux", {}), [undefined, undefined]);
  const closed = () => {
    throw new Deno.errors.NotCapable("Requires env access");
  };
  assertEquals(keepingFolders("linux", { get: closed }), undefined);
  assertEquals(readUserDirsFile({ get: closed }), "");
});

Deno.test("readUserDirsFile() reads the file where there is one, and no huge one", async () => {
  await withMedia({}, async (folder) => {
    const environment = new Map([["XDG_CONFIG_HOME", folder]]);
    assertEquals(readUserDirsFile(environment), "");
    await Deno.writeTextFile(join(folder, "user-dirs.dirs"), 'XDG_VIDEOS_DIR="$HOME/V"\n');
    assertEquals(readUserDirsFile(environment), 'XDG_VIDEOS_DIR="$HOME/V"\n');
    await Deno.writeTextFile(join(folder, "user-dirs.dirs"), "#".repeat(70_000));
    assertEquals(readUserDirsFile(environment), "");
  });
});
