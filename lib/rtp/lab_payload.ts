import { InvalidDataError } from "../core/errors.ts";
import { parseJpeg } from "../jpeg/parse.ts";
import { DropCounter } from "./drop_counter.ts";
import { FragmentBuffer } from "./fragment_buffer.ts";
import { JpegDepacketizer, MAX_RECEIVED_SCAN, type ReceivedJpeg } from "./jpeg_depacketizer.ts";
import { readJpegPayload } from "./jpeg_header.ts";
import {
  AddressedAssembly,
  CountedAssembly,
  jpegEnd,
  type LabAssembly,
  type LabForm,
  RawAssembly,
} from "./lab_assembly.ts";
import { hasJpegStart, readAddressedPiece, readCountedPiece } from "./lab_headers.ts";
import type { RtpPacket } from "./packet.ts";
import { sequenceDistance } from "./sequence.ts";

export type { LabForm };

/**
 * Finds the JPEGs in the packets of the assignment's servers, whatever form they use: the form is told from the bytes.
 *
 * Packets go in as they arrive: their timestamps and sequence numbers are of too many kinds to put them in order before.
 */
export class LabDepacketizer {
  readonly #fragments = new FragmentBuffer(MAX_RECEIVED_SCAN);
  readonly #drops = new DropCounter();
  #standard: JpegDepacketizer | undefined;
  #assembly: LabAssembly | undefined;
  /** Whether the frame under way is already counted as damaged. */
  #skipping = false;
  #form: LabForm | undefined;
  #usesAddresses = false;
  #lastSequence: number | undefined;
  #lost = 0;
  #frames = 0;

  /** The form of the last frame; undefined before the first. */
  get form(): LabForm | undefined {
    return this.#form;
  }

  /** Frames handed out. */
  get frames(): number {
    return this.#frames;
  }

  /** Sequence numbers that never came; 0 for addressed pieces, whose servers leave numbers out on purpose. */
  get lost(): number {
    return this.#lost;
  }

  /** Frames of which something came, but not enough or not the right thing. */
  get damaged(): number {
    return this.#drops.total + (this.#standard?.damaged ?? 0);
  }

  /** Why frames were damaged. */
  get drops(): ReadonlyMap<string, number> {
    return new Map([...this.#standard?.drops ?? [], ...this.#drops.counts]);
  }

  /** Tells that the server was asked to jump: numbers that are left out now are not lost. */
  expectJump(): void {
    this.#lastSequence = undefined;
  }

  /** Takes the next packet; returns the frame that is complete with it. */
  push(packet: RtpPacket): ReceivedJpeg | undefined {
    this.#countLoss(packet.sequence);
    const started = this.#start(packet);
    if (started) {
      if (this.#assembly) this.#drop("frame incomplete");
      this.#fragments.clear();
      this.#skipping = false;
      this.#assembly = started;
    }
    const received = this.#assembly ? this.#add(this.#assembly, packet) : this.#takeOther(packet);
    if (received) this.#frames++;
    return received;
  }

  #countLoss(sequence: number): void {
    const step = this.#lastSequence === undefined ? 1 : sequenceDistance(this.#lastSequence, sequence);
    if (step > 1 && !this.#usesAddresses) this.#lost += step - 1;
    this.#lastSequence = sequence;
  }

  /** What puts together the frame that begins with the packet; undefined when it begins none. */
  #start({ payload }: RtpPacket): LabAssembly | undefined {
    if (hasJpegStart(payload)) return new RawAssembly(this.#fragments);
    // In RFC 2435 the bytes looked at next may be anything: a picture of 2040x1728 has SOI where its size stands.
    if (this.#standard) return undefined;
    const piece = readAddressedPiece(payload, MAX_RECEIVED_SCAN);
    const beginsJpeg = piece?.offset === 0 && hasJpegStart(piece.data);
    if (piece && (beginsJpeg || this.#usesAddresses)) {
      if (this.#assembly instanceof AddressedAssembly && this.#assembly.includes(piece)) return undefined;
      if (!this.#usesAddresses) this.#lost = 0;
      this.#usesAddresses = true;
      return new AddressedAssembly(this.#fragments, piece);
    }
    const counted = readCountedPiece(payload);
    return counted && counted.number <= 1 && hasJpegStart(counted.data)
      ? new CountedAssembly(this.#fragments, counted)
      : undefined;
  }

  #add(assembly: LabAssembly, packet: RtpPacket): ReceivedJpeg | undefined {
    const progress = assembly.add(packet);
    if (progress === "open") return undefined;
    this.#assembly = undefined;
    if (progress !== "complete") return this.#drop(progress.fault);
    const bytes = this.#fragments.bytes;
    const end = jpegEnd(bytes);
    if (end === undefined) return this.#drop("end of the frame missing");
    const data = bytes.slice(0, end);
    try {
      const { width, height } = parseJpeg(data);
      this.#form = assembly.form;
      return { data, timestamp: packet.timestamp, width, height, packets: assembly.packets };
    } catch (error) {
      if (error instanceof InvalidDataError) return this.#drop("not a readable JPEG");
      throw error;
    }
  }

  /** A packet that begins no JPEG and continues none: RFC 2435, or the rest of a frame that is lost. */
  #takeOther(packet: RtpPacket): ReceivedJpeg | undefined {
    const payload = readJpegPayload(packet.payload);
    const beginsStandard = typeof payload !== "string" && payload.header.fragmentOffset === 0 &&
      payload.header.typeSpecific === 0;
    if (this.#standard === undefined && beginsStandard) this.#standard = new JpegDepacketizer();
    if (this.#standard === undefined) return this.#drop("start of the frame missing");
    const received = this.#standard.push(packet);
    if (received) this.#form = "RFC 2435";
    return received;
  }

  /** Gives the frame under way up, once. */
  #drop(reason: string): undefined {
    if (!this.#skipping) this.#drops.count(reason);
    this.#skipping = true;
  }
}
