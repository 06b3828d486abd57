import { type Bytes, ByteWriter, concatBytes } from "../../lib/core/bytes.ts";
import type { LabForm } from "../../lib/rtp/lab_payload.ts";
import type { RtpPacket } from "../../lib/rtp/packet.ts";
import { rtpPacket } from "./rtp.ts";

/** The timestamp that these servers give to every frame of one second. */
export const UNIX_SECONDS = 1_700_000_000;

/** Pieces of at most `size` bytes. */
export function cut(bytes: Bytes, size: number): Bytes[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

/** What a kind of the assignment's servers sends for its frames. */
export type LabPackets = (frames: readonly Bytes[]) => RtpPacket[];

/** Each frame in one packet. */
export const whole: LabPackets = (frames) =>
  frames.map((payload, index) => rtpPacket({ sequence: index + 1, timestamp: UNIX_SECONDS, payload, ssrc: 0 }));

/** Pieces of one frame share its number. */
export const sameNumber: LabPackets = (frames) =>
  frames.flatMap((frame, index) =>
    cut(frame, 1400).map((payload, piece, all) =>
      rtpPacket({ marker: piece === all.length - 1, sequence: index + 1, timestamp: UNIX_SECONDS, payload })
    )
  );

/** Every piece has the next number. */
export const numberedOn: LabPackets = (frames) => {
  let sequence = 0;
  return frames.flatMap((frame) =>
    cut(frame, 1000).map((payload, piece, all) =>
      rtpPacket({ marker: piece === all.length - 1, sequence: sequence++, timestamp: UNIX_SECONDS, payload })
    )
  );
};

/** Large frames in pieces behind number, total and size. */
export function counted(firstNumber: number): LabPackets {
  return (frames) =>
    frames.flatMap((frame, index) => {
      if (frame.length <= 2000) {
        return [rtpPacket({ marker: true, sequence: index + 1, timestamp: UNIX_SECONDS, payload: frame })];
      }
      return cut(frame, 1400).map((data, piece, all) => {
        const head = new ByteWriter(6).u16(piece + firstNumber).u16(all.length).u16(frame.length & 0xffff);
        const payload = concatBytes([head.bytes, data]);
        return rtpPacket({ marker: piece === all.length - 1, sequence: index + 1, timestamp: UNIX_SECONDS, payload });
      });
    });
}

/** Large frames in pieces behind offset and size, one number left out before each frame. */
export const addressed: LabPackets = (frames) => {
  let sequence = 0;
  return frames.flatMap((frame, index) => {
    sequence++;
    if (frame.length <= 1478) return [rtpPacket({ sequence: sequence++, timestamp: UNIX_SECONDS, payload: frame })];
    return cut(frame, 1468).map((data, piece, all) => {
      const head = new ByteWriter(10).u8(piece < all.length - 1 ? 1 : 0).u8(index).u32(1468 * piece).u32(frame.length);
      const payload = concatBytes([head.bytes, data]);
      return rtpPacket({ sequence: sequence++, timestamp: UNIX_SECONDS, payload });
    });
  });
};

/** All of them, with the form that they are told as. */
export const LAB_SERVERS: readonly { readonly form: LabForm; readonly server: LabPackets }[] = [
  { form: "whole", server: whole },
  { form: "same number", server: sameNumber },
  { form: "numbered on", server: numberedOn },
  { form: "counted", server: counted(0) },
  { form: "counted", server: counted(1) },
  { form: "addressed", server: addressed },
];
