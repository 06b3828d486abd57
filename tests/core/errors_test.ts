import { assertEquals } from "@std/assert";
import { errorMessage, InvalidDataError } from "../../lib/core/errors.ts";

Deno.test("InvalidDataError says where reading stopped", () => {
  assertEquals(new InvalidDataError("Cannot read SOF", 12).message, "Cannot read SOF (at byte 12)");
  assertEquals(new InvalidDataError("Cannot read SOF").message, "Cannot read SOF");
});

Deno.test("errorMessage() has words for anything thrown", () => {
  assertEquals(errorMessage(new TypeError("Cannot be")), "Cannot be");
  assertEquals(errorMessage("plain"), "plain");
});
