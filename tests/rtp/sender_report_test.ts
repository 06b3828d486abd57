import { assertEquals } from "@std/assert";
import { parseRtcp } from "../../lib/rtp/rtcp.ts";
import { SenderReports } from "../../lib/rtp/sender_report.ts";

const WALL_TIME = Date.UTC(2024, 0, 1) + 500;

Deno.test("SenderReports writes SR and SDES with what was sent", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "flipbook@host" });
  reports.sent(3, 4000);
  reports.sent(1, 96);
  assertEquals(parseRtcp(reports.write(10, WALL_TIME, 12345)), [
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
  assertEquals([reports.due(0), reports.nextDeadline], [true, -Infinity]);
  reports.write(100, WALL_TIME, 0);
  assertEquals([reports.nextDeadline, reports.due(5099), reports.due(5100)], [5100, false, true]);
});

Deno.test("SenderReports counts modulo 2^32", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "a@b" });
  reports.sent(2 ** 32 + 1, 2 ** 32 + 2);
  const [report] = parseRtcp(reports.write(0, WALL_TIME, 0));
  assertEquals(report?.kind === "sender-report" && [report.packetCount, report.octetCount], [1, 2]);
});

Deno.test("SenderReports.bye() ends with BYE and its reason", () => {
  const reports = new SenderReports({ ssrc: 7, cname: "a@b" });
  const packets = parseRtcp(reports.bye(WALL_TIME, 0, "end of file"));
  assertEquals(packets.map(({ kind }) => kind), ["sender-report", "source-description", "goodbye"]);
  assertEquals(packets[2], { kind: "goodbye", ssrcs: [7], reason: "end of file" });
  assertEquals(parseRtcp(reports.bye(WALL_TIME, 0))[2], { kind: "goodbye", ssrcs: [7] });
});
