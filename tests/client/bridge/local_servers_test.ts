import { assertEquals } from "@std/assert";
import { LocalServers, portsToAsk } from "../../../lib/client/bridge/local_servers.ts";
import type { OfferedStream } from "../../../lib/client/control/offered_stream.ts";
import { PlayerError } from "../../../lib/client/player_types.ts";
import { settle } from "../../support/manual_clock.ts";

const FILM: OfferedStream = { name: "film", url: "rtsp://127.0.0.1:8554/film" };

function recent(...addresses: (string | readonly string[])[]) {
  return addresses.map((address) => ({ words: [address].flat(), seen: 1 }));
}

Deno.test("portsToAsk() names the usual port and those that were played from on this machine, no more than four", () => {
  assertEquals(portsToAsk([]), [8554]);
  const streams = recent("rtsp://127.0.0.1:9000/a", "rtsp://localhost/b", "rtsp://[::1]:9000/c", "rtsp://camera:77/d");
  assertEquals(portsToAsk(streams), [8554, 9000, 554]);
  assertEquals(
    portsToAsk(recent("rtsp://127.0.0.1:1/a", "rtsp://127.0.0.1:2/a", "rtsp://127.0.0.1:3/a", "rtsp://127.0.0.1:4/a")),
    [8554, 1, 2, 3],
  );
  assertEquals(portsToAsk(recent("nonsense", "rtsps://127.0.0.1:322/a")), [8554]);
});

Deno.test("portsToAsk() leaves servers of the assignment alone: many serve one connection only", () => {
  assertEquals(portsToAsk(recent(["127.0.0.1", "8554", "0", "movie.Mjpeg"])), []);
  assertEquals(portsToAsk(recent(["far.example", "8554", "0", "movie.Mjpeg"])), [8554]);
});

Deno.test("LocalServers tells what each server offers, that it is absent, or that it does not tell", async () => {
  const answers: Record<string, () => Promise<OfferedStream[]>> = {
    "rtsp://127.0.0.1:8554/": () => Promise.resolve([FILM]),
    "rtsp://127.0.0.1:1/": () => Promise.reject(new PlayerError("unreachable", "No")),
    "rtsp://127.0.0.1:2/": () => Promise.reject(new PlayerError("no-answer", "No")),
  };
  let changes = 0;
  const servers = new LocalServers((url) => answers[url]!(), () => changes++);
  const done = servers.refresh(recent("rtsp://127.0.0.1:1/a", "rtsp://127.0.0.1:2/a"));
  assertEquals(servers.servers.map(({ state }) => state), ["asking", "asking", "asking"]);
  await done;
  assertEquals(servers.servers, [
    { address: "127.0.0.1:8554", state: "offers", streams: [FILM] },
    { address: "127.0.0.1:1", state: "absent", streams: [] },
    { address: "127.0.0.1:2", state: "silent", streams: [] },
  ]);
  assertEquals(changes, 4);
});

Deno.test("LocalServers asks once at a time, and what was found stands until there is an answer", async () => {
  let asked = 0;
  let answer = Promise.withResolvers<OfferedStream[]>();
  const servers = new LocalServers(() => {
    asked++;
    return answer.promise;
  }, () => {});
  const both = [servers.refresh([]), servers.refresh([])];
  answer.resolve([FILM]);
  await Promise.all(both);
  assertEquals(asked, 1);
  answer = Promise.withResolvers();
  const again = servers.refresh([]);
  await settle();
  assertEquals([asked, servers.servers[0]?.state], [2, "offers"]);
  answer.reject(new PlayerError("unreachable", "No"));
  await again;
  assertEquals(servers.servers, [{ address: "127.0.0.1:8554", state: "absent", streams: [] }]);
});
