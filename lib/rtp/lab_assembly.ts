import type { Bytes } from "../core/bytes.ts";
import { InvalidDataError } from "../core/errors.ts";
import { findJpegEnd } from "../jpeg/boundary.ts";
import { EOI } from "../jpeg/markers.ts";
import type { FragmentBuffer } from "./fragment_buffer.ts";
import { type AddressedPiece, type CountedPiece, readAddressedPiece, readCountedPiece } from "./lab_headers.ts";
import type { RtpPacket } from "./packet.ts";
import { sequenceDistance } from "./sequence.ts";

/**
 * How a server of the assignment puts frames into packets: a whole JPEG in each; raw pieces that share one sequence
 * number, or count on; pieces behind a 6-byte header (number, total) or a 10-byte header (offset, size); RFC 2435.
 */
export type LabForm = "whole" | "same number" | "numbered on" | "counted" | "addressed" | "RFC 2435";

/** What a packet did to the frame: more is needed, all is there, or why the frame is lost. */
export type LabProgress = "open" | "complete" | { readonly fault: string };

/** One frame being put together in a `FragmentBuffer`. */
export interface LabAssembly {
  readonly form: LabForm;
  /** How many have been added. */
  readonly packets: number;
  /** Adds the next packet that arrived. */
  add(packet: RtpPacket): LabProgress;
}

/** Where the JPEG at the start of the bytes ends; undefined when it does not, or is none. */
export function jpegEnd(bytes: Bytes): number | undefined {
  try {
    return findJpegEnd(bytes, 0);
  } catch (error) {
    if (error instanceof InvalidDataError) return undefined;
    throw error;
  }
}

/** Pieces without a header of their own: joined as they come until the marker, or until a JPEG has its end. */
export class RawAssembly implements LabAssembly {
  packets = 0;
  #sequence = 0;
  /** What the sequence number grows by from piece to piece. */
  #step: number | undefined;

  constructor(private readonly fragments: FragmentBuffer) {}

  get form(): LabForm {
    if (this.packets === 1) return "whole";
    return this.#step === 0 ? "same number" : "numbered on";
  }

  add(packet: RtpPacket): LabProgress {
    if (this.packets > 0 && !this.#follows(packet.sequence)) return { fault: "gap in the frame" };
    this.#sequence = packet.sequence;
    this.packets++;
    const fault = this.fragments.place(this.fragments.end, packet.payload);
    if (fault) return { fault };
    const bytes = this.fragments.bytes;
    const mayEnd = packet.marker || this.packets === 1 || (bytes.at(-2) === 0xff && bytes.at(-1) === EOI);
    if (mayEnd && jpegEnd(bytes) !== undefined) return "complete";
    return packet.marker ? { fault: "end of the frame missing" } : "open";
  }

  #follows(sequence: number): boolean {
    const step = sequenceDistance(this.#sequence, sequence);
    this.#step ??= step;
    return step === this.#step && (step === 0 || step === 1);
  }
}

/** Pieces that say how many they are. They must come in order: the numbers say nothing about their places. */
export class CountedAssembly implements LabAssembly {
  readonly form = "counted";
  packets = 0;

  constructor(private readonly fragments: FragmentBuffer, private readonly first: CountedPiece) {}

  add(packet: RtpPacket): LabProgress {
    const piece = readCountedPiece(packet.payload);
    const { number, total } = this.first;
    if (piece?.number !== number + this.packets || piece.total !== total) return { fault: "gap in the frame" };
    this.packets++;
    const fault = this.fragments.place(this.fragments.end, piece.data);
    if (fault) return { fault };
    return this.packets === total ? "complete" : "open";
  }
}

/** Pieces that say where they belong: any order will do. */
export class AddressedAssembly implements LabAssembly {
  readonly form = "addressed";
  packets = 0;

  /** `first` is the piece that came first, wherever it lies. */
  constructor(private readonly fragments: FragmentBuffer, private readonly first: AddressedPiece) {}

  /** Whether a piece belongs to this frame. */
  includes({ frame, size }: AddressedPiece): boolean {
    return frame === this.first.frame && size === this.first.size;
  }

  add(packet: RtpPacket): LabProgress {
    const piece = readAddressedPiece(packet.payload, this.first.size);
    if (!piece || !this.includes(piece)) return { fault: "gap in the frame" };
    this.packets++;
    const fault = this.fragments.place(piece.offset, piece.data);
    if (fault) return { fault };
    return this.fragments.isWhole && this.fragments.end === this.first.size ? "complete" : "open";
  }
}
