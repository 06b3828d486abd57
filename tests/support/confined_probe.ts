/** A program that starts a thread as the server does, has it try what it must not do, and prints how it went. */
import { threadPermissions } from "../../lib/server/program/confinement.ts";

const worker = new Worker(new URL("./permission_probe.ts", import.meta.url), {
  type: "module",
  deno: { permissions: threadPermissions({ media: Deno.args }) },
});
worker.onmessage = ({ data }) => {
  const run = Deno.permissions.querySync({ name: "run" }).state;
  const write = Deno.permissions.querySync({ name: "write" }).state;
  console.log(JSON.stringify({ ...data, program: { run, write } }));
  worker.terminate();
};
