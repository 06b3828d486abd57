/** What is known of a compiled program beside its version. */
export interface BuildInfo {
  /** Day of the build, as 2026-01-31. */
  readonly date: string;
  /** Target triple, as x86_64-unknown-linux-gnu. */
  readonly target: string;
  /** Version of the Deno inside. */
  readonly deno: string;
}

/** Where the file lies that `deno task compile` puts into the programs, from the project's root. */
export const BUILD_FILE = "dist/build.json";

/** The answer to `--version`, without the program's name: the version alone, or what a compiled program is made of. */
export function describeVersion(version: string, build?: BuildInfo): string {
  return build === undefined ? version : `${version} (built ${build.date} for ${build.target}, Deno ${build.deno})`;
}

/** Reads the build's file. What is no such file counts as no date: a version is never worth a failure. */
export function readBuildDate(text: string): string {
  const date = /"date":\s*"(\d{4}-\d{2}-\d{2})"/.exec(text)?.[1];
  return date ?? "on an unknown day";
}
