import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { decodeLatin1, encodeText } from "../../../lib/core/bytes.ts";
import { MAX_MESSAGES, MAX_PACKET_BYTES, WireLog } from "../../../lib/client/inspection/wire_log.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const ENDS = { local: { hostname: "127.0.0.1", port: 40_000 }, remote: { hostname: "127.0.0.1", port: 8554 } };

function texts(log: WireLog): string[] {
  return log.records().map(({ data }) => decodeLatin1(data));
}

Deno.test("WireLog remembers messages before anybody listens, packets only while somebody does", () => {
  const log = new WireLog(new ManualClock());
  log.message(true, ENDS, encodeText("one"));
  log.packet("rtp", false, ENDS, encodeText("unheard"));
  log.listen(true);
  const heard: string[] = [];
  log.onRecord = ({ kind }) => heard.push(kind);
  log.packet("rtp", false, ENDS, encodeText("two"));
  log.message(false, ENDS, encodeText("three"));
  assertEquals(texts(log), ["one", "two", "three"]);
  assertEquals(heard, ["rtp", "rtsp"]);
  log.listen(false);
  assertEquals(texts(log), ["one", "three"]);
});

Deno.test("H12 WireLog keeps no proof of a password and no nonce", () => {
  const log = new WireLog(new ManualClock());
  log.message(
    true,
    ENDS,
    encodeText("PLAY rtsp://h/a RTSP/1.0\r\nCSeq: 3\r\nAuthorization: Basic YW5uOnNlY3JldA==\r\nRange: npt=0-\r\n\r\n"),
  );
  log.message(
    true,
    ENDS,
    encodeText('PLAY rtsp://h/a RTSP/1.0\r\nauthorization:Digest username="ann", response="6629fae4"\r\n\r\n'),
  );
  log.message(
    false,
    ENDS,
    encodeText(
      'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="cam", nonce="dcd98b71", opaque="x"\r\n\r\n',
    ),
  );
  const all = texts(log).join("");
  for (const secret of ["YW5uOnNlY3JldA", "6629fae4", "ann", "dcd98b71"]) assert(!all.includes(secret), secret);
  assertStringIncludes(all, "Authorization: Basic (hidden)\r\nRange: npt=0-");
  assertStringIncludes(all, 'realm="cam", nonce="(hidden)", opaque="x"');
});

Deno.test("WireLog stays within its bounds", () => {
  const log = new WireLog(new ManualClock());
  for (let count = 0; count < 2 * MAX_MESSAGES; count++) log.message(true, ENDS, encodeText("a"));
  assertEquals(log.records().length, MAX_MESSAGES);
  log.listen(true);
  const packet = new Uint8Array(60_000);
  for (let count = 0; count < 3 * MAX_PACKET_BYTES / packet.length; count++) log.packet("rtp", false, ENDS, packet);
  const bytes = log.records().reduce((sum, { data }) => sum + data.length, 0);
  assertLess(bytes, MAX_PACKET_BYTES + packet.length + MAX_MESSAGES);
});
