import type { Bytes } from "../core/bytes.ts";
import { writeJpeg } from "../jpeg/write.ts";
import { checkScan, type PictureSize, pictureSize, sameFrameHeader } from "./jpeg_frame.ts";
import { headerFault, type JpegFault, type JpegHeader, readJpegPayload, SAME_TABLES_Q } from "./jpeg_header.ts";
import { ONVIF_FIRST, ONVIF_FURTHER } from "./jpeg_onvif.ts";
import { isOnvif, OnvifParts } from "./onvif_parts.ts";
import { OnvifPictures } from "./onvif_picture.ts";
import type { RtpPacket } from "./packet.ts";
import { QuantizationCache, type TableFault } from "./quantization_cache.ts";
import type { StripFrame } from "./strip_repair.ts";

/** A packet's part of a frame. */
export interface FramePart {
  /** Undefined in a packet that has nothing but ONVIF's header extension. */
  readonly header: JpegHeader | undefined;
  /** The piece of scan, a view. */
  readonly data: Bytes;
  /** Whether a frame may begin with this packet. */
  readonly mayBegin: boolean;
}

/** One whole JPEG. */
export interface Picture {
  readonly data: Bytes;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** What the headers of a frame's packets say, and the picture that they make of its scan. */
export class JpegAssembly {
  readonly #sizeOverride: PictureSize | undefined;
  readonly #tables = new QuantizationCache();
  readonly #onvif = new OnvifPictures();
  #header: JpegHeader | undefined;
  #frameTables: Bytes | TableFault | undefined;
  #extensions: OnvifParts | undefined;
  #packets = 0;

  /** `sizeOverride`: the pictures' true size, from the session description. */
  constructor(sizeOverride: PictureSize | undefined) {
    this.#sizeOverride = sizeOverride;
  }

  /** Forgets all that was sent: another source has other tables. */
  clear(): void {
    this.#tables.clear();
    this.#onvif.clear();
    this.begin();
  }

  /** Begins another frame. */
  begin(): void {
    this.#header = undefined;
    this.#frameTables = undefined;
    this.#extensions = undefined;
    this.#packets = 0;
  }

  /** Whether the frame may have all of its scan in header extensions. */
  get needsNoScan(): boolean {
    return this.#extensions?.begins ?? false;
  }

  /** Whether the packets that have come say that there is one before them. */
  get isCut(): boolean {
    return this.#extensions?.isCut ?? false;
  }

  /** A packet's payload taken apart, or what is wrong with it. */
  read(packet: RtpPacket): FramePart | JpegFault {
    const { payload, extension } = packet;
    const isExtended = isOnvif(packet);
    if (isExtended && payload.length === 0) {
      return { header: undefined, data: payload, mayBegin: extension?.profile === ONVIF_FIRST };
    }
    const read = readJpegPayload(payload, isExtended || this.needsNoScan);
    if (typeof read === "string") return read;
    const isFurther = extension?.profile === ONVIF_FURTHER;
    return { ...read, mayBegin: read.header.fragmentOffset === 0 && !isFurther };
  }

  /** Takes what a packet of the frame says. Returns why the frame is damaged, if it is. */
  take(packet: RtpPacket, { header, data }: FramePart): string | undefined {
    const isExtended = isOnvif(packet);
    if (isExtended) this.#extensions ??= new OnvifParts(this.#packets);
    this.#packets++;
    const fault = this.#extensions?.take(packet, header?.fragmentOffset, data.length);
    if (fault !== undefined || header === undefined) return fault;
    this.#header ??= header;
    if (!sameFrameHeader(this.#header, header)) return "header changes inside the frame";
    if (header.fragmentOffset > 0 || this.#frameTables !== undefined || header.q === SAME_TABLES_Q) return undefined;
    this.#frameTables = this.#tables.resolve(header);
    // The extension may bring the tables that RFC 2435 does not find.
    return typeof this.#frameTables === "string" && !isExtended ? this.#frameTables : undefined;
  }

  /** Whether nothing is missing of what the packets up to this one say besides the scan. */
  isWhole(last: number): boolean {
    return this.#extensions?.isWhole(last) ?? true;
  }

  /** The picture that headers and scan make; `last` is the last packet's sequence number. Or why they make none. */
  join(scan: Bytes, last: number): Picture | string {
    const header = this.#header;
    if (header === undefined) return "start of the frame missing";
    const size = pictureSize(header, this.#sizeOverride);
    const tables = this.#frameTables;
    if (this.#extensions?.begins) {
      return this.#onvif.join({ parts: this.#extensions.inOrder(), header, tables, size, scan, last });
    }
    const plain = headerFault(header) ?? this.#joinPlain(header, size, scan);
    if (typeof plain !== "string" && tables instanceof Uint8Array) this.#onvif.passPlain(tables, last);
    return plain;
  }

  /** The picture that RFC 2435 makes of a scan. */
  #joinPlain(header: JpegHeader, size: PictureSize | undefined, bytes: Bytes): Picture | string {
    const tables = this.#frameTables;
    if (size === undefined) return "size of the picture unknown";
    if (!(tables instanceof Uint8Array)) return tables ?? "quantization tables never sent";
    const scan = checkScan(bytes, header, size);
    if (typeof scan === "string") return scan;
    const restartInterval = header.restart?.interval ?? 0;
    return { data: writeJpeg({ type: header.type, ...size, restartInterval, quantization: tables, scan }), ...size };
  }

  /** What the frame has to do with strips; undefined where it has none, or is not what its headers say (ONVIF). */
  strips(scan: Bytes): StripFrame | undefined {
    const header = this.#header;
    const tables = this.#frameTables;
    const size = header && pictureSize(header, this.#sizeOverride);
    const isPlain = tables instanceof Uint8Array && this.#extensions === undefined;
    if (!size || !isPlain || header.restart === undefined) return undefined;
    return { type: header.type, ...size, interval: header.restart.interval, tables, scan };
  }

  /** The picture that strips of this frame and of the one before make together; undefined if it makes no sense. */
  joinStrips(strips: StripFrame, bytes: Bytes): Picture | undefined {
    const { type, width, height, interval, tables } = strips;
    const scan = checkScan(bytes, this.#header!, { width, height });
    if (typeof scan === "string") return undefined;
    const data = writeJpeg({ type, width, height, restartInterval: interval, quantization: tables, scan: bytes });
    return { data, width, height };
  }
}
