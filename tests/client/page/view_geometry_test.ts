import { assertAlmostEquals, assertEquals } from "@std/assert";
import { FITTING, fittingZoom, held, place, zoomed } from "../../../lib/client/page/view_geometry.js";

const STAGE = { width: 880, height: 708 };
const PICTURE = { width: 640, height: 480 };
const RESERVE = 48;

Deno.test("place() fits the picture and leaves the lower edge to the controls", () => {
  assertEquals(place(FITTING, PICTURE, STAGE, RESERVE), { width: 880, height: 660, left: 0, top: 0 });
  // More room than the controls need is shared.
  assertEquals(place(FITTING, PICTURE, { width: 880, height: 808 }, RESERVE).top, 50);
});

Deno.test("place() fits a picture that is turned by its other sides, about its middle", () => {
  const view = { ...FITTING, turns: 1 };
  const box = place(view, PICTURE, STAGE, RESERVE);
  assertEquals([box.width, box.height], [708, 531]);
  assertAlmostEquals(box.left + box.width / 2, 440, 1);
  assertAlmostEquals(box.top + box.height / 2, 354, 1);
});

Deno.test("place() shows one pixel for one at zoom 1", () => {
  const { width, height } = place({ ...FITTING, zoom: 1 }, PICTURE, STAGE, RESERVE);
  assertEquals([width, height], [640, 480]);
});

Deno.test("held() lets no edge of the picture come into the stage that need not", () => {
  const view = { ...FITTING, zoom: 2, x: 5000, y: -5000 };
  assertEquals(held(view, PICTURE, STAGE), { ...view, x: 200, y: -126 });
  assertEquals(held({ ...view, zoom: 1 }, PICTURE, STAGE), { ...view, zoom: 1, x: 0, y: 0 });
});

Deno.test("zoomed() keeps what is under the pointer there", () => {
  const point = { x: 100, y: -50 };
  const before = { ...FITTING, zoom: 3, x: 20, y: 10 };
  const after = zoomed(before, 1.5, point, PICTURE, STAGE);
  const under = (view: typeof before) => [(point.x - view.x) / view.zoom, (point.y - view.y) / view.zoom];
  const [x, y] = under({ ...after, zoom: after.zoom! });
  assertAlmostEquals(x!, under(before)[0]!);
  assertAlmostEquals(y!, under(before)[1]!);
});

Deno.test("zoomed() ends at the size that fits and at 16 pixels for one", () => {
  assertEquals(zoomed({ ...FITTING, zoom: 2, x: 9 }, 0.01, { x: 0, y: 0 }, PICTURE, STAGE), FITTING);
  assertEquals(zoomed(FITTING, 1e6, { x: 0, y: 0 }, PICTURE, STAGE).zoom, 16);
  assertEquals(fittingZoom(FITTING, PICTURE, STAGE), 1.375);
});
