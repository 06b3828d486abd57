/** A thread that tries what a server's thread must not be able to do, and tells how it went. */
const film = new URL("../../media/movie.Mjpeg", import.meta.url);
const attempts: Record<string, () => unknown> = {
  film: () => Deno.statSync(film),
  outside: () => Deno.readTextFileSync(Deno.build.os === "windows" ? "C:\\Windows\\win.ini" : "/etc/passwd"),
  run: () =>
    new Deno.Command(Deno.build.os === "windows" ? "C:\\Windows\\System32\\where.exe" : "/bin/true").outputSync(),
  write: () => Deno.writeTextFileSync(new URL("written-by-probe.log", import.meta.url), "x"),
};

const outcome = Object.entries(attempts).map(([name, attempt]) => {
  try {
    attempt();
    return [name, "done"];
  } catch (thrown) {
    return [name, thrown instanceof Error ? thrown.name : String(thrown)];
  }
});
(globalThis as unknown as { postMessage(message: unknown): void }).postMessage(Object.fromEntries(outcome));
