import type { Bytes } from "../core/bytes.ts";
import { writeJpeg } from "../jpeg/write.ts";
import { DropCounter } from "./drop_counter.ts";
import { FragmentBuffer } from "./fragment_buffer.ts";
import { checkScan, type PictureSize, pictureSize, sameFrameHeader } from "./jpeg_frame.ts";
import { type JpegHeader, type JpegPayload, readJpegPayload } from "./jpeg_header.ts";
import type { RtpPacket } from "./packet.ts";
import { joinOnvif, ONVIF_FIRST } from "./jpeg_onvif.ts";
import { QuantizationCache } from "./quantization_cache.ts";
import { type StripFrame, StripRepair } from "./strip_repair.ts";
import { MAX_MISORDER, sequenceDistance } from "./sequence.ts";

/** Bytes of scan that are put together for one frame at most. */
export const MAX_RECEIVED_SCAN = 8 * 1024 * 1024;
const MAX_PICTURE_SIZE = 0xffff;
/** Bytes of two quantization tables. */
const TABLES_SIZE = 128;

/** A picture that came out of RTP packets. */
export interface ReceivedJpeg {
  /** One whole JPEG, in memory of its own. */
  readonly data: Bytes;
  /** RTP timestamp, 32 bits at 90 kHz. */
  readonly timestamp: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** How many RTP packets it came in. */
  readonly packets: number;
  /** Whether a part of it is of the picture before it; see `JpegDepacketizerOptions.repair`. */
  readonly repaired?: boolean;
}

type Picture = Pick<ReceivedJpeg, "data" | "width" | "height">;

/** Settings of a `JpegDepacketizer`. */
export interface JpegDepacketizerOptions {
  /** Bytes of scan; default 8 MiB. */
  readonly maxFrameSize?: number;
  /** The true size, from the session description. */
  readonly sizeOverride?: PictureSize;
  /** Whether the strips of a damaged frame that have come are shown over the picture before it; default not. */
  readonly repair?: boolean;
}

/** The frame whose packets are coming in. */
interface OpenFrame {
  /** RTP timestamp, 32 bits at 90 kHz. */
  readonly timestamp: number;
  header: JpegHeader | undefined;
  tables: Bytes | undefined;
  /** ONVIF's header extension: JPEG segments that count in place of the headers. */
  extension: Bytes | undefined;
  packets: number;
  highestSequence: number;
  /** Where the scan ends and which packet said so. */
  marker: { readonly end: number; readonly sequence: number } | undefined;
  /** A fragment lay behind a marker. */
  markerLied: boolean;
  /** `collecting` until it has been handed out or was found damaged; then its packets are passed over. */
  state: "collecting" | "done" | "damaged";
}

/**
 * Puts JPEGs together from RTP packets (RFC 2435). A frame is handed out only when every byte of it has come and nothing
 * in it disagrees; all others are counted in `drops`.
 *
 * The packets of a frame may come in any order. A frame ends with the marker bit; where a sender sets none, or sets it in
 * the middle of frames, it ends when the timestamp changes, which costs one frame of delay.
 */
export class JpegDepacketizer {
  readonly #sizeOverride: PictureSize | undefined;
  readonly #fragments: FragmentBuffer;
  readonly #tables = new QuantizationCache();
  readonly #drops = new DropCounter();
  #frame: OpenFrame | undefined;
  #ssrc: number | undefined;
  readonly #strips = new StripRepair();
  #repair: boolean;
  #trustsMarker = true;
  #frames = 0;
  #repaired = 0;

  /**
   * Begins with no frame open.
   *
   * @throws {RangeError} for a size that no JPEG can have
   */
  constructor(options: JpegDepacketizerOptions = {}) {
    const size = options.sizeOverride;
    if (size && !(isPixels(size.width) && isPixels(size.height))) {
      throw new RangeError(`Cannot receive pictures of ${size.width}x${size.height} pixels`);
    }
    this.#sizeOverride = size;
    this.#fragments = new FragmentBuffer(options.maxFrameSize ?? MAX_RECEIVED_SCAN);
    this.#repair = options.repair ?? false;
  }

