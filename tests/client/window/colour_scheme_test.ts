import { assertEquals } from "@std/assert";
import { isDark } from "../../../lib/client/window/colour_scheme.ts";

const PLAIN = { prefersDark: false, theme: "Adwaita", override: undefined };

Deno.test("isDark() tells the night by the system's preference and by the theme's name", () => {
  assertEquals(isDark(PLAIN), false);
  assertEquals(isDark({ ...PLAIN, prefersDark: true }), true);
  for (const theme of ["Adwaita-dark", "Yaru-Dark"]) assertEquals(isDark({ ...PLAIN, theme }), true);
  for (const theme of ["Darkness", "dark-blue", ""]) assertEquals(isDark({ ...PLAIN, theme }), false);
});

Deno.test("isDark() takes the theme of the environment before that of the system", () => {
  for (const override of ["Adwaita:dark", "Yaru-dark"]) assertEquals(isDark({ ...PLAIN, override }), true);
  assertEquals(isDark({ ...PLAIN, theme: "Adwaita-dark", override: "Adwaita" }), false);
  assertEquals(isDark({ ...PLAIN, theme: "Adwaita-dark", override: "" }), true);
});
