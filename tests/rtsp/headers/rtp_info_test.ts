import { assertEquals } from "@std/assert";
import { formatRtpInfo, MAX_RTP_INFO_LENGTH, parseRtpInfo } from "../../../lib/rtsp/headers/rtp_info.ts";

Deno.test("parseRtpInfo() and formatRtpInfo() agree on every form", () => {
  for (
    const [input, canonical, value] of [
      [
        "url=rtsp://h/a/track1;seq=45102;rtptime=12345678",
        "url=rtsp://h/a/track1;seq=45102;rtptime=12345678",
        [{ url: "rtsp://h/a/track1", sequence: 45102, timestamp: 12345678 }],
      ],
      [
        "url=track1;seq=0;rtptime=0, url=track2; seq=65535; rtptime=4294967295",
        "url=track1;seq=0;rtptime=0,url=track2;seq=65535;rtptime=4294967295",
        [{ url: "track1", sequence: 0, timestamp: 0 }, { url: "track2", sequence: 65535, timestamp: 4294967295 }],
      ],
      ['URL = "a";rtptime=5;seq=7', "url=a;seq=7;rtptime=5", [{ url: "a", sequence: 7, timestamp: 5 }]],
      ["url=rtsp://h/a", "url=rtsp://h/a", [{ url: "rtsp://h/a" }]],
      ["url=a;seq=65536;rtptime=4294967296", "url=a", [{ url: "a" }]],
      ["url=a;seq=-1;rtptime=x", "url=a", [{ url: "a" }]],
    ] as const
  ) {
    assertEquals(parseRtpInfo(input), [...value], input);
    assertEquals(formatRtpInfo(value), canonical, input);
    assertEquals(parseRtpInfo(canonical), [...value], canonical);
  }
});

Deno.test("parseRtpInfo() passes over what it cannot read", () => {
  for (const value of ["", ",,", "seq=1;rtptime=2", "url=", "url=;seq=1"]) assertEquals(parseRtpInfo(value), [], value);
  assertEquals(parseRtpInfo("x".repeat(MAX_RTP_INFO_LENGTH) + ",url=a"), []);
});

Deno.test("P11 formatRtpInfo() escapes what separates entries", () => {
  assertEquals(formatRtpInfo([{ url: "rtsp://h/a,url=b;seq=9", sequence: 1 }]), "url=rtsp://h/a%2Curl=b%3Bseq=9;seq=1");
});
