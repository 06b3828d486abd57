import { assertEquals } from "@std/assert";
import { GROUND, isDark } from "../../../lib/client/window/background.ts";

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

Deno.test("GROUND has the colours that the page is painted on", async () => {
  const css = await Deno.readTextFile(new URL("../../../lib/client/page/variables.css", import.meta.url));
  assertEquals([...css.matchAll(/--ground: (#\w+);/g)].map((match) => match[1]), [GROUND.light, GROUND.dark]);
});
