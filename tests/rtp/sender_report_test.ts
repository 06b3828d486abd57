import { assertEquals } from "@std/assert";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { SenderReports } from "../../lib/rtp/sender_report.ts";

const WALL_TIME = Date.UTC(2024, 0, 1) + 500;
const NOTHING = { packets: 0, payloadBytes: 0 };

Deno.test("SenderReports writes SR and SDES with what was sent", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "flipbook@host" });
  assertEquals(parseRtcp(reports.write({ packets: 4, payloadBytes: 4096 }, 10, WALL_TIME, 12345)), [
    {
      kind: "sender-report",
      ssrc: 7,
      ntp: { seconds: 3913056000, fraction: 0x80000000 },
      rtpTimestamp: 12345,
      packetCount: 4,
      octetCount: 4096,
      reports: [],
    },
    { kind: "source-description", chunks: [{ ssrc: 7, items: [{ type: 1, text: "flipbook@host" }] }] },
  ]);
});

Deno.test("SenderReports is due at once, then every interval", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "a@b" });
  assertEquals(reports.nextDeadline, -Infinity);
  reports.write(NOTHING, 100, WALL_TIME, 0);
  assertEquals(reports.nextDeadline, 5100);
});

Deno.test("SenderReports counts modulo 2^32", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "a@b" });
  const sent = { packets: 2 ** 32 + 1, payloadBytes: 2 ** 32 + 2 };
  const [report] = parseRtcp(reports.write(sent, 0, WALL_TIME, 0));
  assertEquals(report?.kind === "sender-report" && [report.packetCount, report.octetCount], [1, 2]);
});

Deno.test("SenderReports.bye() ends with BYE and its reason", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "a@b" });
  const packets = parseRtcp(reports.bye(NOTHING, WALL_TIME, 0, "end of file"));
  assertEquals(packets.map(({ kind }) => kind), ["sender-report", "source-description", "goodbye"]);
  assertEquals(packets[2], { kind: "goodbye", ssrcs: [7], reason: "end of file" });
  assertEquals(parseRtcp(reports.bye(NOTHING, WALL_TIME, 0))[2], { kind: "goodbye", ssrcs: [7] });
});
