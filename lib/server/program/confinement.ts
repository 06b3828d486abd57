import { fromFileUrl, resolve } from "@std/path";
import { libcPaths } from "../../net/libc.ts";
import type { ServeCommand } from "./arguments.ts";
import { DEFAULT_MEDIA, type ServerOptions } from "../config.ts";

/** The program's own files, which lie inside a compiled program: some modules are read while it runs. */
const OWN_FILES = fromFileUrl(new URL("../../../", import.meta.url));

/** To the thread that serves. */
export type ToServerThread = { readonly type: "start"; readonly command: ServeCommand } | { readonly type: "stop" };

/** From the thread that serves: it has ended, in order or with a failure in words for a person. */
export interface FromServerThread {
  readonly failure?: string;
}

/**
 * What the thread that talks to strangers may do: the network, reading what it serves, and the C library for sending in
 * batches. It can write nothing, start nothing, and read nothing else, whatever a stranger talks it into.
 */
export function threadPermissions(options: ServerOptions): Deno.PermissionOptionsObject {
  return {
    net: true,
    read: [OWN_FILES, ...(options.media ?? DEFAULT_MEDIA).map((path) => resolve(path))],
    ffi: Deno.build.os === "linux" ? libcPaths(Deno.build.arch).filter(mayOpen) : false,
    write: false,
    run: false,
    env: false,
    sys: false,
    import: false,
  };
}

/** A thread can be given only what the program has. */
function mayOpen(library: string): boolean {
  return Deno.permissions.querySync({ name: "ffi", path: library }).state === "granted";
}

/** `serve()` in a thread of its own with `threadPermissions()`. Rejects as `serve()` does, with the same words. */
export async function serveConfined(command: ServeCommand, stopped: Promise<void>): Promise<void> {
  const worker = new Worker(new URL("./server_thread.ts", import.meta.url), {
    type: "module",
    name: "server",
    deno: { permissions: threadPermissions(command.options) },
  });
  const post = (message: ToServerThread) => worker.postMessage(message);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromServerThread>) => {
        if (data.failure === undefined) resolve();
        else reject(new Error(data.failure));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      post({ type: "start", command });
      void stopped.then(() => post({ type: "stop" }));
    });
  } finally {
    worker.terminate();
  }
}
