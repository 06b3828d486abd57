import { cString } from "./webview.ts";

/** By what themes for the night are told, as WebKitGTK tells them. */
const DARK_THEME = /-[Dd]ark$/;
const DARK_VARIANT = /:dark$/;

/** G_TYPE_BOOLEAN and G_TYPE_STRING, and the bytes of a GValue. */
const BOOLEAN = 5n << 2n;
const STRING = 16n << 2n;
const VALUE_SIZE = 24;

/** Where GNOME and its kin keep the person's wish for the night, and its value (GDesktopColorScheme). */
const DESKTOP = "org.gnome.desktop.interface";
const SCHEME = "color-scheme";
const PREFER_DARK = 1;
const PREFERENCE = "gtk-application-prefer-dark-theme";

const GOBJECT = {
  g_value_init: { parameters: ["buffer", "usize"], result: "pointer" },
  g_object_get_property: { parameters: ["pointer", "buffer", "buffer"], result: "void" },
  g_value_get_boolean: { parameters: ["buffer"], result: "i32" },
  g_value_get_string: { parameters: ["buffer"], result: "pointer" },
  g_value_set_boolean: { parameters: ["buffer", "i32"], result: "void" },
  g_object_set_property: { parameters: ["pointer", "buffer", "buffer"], result: "void" },
  g_object_unref: { parameters: ["pointer"], result: "void" },
  g_value_unset: { parameters: ["buffer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

const GIO = {
  g_settings_schema_source_get_default: { parameters: [], result: "pointer" },
  g_settings_schema_source_lookup: { parameters: ["pointer", "buffer", "i32"], result: "pointer" },
  g_settings_schema_has_key: { parameters: ["pointer", "buffer"], result: "i32" },
  g_settings_schema_unref: { parameters: ["pointer"], result: "void" },
  g_settings_new: { parameters: ["buffer"], result: "pointer" },
  g_settings_get_enum: { parameters: ["pointer", "buffer"], result: "i32" },
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
 * Whether the window is to be dark, by the GtkSettings that stand. A person's wish for the night that only programs with
 * GNOME's own library hear of is first told to the others as well, and so to WebKitGTK.
 *
 * @throws {Error} where GTK or what it builds upon is missing.
 */
export function settleColours(settings: Deno.PointerValue): boolean {
  const gobject = Deno.dlopen("libgobject-2.0.so.0", GOBJECT).symbols;
  const colours = readColours(gobject, settings);
  if (isDark(colours)) return true;
  if (colours.override || !desktopPrefersDark(gobject)) return false;
  const value = new Uint8Array(VALUE_SIZE);
  gobject.g_value_init(value, BOOLEAN);
  gobject.g_value_set_boolean(value, 1);
  gobject.g_object_set_property(settings, cString(PREFERENCE), value);
  gobject.g_value_unset(value);
  return true;
}

type GObject = Deno.DynamicLibrary<typeof GOBJECT>["symbols"];

function desktopPrefersDark(gobject: GObject): boolean {
  const gio = Deno.dlopen("libgio-2.0.so.0", GIO).symbols;
  const source = gio.g_settings_schema_source_get_default();
  // To ask for what is not installed would end the program.
  const schema = source && gio.g_settings_schema_source_lookup(source, cString(DESKTOP), 1);
  if (schema === null) return false;
  const known = gio.g_settings_schema_has_key(schema, cString(SCHEME)) !== 0;
  gio.g_settings_schema_unref(schema);
  if (!known) return false;
  const settings = gio.g_settings_new(cString(DESKTOP));
  const scheme = gio.g_settings_get_enum(settings, cString(SCHEME));
  gobject.g_object_unref(settings);
  return scheme === PREFER_DARK;
}

function readColours(gobject: GObject, settings: Deno.PointerValue): Colours {
  const property = <T>(name: string, type: bigint, read: (value: Uint8Array<ArrayBuffer>) => T): T => {
    const value = new Uint8Array(VALUE_SIZE);
    gobject.g_value_init(value, type);
    gobject.g_object_get_property(settings, cString(name), value);
    const found = read(value);
    gobject.g_value_unset(value);
    return found;
  };
  return {
    prefersDark: property(PREFERENCE, BOOLEAN, (value) => gobject.g_value_get_boolean(value)) !== 0,
    theme: property("gtk-theme-name", STRING, (value) => {
      const text = gobject.g_value_get_string(value);
      return text === null ? "" : Deno.UnsafePointerView.getCString(text);
    }),
    override: Deno.env.get("GTK_THEME"),
  };
}