  /** Whether damaged frames are shown over the picture before them, from the next picture on. */
  set repair(on: boolean) {
    if (on === this.#repair) return;
    this.#repair = on;
    this.#strips.forget();
  }

  /** Frames handed out. */
  get frames(): number {
    return this.#frames;
  }

  /** Damaged frames that were handed out all the same, because their strips lie over the picture before them. */
  get repaired(): number {
    return this.#repaired;
  }

  /** Frames of which something came, but not enough or not the right thing. */
  get damaged(): number {
    return this.#drops.total;
  }

  /** Why frames were damaged. */
  get drops(): ReadonlyMap<string, number> {
    return this.#drops.counts;
  }

  /** Takes the next packet; returns the frame that is complete with it. */
  push(packet: RtpPacket): ReceivedJpeg | undefined {
    if (packet.ssrc !== this.#ssrc) this.#changeSource(packet.ssrc);
    const payload = readJpegPayload(packet.payload);
    const relation = this.#relate(packet, payload);
    if (relation === "late") return undefined;
    if (relation === "same") return this.#take(packet, payload);
    const previous = this.#frame;
    const finished = this.#close(packet.sequence);
    this.#open(packet);
    const completed = this.#take(packet, payload);
    // Believed again only from here on, so that one packet never completes two frames.
    if (finished && previous?.marker && !previous.markerLied) this.#trustsMarker = true;
    return finished ?? completed;
  }

  /** Ends the frame under way, as at the end of a stream; returns it if nothing of it is missing. */
  flush(): ReceivedJpeg | undefined {
    const finished = this.#close(undefined);
    this.#frame = undefined;
    return finished;
  }

  #changeSource(ssrc: number): void {
    if (this.#frame?.state === "collecting") this.#spoil(this.#frame, "cut off by another source");
    this.#frame = undefined;
    this.#ssrc = ssrc;
    this.#tables.clear();
    this.#strips.forget();
    this.#trustsMarker = true;
  }

  /** Whether a packet belongs to the open frame, begins the next one, or is left over from one before. */
  #relate(packet: RtpPacket, payload: JpegPayload | string): "same" | "next" | "late" {
    const frame = this.#frame;
    if (frame === undefined) return "next";
    if (packet.timestamp !== frame.timestamp) {
      const distance = sequenceDistance(frame.highestSequence, packet.sequence);
      return distance < 0 && distance > -MAX_MISORDER ? "late" : "next";
    }
    // Some senders' timestamps stand still: but what begins a frame and was sent later begins another one.
    const lastOfFrame = typeof payload === "string" ? frame.marker?.sequence : frame.highestSequence;
    const mayBegin = typeof payload === "string" || payload.header.fragmentOffset === 0;
    const isLater = lastOfFrame !== undefined && sequenceDistance(lastOfFrame, packet.sequence) > 0;
    return mayBegin && isLater ? "next" : "same";
  }

  #open(packet: RtpPacket): void {
    this.#fragments.clear();
    this.#frame = {
      timestamp: packet.timestamp,
      header: undefined,
      tables: undefined,
      extension: undefined,
      packets: 0,
      highestSequence: packet.sequence,
      marker: undefined,
      markerLied: false,
      state: "collecting",
    };
  }

  /** Adds a packet to the open frame; returns the frame when it is complete and the marker can be believed. */
  #take(packet: RtpPacket, payload: JpegPayload | string): ReceivedJpeg | undefined {
    const frame = this.#frame!;
    frame.packets++;
    if (sequenceDistance(frame.highestSequence, packet.sequence) > 0) frame.highestSequence = packet.sequence;
    if (typeof payload === "string") return this.#spoil(frame, payload);
    this.#noteMarker(frame, packet, payload);
    if (frame.state !== "collecting") return undefined;

    const { header, data } = payload;
    frame.header ??= header;
    if (!sameFrameHeader(frame.header, header)) return this.#spoil(frame, "header changes inside the frame");
    if (header.fragmentOffset === 0 && frame.tables === undefined) {
      const tables = this.#tables.resolve(header);
      if (typeof tables === "string") return this.#spoil(frame, tables);
      frame.tables = tables;
    }
    if (header.fragmentOffset === 0 && packet.extension?.profile === ONVIF_FIRST) {
      frame.extension = packet.extension.data;
    }
    const fault = this.#fragments.place(header.fragmentOffset, data);
    if (fault) return this.#spoil(frame, fault);
    const ended = frame.marker?.end === this.#fragments.end && this.#fragments.isWhole;
    return ended && this.#trustsMarker ? this.#finish(frame) : undefined;
  }

  /** Notes where the marker says that the frame ends, and whether that was true. */
  #noteMarker(frame: OpenFrame, packet: RtpPacket, { header, data }: JpegPayload): void {
    const end = header.fragmentOffset + data.length;
    const marker = frame.marker;
    if (marker && end > marker.end && sequenceDistance(marker.sequence, packet.sequence) > 0) {
      frame.markerLied = true;
      this.#trustsMarker = false;
      if (frame.state === "done") this.#spoil(frame, "fragments after the marker");
    }
    if (packet.marker && !(marker && marker.end > end)) frame.marker = { end, sequence: packet.sequence };
  }

  /** Ends the open frame without its marker; `nextSequence` is that of the packet which began another one. */
  #close(nextSequence: number | undefined): ReceivedJpeg | undefined {
    const frame = this.#frame;
    if (frame === undefined || frame.state !== "collecting") return undefined;
    if (!this.#fragments.hasStart) return this.#spoil(frame, "start of the frame missing");
    if (!this.#fragments.isWhole) return this.#patch(frame, "gap in the frame");
    const endsWithMarker = frame.marker?.end === this.#fragments.end;
    const endIsKnown = endsWithMarker ||
      nextSequence === ((frame.highestSequence + 1) & 0xffff) || endsWithEoi(this.#fragments.bytes);
    if (!endIsKnown) return this.#patch(frame, "end of the frame missing");
    if (!endsWithMarker) this.#trustsMarker = false;
    return this.#finish(frame);
  }

  #finish(frame: OpenFrame): ReceivedJpeg | undefined {
    const { timestamp, packets } = frame;
    const picture = frame.extension ? this.#joinExtension(frame, frame.extension) : this.#join(frame);
    if (typeof picture === "string") return this.#spoil(frame, picture);
    frame.state = "done";
    this.#frames++;
    const strips = this.#repair ? this.#stripsOf(frame) : undefined;
    if (strips) this.#strips.remember(strips);
    return { ...picture, timestamp, packets };
  }

  /** The picture that headers and scan make (RFC 2435), or why they make none. */
  #join({ tables, header }: OpenFrame): Picture | string {
    const { type, restart } = header!;
    const size = pictureSize(header!, this.#sizeOverride);
    if (size === undefined) return "size of the picture unknown";
    if (tables === undefined) return "quantization tables never sent";
    const scan = checkScan(this.#fragments.bytes, header!, size);
    if (typeof scan === "string") return scan;
    const data = writeJpeg({ type, ...size, restartInterval: restart?.interval ?? 0, quantization: tables, scan });
    return { data, width: size.width, height: size.height };
  }

  #joinExtension({ tables, header }: OpenFrame, extension: Bytes): Picture | string {
    const { type, restart, width, height } = header!;
    return joinOnvif(extension, {
      type,
      ...(pictureSize(header!, this.#sizeOverride) ?? { width, height }),
      restartInterval: restart?.interval ?? 0,
      quantization: tables ?? new Uint8Array(TABLES_SIZE),
      scan: this.#fragments.bytes,
    });
  }

  /** Gives the frame up, or shows what has come of it over the picture before. */
  #patch(frame: OpenFrame, reason: string): ReceivedJpeg | undefined {
    this.#spoil(frame, reason);
    const strips = this.#repair ? this.#stripsOf(frame) : undefined;
    if (!strips) return undefined;
    const endIsKnown = frame.marker?.end === this.#fragments.end;
    const scan = this.#strips.repair(strips, this.#fragments.pieces, endIsKnown);
    const { type, width, height, interval, tables } = strips;
    if (scan === undefined || typeof checkScan(scan, frame.header!, { width, height }) === "string") return undefined;
    this.#repaired++;
    const data = writeJpeg({ type, width, height, restartInterval: interval, quantization: tables, scan });
    return { data, width, height, timestamp: frame.timestamp, packets: frame.packets, repaired: true };
  }

  /** What a frame has to do with strips; undefined where it has none, or is not what its headers say (ONVIF). */
  #stripsOf({ header, tables, extension }: OpenFrame): StripFrame | undefined {
    const size = header && pictureSize(header, this.#sizeOverride);
    if (!size || !tables || extension || header.restart === undefined) return undefined;
    const { type, restart } = header;
    return { type, ...size, interval: restart.interval, tables, scan: this.#fragments.bytes };
  }

  /** Gives the frame up, once. */
  #spoil(frame: OpenFrame, reason: string): undefined {
    if (frame.state !== "damaged") this.#drops.count(reason);
    frame.state = "damaged";
  }
}

function isPixels(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_PICTURE_SIZE;
}

function endsWithEoi(bytes: Bytes): boolean {
  return bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}
