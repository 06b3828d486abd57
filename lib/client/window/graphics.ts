import { libcPaths } from "../../net/libc.ts";
import { cString } from "./webview.ts";

/** What spares a machine the imitation of a graphics processor, by the variables of the environment. */
export const WITHOUT_PROCESSOR: Readonly<Record<string, string>> = {
  /** WebKitGTK hands its pictures over in plain memory, not as buffers of the processor. */
  WEBKIT_DISABLE_DMABUF_RENDERER: "1",
  /** GTK draws its window without OpenGL, and so is there earlier. */
  GSK_RENDERER: "cairo",
};

/** Where Linux offers its graphics processors, and how many are looked for. */
const RENDER_NODE = "/dev/dri/renderD";
const FIRST_NODE = 128;
const NODES = 8;
const READ_AND_WRITE = 6;

/**
 * Sets up the environment for the window's library, before it is loaded. On a Linux machine without a graphics
 * processor WebKitGTK otherwise imitates one on the CPU: pictures then come twice as late, and large ones seconds late.
 * What the person has set stays.
 */
export function prepareGraphics(): void {
  if (Deno.build.os !== "linux" || hasRenderNode() !== false) return;
  for (const [name, value] of Object.entries(WITHOUT_PROCESSOR)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
}

/** Whether this user can reach a graphics processor; undefined where the system does not say. Linux. */
export function hasRenderNode(): boolean | undefined {
  // Deno itself looks into /dev for nobody but programs that may do everything.
  for (const path of ["libc.so.6", ...libcPaths(Deno.build.arch)]) {
    try {
      const libc = Deno.dlopen(path, { access: { parameters: ["buffer", "i32"], result: "i32" } });
      const nodes = Array.from({ length: NODES }, (_, index) => cString(`${RENDER_NODE}${FIRST_NODE + index}`));
      const found = nodes.some((node) => libc.symbols.access(node, READ_AND_WRITE) === 0);
      libc.close();
      return found;
    } catch {
      // Another name may be the right one.
    }
  }
  return undefined;
}
