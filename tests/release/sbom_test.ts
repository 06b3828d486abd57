import { assertEquals, assertThrows } from "@std/assert";
import { lockedPackages, makeSbom } from "../../.ci/release/sbom.ts";

const input = {
  project: { name: "flipbook", version: "1.2.3", license: "MIT" },
  deno: "2.9.6",
  packages: [
    { name: "@a/b", version: "4.5.6", license: "MIT", integrity: `sha512-${btoa("\x01\xff")}` },
    { name: "c", version: "7.8.9", license: "(MIT OR Apache-2.0)", integrity: undefined },
  ],
  timestamp: "2026-01-31T00:00:00.000Z",
  serial: "3e671687-395b-41f5-a30f-a58921a69b79",
};

Deno.test("makeSbom() lists the runtime and every package with its licence, address and hash", () => {
  const { components, bomFormat, specVersion, serialNumber } = makeSbom(input);
  assertEquals([bomFormat, specVersion, serialNumber], ["CycloneDX", "1.5", `urn:uuid:${input.serial}`]);
  const [deno, ...packages] = components as Record<string, unknown>[];
  assertEquals([deno!["name"], deno!["version"], deno!["purl"]], ["deno", "2.9.6", "pkg:github/denoland/deno@v2.9.6"]);
  assertEquals(packages, [{
    type: "library",
    "bom-ref": "pkg:npm/%40a/b@4.5.6",
    name: "@a/b",
    version: "4.5.6",
    hashes: [{ alg: "SHA-512", content: "01ff" }],
    licenses: [{ license: { id: "MIT" } }],
    purl: "pkg:npm/%40a/b@4.5.6",
  }, {
    type: "library",
    "bom-ref": "pkg:npm/c@7.8.9",
    name: "c",
    version: "7.8.9",
    licenses: [{ expression: "(MIT OR Apache-2.0)" }],
    purl: "pkg:npm/c@7.8.9",
  }]);
});

Deno.test("makeSbom() refers only to what it lists", () => {
  const { components, dependencies } = makeSbom(input);
  const listed = (components as Record<string, unknown>[]).map((component) => component["bom-ref"]);
  assertEquals((dependencies as { dependsOn: string[] }[])[0]!.dependsOn, listed as string[]);
});

Deno.test("lockedPackages() finds the version that is used, and refuses a package that nobody locked", () => {
  const lock = JSON.stringify({ npm: { "@a/b@4.5.6": { integrity: "sha512-x" }, "@a/bc@1.0.0": {} } });
  assertEquals(lockedPackages(lock, ["@a/b"]), [{ name: "@a/b", version: "4.5.6", integrity: "sha512-x" }]);
  assertThrows(() => lockedPackages(lock, ["d"]), Error, "deno.lock does not know d");
});
