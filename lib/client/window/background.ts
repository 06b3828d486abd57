import { cString, type Webview } from "./webview.ts";

/** The page's ground by day and by night: `--ground` of variables.css. */
export const GROUND = { light: "#e6e8ec", dark: "#0c0d10" } as const;

/** By what themes for the night are told, as WebKitGTK tells them. */
const DARK_THEME = /-[Dd]ark$/;
const DARK_VARIANT = /:dark$/;

/** Our window's name in GTK's style sheets; dialogs keep the theme's colours. */
const NAME = "flipbook";
/** Above the theme, below what the person has written (GTK_STYLE_PROVIDER_PRIORITY_APPLICATION). */
const PRIORITY = 600;
/** G_TYPE_BOOLEAN and G_TYPE_STRING, and the bytes of a GValue. */
const BOOLEAN = 5n << 2n;
const STRING = 16n << 2n;
const VALUE_SIZE = 24;

const GTK = {
  gtk_settings_get_default: { parameters: [], result: "pointer" },
  gtk_widget_get_display: { parameters: ["pointer"], result: "pointer" },
  gtk_widget_set_name: { parameters: ["pointer", "buffer"], result: "void" },
  gtk_css_provider_new: { parameters: [], result: "pointer" },
  gtk_css_provider_load_from_data: { parameters: ["pointer", "buffer", "isize"], result: "void" },
  gtk_style_context_add_provider_for_display: { parameters: ["pointer", "pointer", "u32"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const GOBJECT = {
  g_value_init: { parameters: ["buffer", "usize"], result: "pointer" },
  g_object_get_property: { parameters: ["pointer", "buffer", "buffer"], result: "void" },
  g_value_get_boolean: { parameters: ["buffer"], result: "i32" },
  g_value_get_string: { parameters: ["buffer"], result: "pointer" },
  g_value_unset: { parameters: ["buffer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const WEBKIT = {
  webkit_web_view_set_background_color: { parameters: ["pointer", "buffer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What the system says about its colours. */
export interface Colours {
  /** GtkSettings:gtk-application-prefer-dark-theme. */
  readonly prefersDark: boolean;
  /** GtkSettings:gtk-theme-name. */
  readonly theme: string;
  /** The variable GTK_THEME, which stands above the theme's name. */
  readonly override: string | undefined;
}

/** Whether pages are dark by `prefers-color-scheme` in WebKitGTK. */
export function isDark({ prefersDark, theme, override }: Colours): boolean {
  if (prefersDark) return true;
  return override ? DARK_THEME.test(override) || DARK_VARIANT.test(override) : DARK_THEME.test(theme);
}

/**
 * Gives a new window the ground of its page, which otherwise is white, or of the theme's colour, until the page has been
 * painted. Where this cannot be done, as on a system other than Linux, the window stays as it is.
 */
export function paintBackground(webview: Webview): void {
  if (Deno.build.os !== "linux") return;
  try {
    const gtk = Deno.dlopen("libgtk-4.so.1", GTK).symbols;
    const colour = GROUND[isDark(readColours(gtk.gtk_settings_get_default())) ? "dark" : "light"];
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

function readColours(settings: Deno.PointerValue): Colours {
  const gobject = Deno.dlopen("libgobject-2.0.so.0", GOBJECT).symbols;
  const property = <T>(name: string, type: bigint, read: (value: Uint8Array<ArrayBuffer>) => T): T => {
    const value = new Uint8Array(VALUE_SIZE);
    gobject.g_value_init(value, type);
    gobject.g_object_get_property(settings, cString(name), value);
    const found = read(value);
    gobject.g_value_unset(value);
    return found;
  };
  return {
    prefersDark:
      property("gtk-application-prefer-dark-theme", BOOLEAN, (value) => gobject.g_value_get_boolean(value)) !== 0,
    theme: property("gtk-theme-name", STRING, (value) => {
      const text = gobject.g_value_get_string(value);
      return text === null ? "" : Deno.UnsafePointerView.getCString(text);
    }),
    override: Deno.env.get("GTK_THEME"),
  };
}

/** A colour of six hexadecimal digits as a GdkRGBA. */
function rgba(colour: string): Float32Array<ArrayBuffer> {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return new Float32Array([...channels, 1]);
}
