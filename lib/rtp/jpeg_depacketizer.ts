import type { Bytes } from "../core/bytes.ts";
import { DropCounter } from "./drop_counter.ts";
import { FragmentBuffer } from "./fragment_buffer.ts";
import { type FramePart, JpegAssembly } from "./jpeg_assembly.ts";
import type { PictureSize } from "./jpeg_frame.ts";
import type { RtpPacket } from "./packet.ts";
import { StripRepair } from "./strip_repair.ts";
import { MAX_MISORDER, sequenceDistance } from "./sequence.ts";

/** Bytes of scan that are put together for one frame at most. */
export const MAX_RECEIVED_SCAN = 8 * 1024 * 1024;
const MAX_PICTURE_SIZE = 0xffff;

/** A picture that came out of RTP packets. */
export interface ReceivedJpeg {
  /** One whole JPEG, in memory of its own. */
  readonly data: Bytes;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** RTP timestamp, 32 bits at 90 kHz. */
  readonly timestamp: number;
  /** How many RTP packets it came in. */
  readonly packets: number;
  /** Whether a part of it is of the picture before it; see `JpegDepacketizerOptions.repair`. */
  readonly repaired?: boolean;
}

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
  readonly #fragments: FragmentBuffer;
  readonly #assembly: JpegAssembly;
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
    this.#assembly = new JpegAssembly(size);
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
    const part = this.#assembly.read(packet);
    const relation = this.#relate(packet, part);
    if (relation === "late") return undefined;
    if (relation === "same") return this.#take(packet, part);
    const previous = this.#frame;
    const finished = this.#close(packet.sequence);
    this.#open(packet);
    const completed = this.#take(packet, part);
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
    this.#assembly.clear();
    this.#strips.forget();
    this.#trustsMarker = true;
  }

  /** Whether a packet belongs to the open frame, begins the next one, or is left over from one before. */
  #relate(packet: RtpPacket, part: FramePart | string): "same" | "next" | "late" {
    const frame = this.#frame;
    if (frame === undefined) return "next";
    if (packet.timestamp !== frame.timestamp) {
      const distance = sequenceDistance(frame.highestSequence, packet.sequence);
      return distance < 0 && distance > -MAX_MISORDER ? "late" : "next";
    }
    // Some senders' timestamps stand still: but what begins a frame and was sent later begins another one.
    const lastOfFrame = typeof part === "string" ? frame.marker?.sequence : frame.highestSequence;
    const mayBegin = typeof part === "string" || part.mayBegin;
    const isLater = lastOfFrame !== undefined && sequenceDistance(lastOfFrame, packet.sequence) > 0;
    return mayBegin && isLater ? "next" : "same";
  }

  #open(packet: RtpPacket): void {
    this.#fragments.clear();
    this.#assembly.begin();
    this.#frame = {
      timestamp: packet.timestamp,
      packets: 0,
      highestSequence: packet.sequence,
      marker: undefined,
      markerLied: false,
      state: "collecting",
    };
  }

  /** Adds a packet to the open frame; returns the frame when it is complete and the marker can be believed. */
  #take(packet: RtpPacket, part: FramePart | string): ReceivedJpeg | undefined {
    const frame = this.#frame!;
    frame.packets++;
    if (sequenceDistance(frame.highestSequence, packet.sequence) > 0) frame.highestSequence = packet.sequence;
    if (typeof part === "string") return this.#spoil(frame, part);
    this.#noteMarker(frame, packet, part);
    if (frame.state !== "collecting") return undefined;

    const fault = this.#assembly.take(packet, part) ??
      this.#fragments.place(part.header?.fragmentOffset ?? 0, part.data);
    if (fault) return this.#spoil(frame, fault);
    const { marker } = frame;
    const ended = marker?.end === this.#fragments.end && this.#isWhole(marker.sequence);
    return ended && this.#trustsMarker ? this.#finish(frame) : undefined;
  }

  /** Whether all has come of the frame whose last packet has this sequence number. */
  #isWhole(last: number): boolean {
    const hasScan = this.#fragments.isWhole || (this.#assembly.needsNoScan && this.#fragments.end === 0);
    return hasScan && this.#assembly.isWhole(last);
  }

  /** Notes where the marker says that the frame ends, and whether that was true. */
  #noteMarker(frame: OpenFrame, packet: RtpPacket, { header, data }: FramePart): void {
    const end = header === undefined ? this.#fragments.end : header.fragmentOffset + data.length;
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
    const hasStart = this.#fragments.hasStart || this.#assembly.needsNoScan;
    if (!hasStart || this.#assembly.isCut) return this.#spoil(frame, "start of the frame missing");
    if (!this.#isWhole(frame.highestSequence)) return this.#patch(frame, "gap in the frame");
    const endsWithMarker = frame.marker?.end === this.#fragments.end;
    const endIsKnown = endsWithMarker ||
      nextSequence === ((frame.highestSequence + 1) & 0xffff) || endsWithEoi(this.#fragments.bytes);
    if (!endIsKnown) return this.#patch(frame, "end of the frame missing");
    if (!endsWithMarker) this.#trustsMarker = false;
    return this.#finish(frame);
  }

  #finish(frame: OpenFrame): ReceivedJpeg | undefined {
    const { timestamp, packets } = frame;
    const picture = this.#assembly.join(this.#fragments.bytes, frame.highestSequence);
    if (typeof picture === "string") return this.#spoil(frame, picture);
    frame.state = "done";
    this.#frames++;
    const strips = this.#repair ? this.#assembly.strips(this.#fragments.bytes) : undefined;
    if (strips) this.#strips.remember(strips);
    return { ...picture, timestamp, packets };
  }

  /** Gives the frame up, or shows what has come of it over the picture before. */
  #patch(frame: OpenFrame, reason: string): ReceivedJpeg | undefined {
    this.#spoil(frame, reason);
    const strips = this.#repair ? this.#assembly.strips(this.#fragments.bytes) : undefined;
    if (!strips) return undefined;
    const endIsKnown = frame.marker?.end === this.#fragments.end;
    const scan = this.#strips.repair(strips, this.#fragments.pieces, endIsKnown);
    const picture = scan && this.#assembly.joinStrips(strips, scan);
    if (picture === undefined) return undefined;
    this.#repaired++;
    return { ...picture, timestamp: frame.timestamp, packets: frame.packets, repaired: true };
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
