/**
 * Motion JPEG over RTSP and RTP: serve it, play it, or take the building blocks.
 *
 * Serve pictures from code:
 *
 * ```ts
 * import { startServer } from "@flipbook/flipbook";
 *
 * async function serveSlides(paths: string[]) {
 *   async function* slides() {
 *     for (const path of paths) {
 *       yield await Deno.readFile(path);
 *       await new Promise((resolve) => setTimeout(resolve, 1000));
 *     }
 *   }
 *   const server = await startServer({ port: 0, media: [] });
 *   server.addStream("slides", slides());
 *   return server; // rtsp://127.0.0.1:PORT/slides plays in VLC, ffplay, mpv, GStreamer
 * }
 * ```
 *
 * Play a stream:
 *
 * ```ts
 * import { play } from "@flipbook/flipbook";
 *
 * async function sizes(url: string) {
 *   for await (const frame of play(url)) console.log(frame.index, frame.data.length);
 * }
 * ```
 *
 * Open a film and read a picture of it:
 *
 * ```ts
 * import { Library, parseJpeg } from "@flipbook/flipbook";
 *
 * const library = await Library.open(["media"]);
 * const clip = await library.open("flipbook.mjpeg");
 * const { data } = await clip.read(0);
 * console.assert(parseJpeg(data).width === 640);
 * clip.close();
 * library.close();
 * ```
 *
 * Cut a picture into RTP payloads and put it together again:
 *
 * ```ts
 * import { fitRfc2435, JpegDepacketizer, packetizeJpeg, parseJpeg } from "@flipbook/flipbook";
 *
 * function throughRtp(jpeg: Uint8Array<ArrayBuffer>) {
 *   const fit = fitRfc2435(parseJpeg(jpeg));
 *   if (!fit.fits) throw new Error(`RFC 2435 cannot carry it because ${fit.reason}`);
 *   const { payloads } = packetizeJpeg(fit.image);
 *   const receiver = new JpegDepacketizer();
 *   const packets = payloads.map((payload, index) => ({
 *     marker: index === payloads.length - 1,
 *     payloadType: 26,
 *     sequence: index,
 *     timestamp: 0,
 *     ssrc: 1,
 *     csrcs: [],
 *     payload,
 *   }));
 *   return packets.map((packet) => receiver.push(packet)).findLast((frame) => frame !== undefined);
 * }
 * ```
 *
 * @module
 */
export type { Bytes } from "./lib/core/bytes.ts";
export type { Clock } from "./lib/core/clock.ts";
export { InvalidDataError } from "./lib/core/errors.ts";
export type { Frame } from "./lib/core/frame.ts";
export type { Random } from "./lib/core/random.ts";

export { findJpegEnd, JpegSplitter, type JpegSplitterOptions } from "./lib/jpeg/boundary.ts";
export * from "./lib/jpeg/parse.ts";
export { type FitResult, fitRfc2435, type RtpJpeg } from "./lib/jpeg/rfc2435.ts";
export { writeJpeg } from "./lib/jpeg/write.ts";

export { parseRtpPacket, type RtpHeader, type RtpPacket, writeRtpPacket } from "./lib/rtp/packet.ts";
export { JpegDepacketizer, type ReceivedJpeg } from "./lib/rtp/jpeg_depacketizer.ts";
export { MAX_RTP_PAYLOAD, type PacketizedFrame, packetizeJpeg } from "./lib/rtp/jpeg_packetizer.ts";

export * from "./lib/rtsp/message.ts";
export { RtspParser } from "./lib/rtsp/parser.ts";
export { RtspHeaders } from "./lib/rtsp/rtsp_headers.ts";
export { RtspError } from "./lib/rtsp/status.ts";

export type { Clip } from "./lib/media/clip.ts";
export { NotFoundError } from "./lib/media/errors.ts";
export { Library, type LibraryEntry } from "./lib/media/library.ts";
export type { Feed } from "./lib/media/live/feed.ts";
export { feedFrom, type PushedFeedOptions } from "./lib/media/live/pushed.ts";

export type { UdpEngine } from "./lib/net/udp.ts";

export type { ServerOptions } from "./lib/server/config.ts";
export type { Counters } from "./lib/server/sessions/services.ts";
export { type FlipbookServer, type ServerStats, startServer, type StreamOptions } from "./lib/server/server.ts";
export type { SendStats, StreamStats, ViewerStats } from "./lib/server/sessions/statistics.ts";

export { play, type PlayOptions } from "./lib/client/play.ts";
export { Player } from "./lib/client/player.ts";
export * from "./lib/client/player_types.ts";
