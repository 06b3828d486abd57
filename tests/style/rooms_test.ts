import { assert, assertEquals } from "@std/assert";
import { importsOf, sourceFiles } from "../support/source_files.ts";

/** What each room may import besides itself: the direction in which the house is built. */
const BELOW: Record<string, readonly string[]> = {
  core: [],
  rtsp: ["core"],
  jpeg: ["core"],
  rtp: ["core", "jpeg"],
  net: ["core", "jpeg", "rtsp", "rtp"],
  media: ["core", "jpeg", "rtsp", "rtp"],
  server: ["core", "jpeg", "rtsp", "rtp", "net", "media"],
  client: ["core", "jpeg", "rtsp", "rtp", "net", "media"],
};

/** The server's own rooms, from its program down to what goes onto the wire; its settings are for all of them. */
const SERVER_STOREYS = [
  "program",
  "server.ts",
  "connections",
  "lab",
  "methods",
  "sessions",
  "streams",
  "forms",
  "sending",
  "config.ts",
];

/** Rooms that take bytes and the time as arguments and touch nothing outside. */
const PURE = ["core", "jpeg", "rtsp", "rtp"];
/** The only doors of the pure rooms to time, chance and the log. */
const DOORS = ["lib/core/clock.ts", "lib/core/random.ts", "lib/core/log.ts", "lib/core/log_setup.ts"];
const IMPURE =
  /\b(Deno|setTimeout|setInterval|queueMicrotask|performance|fetch|console|crypto|WebSocket|Worker)\b[.(]|Date\.now|new Date\(\)|Math\.random/;

function roomOf(path: string): string | undefined {
  return /^lib\/([a-z_]+)\//.exec(path)?.[1];
}

/** The text without comments, strings left as they are: enough to look for names. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

Deno.test("imports point only down", async () => {
  const wrong: string[] = [];
  for (const file of await sourceFiles("lib")) {
    const room = roomOf(file.path);
    if (room === undefined) continue;
    for (const target of importsOf(file)) {
      const targetRoom = roomOf(target);
      const allowed = targetRoom === undefined
        ? !/\.(ts|js)$/.test(target)
        : targetRoom === room || BELOW[room]?.includes(targetRoom);
      if (!allowed) wrong.push(`${file.path} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("imports point only down inside the server too", async () => {
  const storeyOf = (path: string) => /^lib\/server\/([^/]+)/.exec(path)?.[1];
  const wrong: string[] = [];
  for (const file of await sourceFiles("lib/server")) {
    const storey = SERVER_STOREYS.indexOf(storeyOf(file.path)!);
    assert(storey >= 0, `${file.path} has no storey`);
    for (const target of importsOf(file)) {
      const below = storeyOf(target);
      if (below !== undefined && SERVER_STOREYS.indexOf(below) < storey) wrong.push(`${file.path} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every room is named in the plan of the house", async () => {
  const rooms = new Set(
    (await sourceFiles("lib")).map((file) => roomOf(file.path)).filter((room) => room !== undefined),
  );
  for (const room of rooms) assert(room in BELOW, `lib/${room} has no place in the direction of imports`);
});

Deno.test("pure rooms touch no socket, file, timer, clock, random source or console", async () => {
  const wrong: string[] = [];
  for (const room of PURE) {
    for (const file of await sourceFiles(`lib/${room}`)) {
      if (DOORS.includes(file.path)) continue;
      const found = IMPURE.exec(codeOf(file.text));
      if (found) wrong.push(`${file.path} uses ${found[0]}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("imports make no circle", async () => {
  const files = new Map((await sourceFiles("lib")).map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert(!trail.includes(path), `${[...trail.slice(trail.indexOf(path)), path].join(" -> ")} is a circle`);
    if (done.has(path)) return;
    for (const target of files.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
});
