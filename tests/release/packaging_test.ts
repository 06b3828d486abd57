import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { parseServerArguments } from "../../lib/server/program/arguments.ts";
import { startServer } from "../../lib/server/server.ts";
import { PROJECT_ROOT } from "../support/source_files.ts";

function packaging(name: string): Promise<string> {
  return Deno.readTextFile(join(PROJECT_ROOT, ".github", "packaging", name));
}

Deno.test("the systemd unit starts the server with words that it understands, as a user of its own", async () => {
  const unit = await packaging("rtsp-server.service");
  const words = /^ExecStart=\/usr\/local\/bin\/rtsp-server (.*)$/m.exec(unit)![1]!.split(" ");
  const command = parseServerArguments(words);
  assert(command.kind === "serve");
  assertEquals([command.options.port, command.options.media], [8554, ["/srv/flipbook"]]);
  for (const setting of ["DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="]) {
    assertMatch(unit, new RegExp(`^${setting}$`, "m"));
  }
});

Deno.test("the image runs the server as nobody, and its health check tells a server that answers from none", async () => {
  const file = await packaging("Dockerfile");
  assertMatch(file, /^USER 65534:65534$/m);
  const words = JSON.parse(/^CMD (\[.*\])$/m.exec(file)![1]!);
  assertEquals(parseServerArguments(words).kind, "serve");
  if (Deno.build.os === "windows") return;
  const [shell, ...check] = JSON.parse(/HEALTHCHECK[^\n]*\\\n\s*CMD (\[.*\])$/m.exec(file)![1]!) as string[];
  const server = await startServer({ host: "127.0.0.1", port: 0, media: [] });
  const healthy = async () => {
    const args = check.map((word) => word.replace("/8554;", `/${server.port};`));
    return (await new Deno.Command(shell!, { args, stderr: "null" }).output()).success;
  };
  assertEquals(await healthy(), true);
  await server.close();
  assertEquals(await healthy(), false);
});
