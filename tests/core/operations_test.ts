import { assertEquals, assertRejects } from "@std/assert";
import { operationsUnderWay, underWay } from "../../lib/core/operations.ts";

Deno.test("underWay() counts an operation until it has ended, well or not", async () => {
  const before = operationsUnderWay();
  const good = Promise.withResolvers<number>();
  const bad = Promise.withResolvers<number>();
  const [first, second] = [underWay(good.promise), underWay(bad.promise)];
  assertEquals(operationsUnderWay(), before + 2);
  good.resolve(5);
  assertEquals(await first, 5);
  assertEquals(operationsUnderWay(), before + 1);
  bad.reject(new Error("no disk"));
  await assertRejects(() => second, Error, "no disk");
  assertEquals(operationsUnderWay(), before);
});
