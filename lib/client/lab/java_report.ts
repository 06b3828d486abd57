import { type Bytes, ByteWriter } from "../../core/bytes.ts";

/** UDP port on which the Java version of the assignment's server waits for receiver reports. */
export const JAVA_REPORT_PORT = 19001;
/** Milliseconds between its reports. */
export const JAVA_REPORT_INTERVAL = 400;

const VERSION_AND_ONE_REPORT = 0x81;
const RECEIVER_REPORT = 201;
const WORDS = 32;

/** Whether a session name is of the kind that server makes: a UUID. Others are decimal. */
export function isJavaSession(session: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(session);
}

/**
 * The receiver report of the Java server: an RTCP header, then the loss since the last report as a float, and two
 * integers. It stops sending after one frame if these do not come.
 */
export function writeJavaReport(fractionLost: number, lost: number, highestSequence: number): Bytes {
  const writer = new ByteWriter(20);
  writer.u8(VERSION_AND_ONE_REPORT).u8(RECEIVER_REPORT).u16(WORDS).u32(0);
  writer.u32(0).u32(lost).u32(highestSequence);
  new DataView(writer.bytes.buffer).setFloat32(8, fractionLost);
  return writer.bytes;
}
