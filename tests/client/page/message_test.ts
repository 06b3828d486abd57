import { assertEquals } from "@std/assert";
import { messageOf } from "../../../lib/client/page/message.js";
import type { StateMessage } from "../../../lib/client/bridge/protocol.ts";

const STATE: StateMessage = {
  type: "state",
  state: "INIT",
  activity: undefined,
  address: "rtsp://127.0.0.1/film",
  info: undefined,
  problem: undefined,
  ended: false,
  closing: false,
  loop: false,
  repair: false,
  speed: 1,
  transport: "auto",
  reconnecting: undefined,
  saving: { pictures: "/pictures", films: "/films", format: undefined },
  remembers: false,
  recording: false,
};

Deno.test("messageOf() says what went wrong in the engine's words and offers another try", () => {
  const problem = { code: "not-found" as const, message: "No stream named film" };
  const message = messageOf({ ...STATE, problem }, false);
  assertEquals([message?.title, message?.text, message?.problem], ["No such stream", "No stream named film", true]);
  assertEquals<unknown>([message?.action?.command, message?.other], [{ type: "retry" }, true]);
});

Deno.test("messageOf() offers the film anew at its end, beside the last picture", () => {
  const info = {
    dialect: "rtsp" as const,
    title: "film",
    address: "rtsp://127.0.0.1/film",
    range: { start: 0, end: 20 },
    frameRate: 25,
    width: 640,
    height: 480,
  };
  const message = messageOf({ ...STATE, state: "READY", ended: true, info }, true);
  assertEquals([message?.title, message?.aside], ["End of the film", true]);
  assertEquals<unknown>(message?.action?.command, { type: "play", from: 0 });
});

Deno.test("messageOf() is silent while pictures speak", () => {
  assertEquals(messageOf({ ...STATE, state: "PLAYING" }, true), undefined);
  assertEquals(messageOf({ ...STATE, state: "READY" }, true), undefined);
});

Deno.test("messageOf() tells where it connects", () => {
  assertEquals(messageOf({ ...STATE, activity: "play" }, false)?.text, "rtsp://127.0.0.1/film");
});

Deno.test("messageOf() offers to log in where name and password may help, and only there", () => {
  const problem = { code: "unauthorized" as const, message: "A password is needed", realm: "Films" };
  assertEquals(messageOf({ ...STATE, problem }, false)?.action?.command, "login");
  const refused = { code: "unauthorized" as const, message: "It does not let us" };
  assertEquals<unknown>(messageOf({ ...STATE, problem: refused }, false)?.action?.command, { type: "retry" });
});

Deno.test("messageOf() leaves the last picture free while the player tries to reach the server again", () => {
  const reconnecting = { attempt: 1, since: 0, reason: "The server is gone." };
  assertEquals(messageOf({ ...STATE, reconnecting }, true), undefined);
  assertEquals(messageOf({ ...STATE, reconnecting }, false)?.text, "The server is gone.");
});
