/**
 * Runs every benchmark of this folder, one after the other: each is a script (`NAME_bench.ts`) that prints its tables.
 *
 * deno run -A tests/bench/all.ts     BENCH_QUICK=1 makes all of them short
 */
import { fromFileUrl, join } from "@std/path";

const HEADLINES: Readonly<Record<string, string>> = {
  "jpeg_bench.ts": "JPEG: cutting, parsing, writing",
  "rtp_bench.ts": "RTP: packetizing and depacketizing RFC 2435",
  "rtsp_bench.ts": "RTSP: parsing requests and headers",
  "transcode_bench.ts": "Re-coding JPEGs that RFC 2435 cannot carry",
  "delay_bench.ts": "Delay of a live stream, beside ffplay, GStreamer and mpv",
  "start_bench.ts": "From start to picture, beside ffplay, GStreamer and mpv",
  "hd_bench.ts": "1080p in the player",
  "fanout_bench.ts": "Fan-out: many viewers, beside gst-rtsp-server",
};

const folder = fromFileUrl(new URL("./", import.meta.url));
const names: string[] = [];
for await (const entry of Deno.readDir(folder)) if (entry.name.endsWith("_bench.ts")) names.push(entry.name);
// The short ones first; the order of the headlines, then whatever is new.
const order = Object.keys(HEADLINES);
names.sort((a, b) => (order.indexOf(a) + 1 || order.length + 1) - (order.indexOf(b) + 1 || order.length + 1));

let failed = false;
for (const name of names) {
  console.log(`\n== ${HEADLINES[name] ?? name} (tests/bench/${name})`);
  const script = new Deno.Command(Deno.execPath(), { args: ["run", "-A", join(folder, name)] });
  const status = await script.spawn().status;
  if (!status.success) {
    console.error(`${name} failed with ${status.code}`);
    failed = true;
  }
}
if (failed) Deno.exit(1);
