import { join } from "@std/path";
import type { Bytes } from "../../lib/core/bytes.ts";
import { JpegDepacketizer } from "../../lib/rtp/jpeg_depacketizer.ts";
import { parseRtpPacket } from "../../lib/rtp/packet.ts";
import { gstLaunch, run, type Transport } from "./peers.ts";

/** The programs that take RTP in and send it out again. */
export const RELAYS = ["ffmpeg", "gstreamer"] as const;
export type Relay = typeof RELAYS[number];

/** Frames by number; undefined for one that our depacketizer refuses. */
type Frames = (Bytes | undefined)[];

/** What a peer made of a stream. */
export interface Relayed {
  /** Each JPEG that its depacketizer wrote, in order. */
  readonly received: readonly Bytes[];
  /** Each frame that its packetizer sent, as our depacketizer reads it. */
  readonly returned: Readonly<Frames>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How a stream is relayed. */
export interface RelayOptions {
  readonly transport: Transport;
  /** True size of all pictures, pixels: RTP itself tells it in steps of 8. */
  readonly size: Size;
  /** Whether the peer is to send the frames on. */
  readonly sends: boolean;
}

/** Frames a second that a peer sends. */
const SENT_FRAME_RATE = 50;
/** The end of the stream, sent by the test itself when the peer has ended: no RTP packet is so short. */
const END = Uint8Array.of(0);

/** Lets `peer` play an RTSP stream to its end and keep each JPEG, and then send them all on by RTP; none is decoded. */
export async function relay(peer: Relay, url: string, { transport, size, sends }: RelayOptions): Promise<Relayed> {
  const folder = await Deno.makeTempDir({ prefix: "flipbook-relay-" });
  const files = join(folder, "%05d.jpg");
  try {
    await (peer === "ffmpeg" ? receiveWithFfmpeg : receiveWithGstreamer)(url, transport, files);
    const received = await readFiles(folder);
    const send = peer === "ffmpeg" ? sendWithFfmpeg : sendWithGstreamer;
    const returned = sends ? await collect(size, (ports) => send(files, ports, received.length, size)) : [];
    return { received, returned };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function receiveWithFfmpeg(url: string, transport: Transport, files: string): Promise<unknown> {
  const output = ["-c", "copy", "-f", "image2", "-start_number", "0", files];
  return run("ffmpeg", ["-v", "error", "-rtsp_transport", transport, "-i", url, ...output]);
}

function receiveWithGstreamer(url: string, transport: Transport, files: string): Promise<unknown> {
  const input = ["rtspsrc", `location=${url}`, `protocols=${transport}`];
  return gstLaunch([...input, "!", "rtpjpegdepay", "!", "multifilesink", `location=${files}`]);
}

interface Ports {
  readonly rtp: number;
  readonly rtcp: number;
}

function sendWithFfmpeg(files: string, { rtp, rtcp }: Ports): Promise<unknown> {
  const input = ["-v", "error", "-re", "-f", "image2", "-framerate", String(SENT_FRAME_RATE), "-i", files];
  return run("ffmpeg", [...input, "-c", "copy", "-f", "rtp", `rtp://127.0.0.1:${rtp}?rtcpport=${rtcp}`]);
}

function sendWithGstreamer(files: string, { rtp }: Ports, count: number, size: Size): Promise<unknown> {
  const caps = `caps=image/jpeg,framerate=${SENT_FRAME_RATE}/1,width=${size.width},height=${size.height}`;
  const input = ["multifilesrc", `location=${files}`, `stop-index=${count - 1}`, "do-timestamp=true", caps];
  // Files have no time of their own, and all would leave at once.
  const pace = ["identity", `sleep-time=${1_000_000 / SENT_FRAME_RATE}`];
  const output = ["udpsink", "host=127.0.0.1", `port=${rtp}`, "sync=false", "async=false"];
  return gstLaunch([...input, "!", ...pace, "!", "rtpjpegpay", "!", ...output]);
}

/** What our depacketizer makes of the frames that come while `send` runs. */
async function collect(size: Size, send: (ports: Ports) => Promise<unknown>): Promise<Frames> {
  const [rtp, rtcp] = [listen(), listen()];
  try {
    const reading = readFrames(rtp, new JpegDepacketizer({ sizeOverride: size }));
    await send({ rtp: portOf(rtp), rtcp: portOf(rtcp) }).finally(() => rtp.send(END, rtp.addr));
    return await reading;
  } finally {
    for (const socket of [rtp, rtcp]) socket.close();
  }
}

function listen(): Deno.DatagramConn {
  return Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
}

function portOf({ addr }: Deno.DatagramConn): number {
  return (addr as Deno.NetAddr).port;
}

async function readFrames(socket: Deno.DatagramConn, depacketizer: JpegDepacketizer): Promise<Frames> {
  const frames: Frames = [];
  for await (const [data] of socket) {
    if (data.length === END.length) break;
    const packet = parseRtpPacket(data.slice());
    const frame = depacketizer.push(packet);
    if (packet.marker) frames.push(frame?.data);
  }
  return frames;
}

async function readFiles(folder: string): Promise<Bytes[]> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  return await Promise.all(names.map((name) => Deno.readFile(join(folder, name))));
}
