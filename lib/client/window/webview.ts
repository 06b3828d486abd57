/** The functions of the C library `webview` that the window uses (webview.h, version 0.12). */
const FUNCTIONS = {
  webview_create: { parameters: ["i32", "pointer"], result: "pointer" },
  webview_destroy: { parameters: ["pointer"], result: "i32" },
  webview_run: { parameters: ["pointer"], result: "i32" },
  webview_get_window: { parameters: ["pointer"], result: "pointer" },
  webview_get_native_handle: { parameters: ["pointer", "i32"], result: "pointer" },
  webview_set_title: { parameters: ["pointer", "buffer"], result: "i32" },
  webview_set_size: { parameters: ["pointer", "i32", "i32", "i32"], result: "i32" },
  webview_navigate: { parameters: ["pointer", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What another thread needs to end a window's loop. */
const REMOTE_FUNCTIONS = {
  // The webview comes as a number: a thread that may call this library only cannot make pointers of its own.
  webview_dispatch: { parameters: ["usize", "pointer", "pointer"], result: "i32" },
  // Its address, to be called by the library itself.
  webview_terminate: { type: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

const RESIZABLE = 0;
/** WEBVIEW_NATIVE_HANDLE_KIND_BROWSER_CONTROLLER. */
const BROWSER = 2;

/** One native window with a web page in it. It belongs to the thread that made it; on macOS that must be the main one. */
export class Webview {
  readonly #library: Deno.DynamicLibrary<typeof FUNCTIONS>;
  readonly #handle: Deno.PointerValue;

  /**
   * Opens the window.
   *
   * @throws {Error} when the library, or what it builds upon, is missing, or the system has no display.
   */
  constructor(path: string) {
    this.#library = Deno.dlopen(path, FUNCTIONS);
    this.#handle = this.#library.symbols.webview_create(0, null);
    if (this.#handle === null) {
      this.#library.close();
      throw new Error("Cannot open a window: the webview library found no usable display");
    }
  }

  /** Address of the webview for `endWindowLoop()` in another thread. */
  get address(): bigint {
    return Deno.UnsafePointer.value(this.#handle);
  }

  /** The system's own window: GtkWindow, NSWindow or HWND. */
  get nativeWindow(): Deno.PointerValue {
    return this.#library.symbols.webview_get_window(this.#handle);
  }

  /** The system's own view of the page: WebKitWebView, WKWebView or ICoreWebView2Controller. */
  get nativeBrowser(): Deno.PointerValue {
    return this.#library.symbols.webview_get_native_handle(this.#handle, BROWSER);
  }

  setTitle(title: string): void {
    this.#library.symbols.webview_set_title(this.#handle, cString(title));
  }

  /** In pixels of the system's scale. */
  setSize(width: number, height: number): void {
    this.#library.symbols.webview_set_size(this.#handle, width, height, RESIZABLE);
  }

  navigate(url: string): void {
    this.#library.symbols.webview_navigate(this.#handle, cString(url));
  }

  /** Holds this thread until the window is closed or `endWindowLoop()` is called. */
  run(): void {
    this.#library.symbols.webview_run(this.#handle);
  }

  destroy(): void {
    this.#library.symbols.webview_destroy(this.#handle);
  }
}

/**
 * Ends the loop of a window that another thread holds. The library calls its own terminate function in the window's
 * thread, which all systems need and which takes no code of ours there.
 */
export function endWindowLoop(path: string, address: bigint): void {
  const library = Deno.dlopen(path, REMOTE_FUNCTIONS);
  library.symbols.webview_dispatch(address, library.symbols.webview_terminate, null);
}

/** Texts that are on their way to a window's thread: their bytes must stay where they are. */
const MAX_TEXTS = 16;
const texts: Uint8Array<ArrayBuffer>[] = [];

/** What another thread needs to name a window, or to show a page in it. */
const TEXT_FUNCTIONS = {
  webview_dispatch: { parameters: ["usize", "pointer", "buffer"], result: "i32" },
  webview_set_title: { type: "pointer" },
  webview_navigate: { type: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Names a window whose loop another thread holds. */
export function setWindowTitle(path: string, address: bigint, title: string): void {
  callWithText(path, address, "webview_set_title", title);
}

/** Loads a page in a window whose loop another thread holds. */
export function navigateWindow(path: string, address: bigint, url: string): void {
  callWithText(path, address, "webview_navigate", url);
}

/** The library calls a function of its own in the window's thread, as in `endWindowLoop()`. */
function callWithText(
  path: string,
  address: bigint,
  name: "webview_set_title" | "webview_navigate",
  text: string,
): void {
  const { symbols } = Deno.dlopen(path, TEXT_FUNCTIONS);
  const bytes = cString(text);
  texts.push(bytes);
  if (texts.length > MAX_TEXTS) texts.shift();
  symbols.webview_dispatch(address, symbols[name], bytes);
}

/** Bytes of a text for C: UTF-8, ended by a zero. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text.replaceAll("\0", "")}\0`);
}
