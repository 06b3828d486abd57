import { settleColours } from "./colour_scheme.ts";
import { cString, type Webview } from "./webview.ts";

/** The page's ground by day and by night: `--ground` of variables.css. */
export const GROUND = { light: "#e6e8ec", dark: "#0c0d10" } as const;

/** Our window's name in GTK's style sheets; dialogs keep the theme's colours. */
const NAME = "flipbook";
/** Above the theme, below what the person has written (GTK_STYLE_PROVIDER_PRIORITY_APPLICATION). */
const PRIORITY = 600;
const GTK = {
  gtk_settings_get_default: { parameters: [], result: "pointer" },
  gtk_widget_get_display: { parameters: ["pointer"], result: "pointer" },
  gtk_widget_set_name: { parameters: ["pointer", "buffer"], result: "void" },
  gtk_css_provider_new: { parameters: [], result: "pointer" },
  gtk_css_provider_load_from_data: { parameters: ["pointer", "buffer", "isize"], result: "void" },
  gtk_style_context_add_provider_for_display: { parameters: ["pointer", "pointer", "u32"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const WEBKIT = {
  webkit_web_view_set_background_color: { parameters: ["pointer", "buffer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Gives a new window the ground of its page, which otherwise is white, or of the theme's colour, until the page has been
 * painted. Where this cannot be done, as on a system other than Linux, the window stays as it is.
 */
export function paintBackground(webview: Webview): void {
  if (Deno.build.os !== "linux") return;
  try {
    const gtk = Deno.dlopen("libgtk-4.so.1", GTK).symbols;
    const colour = GROUND[settleColours(gtk.gtk_settings_get_default()) ? "dark" : "light"];
    const provider = gtk.gtk_css_provider_new();
    gtk.gtk_css_provider_load_from_data(provider, cString(`#${NAME} { background: ${colour}; }`), -1n);
    gtk.gtk_widget_set_name(webview.nativeWindow, cString(NAME));
    const display = gtk.gtk_widget_get_display(webview.nativeWindow);
    gtk.gtk_style_context_add_provider_for_display(display, provider, PRIORITY);
    const webkit = Deno.dlopen("libwebkitgtk-6.0.so.4", WEBKIT).symbols;
    webkit.webkit_web_view_set_background_color(webview.nativeBrowser, rgba(colour));
  } catch {
    // A moment of another colour is no reason to have no window.
  }
}

/** A colour of six hexadecimal digits as a GdkRGBA. */
function rgba(colour: string): Float32Array<ArrayBuffer> {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return new Float32Array([...channels, 1]);
}
