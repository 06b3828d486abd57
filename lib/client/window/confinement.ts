import { fromFileUrl } from "@std/path";
import { libcPaths } from "../../net/libc.ts";

/** What the package `ws` asks the environment for: whether to leave out helpers that are not there anyway. */
export const WEB_SOCKET_VARIABLES: readonly string[] = ["WS_NO_BUFFER_UTIL", "WS_NO_UTF_8_VALIDATE"];

/** The program's own files, the page among them, which lie inside a compiled program. */
const OWN_FILES = fromFileUrl(new URL("../../../", import.meta.url));

/**
 * What the engine's thread may do, which talks to servers and to its page: the network, the program's own files, ending
 * and naming the window through the window's `library`, and the C library. It can write pictures and films into
 * `folders`, and start nothing.
 */
export function enginePermissions(
  library: string | undefined,
  folders: readonly string[],
): Deno.PermissionOptionsObject {
  const libraries = [...(library === undefined ? [] : [library]), ...libcPaths(Deno.build.arch)];
  return {
    net: true,
    read: [OWN_FILES],
    ffi: libraries.filter((path) => Deno.permissions.querySync({ name: "ffi", path }).state === "granted"),
    write: folders.length === 0 ? false : [...folders],
    run: false,
    env: [...WEB_SOCKET_VARIABLES],
    sys: false,
    import: false,
  };
}

/**
 * Gives up for good what playing without a window does not need. The C library stays: UDP sockets ask it for large
 * buffers.
 */
export function keepOnlyNetwork(): void {
  for (const name of ["read", "write", "run", "env", "sys"] as const) Deno.permissions.revokeSync({ name });
}
