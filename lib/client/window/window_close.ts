import { cString } from "./webview.ts";

/** Asked when a person closes the window; true lets it close. */
export type CloseHandler = () => boolean;

const WM_CLOSE = 0x0010;
const GWLP_WNDPROC = -4;

/**
 * Has `mayClose` asked before the window closes. Returns whether this system can: where it cannot (macOS), the window
 * closes, and whoever runs it may open it again.
 *
 * The hooks live as long as the process: a window that is being torn down may still call them.
 */
export function hookClose(nativeWindow: Deno.PointerValue, mayClose: CloseHandler): boolean {
  switch (Deno.build.os) {
    case "linux":
      return hookGtk(nativeWindow, mayClose);
    case "windows":
      return hookWin32(nativeWindow, mayClose);
    default:
      return false;
  }
}

/** GtkWindow::close-request: a handler that returns TRUE keeps the window. */
function hookGtk(window: Deno.PointerValue, mayClose: CloseHandler): boolean {
  const gobject = Deno.dlopen("libgobject-2.0.so.0", {
    g_signal_connect_data: {
      parameters: ["pointer", "buffer", "function", "pointer", "pointer", "i32"],
      result: "u64",
    },
  });
  const callback = new Deno.UnsafeCallback(
    { parameters: ["pointer", "pointer"], result: "i32" },
    () => mayClose() ? 0 : 1,
  );
  const { g_signal_connect_data: connect } = gobject.symbols;
  return connect(window, cString("close-request"), callback.pointer, null, null, 0) !== 0n;
}

/** The window's procedure is replaced by one that swallows WM_CLOSE and hands on the rest. */
function hookWin32(window: Deno.PointerValue, mayClose: CloseHandler): boolean {
  const user32 = Deno.dlopen("user32.dll", {
    SetWindowLongPtrW: { parameters: ["pointer", "i32", "pointer"], result: "pointer" },
    CallWindowProcW: { parameters: ["pointer", "pointer", "u32", "usize", "isize"], result: "isize" },
  });
  let original: Deno.PointerValue = null;
  const callback = new Deno.UnsafeCallback(
    { parameters: ["pointer", "u32", "usize", "isize"], result: "isize" },
    (handle, message, wide, long) =>
      message === WM_CLOSE && !mayClose()
        ? 0n
        : user32.symbols.CallWindowProcW(original, handle, message, BigInt(wide), BigInt(long)),
  );
  original = user32.symbols.SetWindowLongPtrW(window, GWLP_WNDPROC, callback.pointer);
  return original !== null;
}
