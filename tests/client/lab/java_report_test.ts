import { assert, assertEquals } from "@std/assert";
import { isJavaSession, writeJavaReport } from "../../../lib/client/lab/java_report.ts";

Deno.test("writeJavaReport() writes an RTCP header, a float and two integers", () => {
  const view = new DataView(writeJavaReport(0.25, 3, 77).buffer);
  assertEquals([view.byteLength, view.getUint8(0), view.getUint8(1)], [20, 0x81, 201]);
  assertEquals([view.getFloat32(8), view.getInt32(12), view.getInt32(16)], [0.25, 3, 77]);
});

Deno.test("isJavaSession() knows a UUID from the decimal sessions of all others", () => {
  assert(isJavaSession("0f8fad5b-d9cb-469f-a165-70867728950e"));
  assert(!isJavaSession("123456"));
});
