/** A package of npm as it lies in the programs. */
export interface UsedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  /** As in deno.lock: "sha512-" and base64. */
  readonly integrity: string | undefined;
}

/** What a list of contents is made of. */
export interface SbomInput {
  readonly project: { readonly name: string; readonly version: string; readonly license: string };
  /** Version of the Deno that the programs hold. */
  readonly deno: string;
  readonly packages: readonly UsedPackage[];
  /** Time of the build, ISO 8601. */
  readonly timestamp: string;
  readonly serial: string;
}

/** The list of what is inside the programs, with licences: CycloneDX 1.5. */
export function makeSbom({ project, deno, packages, timestamp, serial }: SbomInput): Record<string, unknown> {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    serialNumber: `urn:uuid:${serial}`,
    version: 1,
    metadata: {
      timestamp,
      component: {
        type: "application",
        "bom-ref": "flipbook",
        name: project.name,
        version: project.version,
        licenses: [{ license: { id: project.license } }],
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": `deno@${deno}`,
        name: "deno",
        version: deno,
        description: "The runtime, V8 (BSD-3-Clause) and other libraries inside it",
        licenses: [{ license: { id: "MIT" } }],
        purl: `pkg:github/denoland/deno@v${deno}`,
      },
      ...packages.map(component),
    ],
    dependencies: [
      { ref: "flipbook", dependsOn: [`deno@${deno}`, ...packages.map(packageUrl)] },
    ],
  };
}

function component(used: UsedPackage): Record<string, unknown> {
  const hash = /^sha512-([A-Za-z0-9+/=]+)$/.exec(used.integrity ?? "")?.[1];
  return {
    type: "library",
    "bom-ref": packageUrl(used),
    name: used.name,
    version: used.version,
    ...(hash === undefined ? {} : { hashes: [{ alg: "SHA-512", content: hexOf(hash) }] }),
    licenses: [/[ ()]/.test(used.license) ? { expression: used.license } : { license: { id: used.license } }],
    purl: packageUrl(used),
  };
}

/** The package's address: the @ of a scope is written as %40. */
function packageUrl({ name, version }: UsedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hexOf(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** The versions and hashes of deno.lock for packages by name; a package that is missing there is an error. */
export function lockedPackages(lock: string, names: readonly string[]): Omit<UsedPackage, "license">[] {
  const { npm } = JSON.parse(lock) as { npm: Record<string, { integrity?: string }> };
  return names.map((name) => {
    const key = Object.keys(npm).find((entry) => entry.startsWith(`${name}@`));
    if (key === undefined) throw new Error(`deno.lock does not know ${name}`);
    return { name, version: key.slice(name.length + 1), integrity: npm[key]!.integrity };
  });
}
