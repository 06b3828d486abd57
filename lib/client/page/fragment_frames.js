// @ts-check
/** Which fragments of the last frames came, and how. Nothing here touches the page, so it is tested without one. */

/** @typedef {import("../inspection/inspection_messages.ts").WirePacket} WirePacket */

/** @typedef {"arrived" | "late" | "duplicate" | "lost"} FragmentState */
/** @typedef {"all" | "faults" | "lost" | "late"} Choice which frames are told */

/**
 * @typedef {object} Fragment
 * @property {number} sequence counted on over the wraps of 16 bits
 * @property {FragmentState} state
 * @property {WirePacket | undefined} packet undefined: lost
 * @property {number} copies times that it came
 */

/**
 * @typedef {object} Frame
 * @property {number} key sequence of its first fragment
 * @property {number | undefined} at Unix milliseconds of its first packet
 * @property {number | undefined} timestamp
 * @property {number} bytes
 * @property {readonly Fragment[]} fragments
 */

/** Frames that are told, and fragments that are remembered for them. */
export const MAX_FRAMES = 14;
const MAX_FRAGMENTS = 8192;
/** A sequence number so far from the last is a new beginning (RFC 3550 A.1). */
const MAX_JUMP = 3000;

export class FragmentFrames {
  /** @type {Map<number, Fragment>} */ #fragments = new Map();
  /** @type {number | undefined} */ #highest;
  /** @type {number | undefined} */ #ssrc;

  /** @param {WirePacket} packet */
  add(packet) {
    if (packet.ssrc !== this.#ssrc) this.clear();
    this.#ssrc = packet.ssrc;
    const step = this.#highest === undefined ? 0 : ((packet.sequence - this.#highest) << 16) >> 16;
    if (Math.abs(step) > MAX_JUMP) this.clear();
    const sequence = this.#highest === undefined ? packet.sequence + 0x10000 : this.#highest + step;
    const known = this.#fragments.get(sequence);
    if (known !== undefined) {
      this.#fragments.set(sequence, { ...known, state: "duplicate", copies: known.copies + 1 });
      return;
    }
    const late = this.#highest !== undefined && sequence < this.#highest;
    this.#fragments.set(sequence, { sequence, packet, state: late ? "late" : "arrived", copies: 1 });
    this.#highest = Math.max(this.#highest ?? sequence, sequence);
    this.#shorten();
  }

  clear() {
    this.#fragments.clear();
    this.#highest = undefined;
  }

  /**
   * The last frames, or those of all remembered ones that are asked for, newest first. A gap belongs to the frame before it, unless that one had its last fragment.
   * @param {Choice} [choice]
   * @returns {Frame[]}
   */
  frames(choice = "all") {
    if (this.#highest === undefined) return [];
    const lowest = Math.min(...this.#fragments.keys());
    /** @type {Fragment[][]} */
    const frames = [];
    /** @type {Fragment[]} */
    let gap = [];
    /** @type {WirePacket | undefined} */
    let last;
    for (let sequence = lowest; sequence <= this.#highest; sequence++) {
      const fragment = this.#fragments.get(sequence);
      if (fragment?.packet === undefined) {
        gap.push({ sequence, state: "lost", packet: undefined, copies: 0 });
        continue;
      }
      const frame = frames.at(-1);
      if (frame === undefined || last === undefined || begins(last, fragment.packet)) {
        if (frame !== undefined && last?.marker === false) frame.push(...gap.splice(0));
        frames.push([...gap, fragment]);
      } else {
        frame.push(...gap, fragment);
      }
      gap = [];
      last = fragment.packet;
    }
    return frames.filter((fragments) => isChosen(fragments, choice)).slice(-MAX_FRAMES).reverse().map(summary);
  }

  #shorten() {
    if (this.#fragments.size <= MAX_FRAGMENTS) return;
    const oldest = [...this.#fragments.keys()].sort((a, b) => a - b).slice(0, MAX_FRAGMENTS / 4);
    for (const sequence of oldest) this.#fragments.delete(sequence);
  }
}

/**
 * @param {readonly Fragment[]} fragments
 * @param {Choice} choice
 */
function isChosen(fragments, choice) {
  if (choice === "all") return true;
  return fragments.some(({ state }) => choice === "faults" ? state !== "arrived" : state === choice);
}

/**
 * @param {WirePacket} last
 * @param {WirePacket} next
 */
function begins(last, next) {
  return next.timestamp !== last.timestamp || last.marker;
}

/**
 * @param {Fragment[]} fragments
 * @returns {Frame}
 */
function summary(fragments) {
  const packets = fragments.map(({ packet }) => packet).filter((packet) => packet !== undefined);
  const times = packets.map(({ at }) => at);
  return {
    key: fragments[0]?.sequence ?? 0,
    at: times.length > 0 ? Math.min(...times) : undefined,
    timestamp: packets[0]?.timestamp,
    bytes: packets.reduce((sum, { size }) => sum + size, 0),
    fragments,
  };
}

/**
 * The fields of a fragment's headers, by the RFC that they come from.
 * @param {Fragment} fragment
 * @returns {{ title: string, section: string, fields: (readonly [string, string])[] }[]}
 */
export function fragmentFields({ packet, sequence, state, copies }) {
  if (packet === undefined) {
    return [{
      title: `Packet ${sequence & 0xffff} never came`,
      section: "RFC 3550, A.3",
      fields: [["Sequence", String(sequence & 0xffff)]],
    }];
  }
  const { marker, payloadType, timestamp, ssrc, size, jpeg } = packet;
  const came = { arrived: "in order", late: "after a later one", duplicate: `${copies} times`, lost: "" }[state];
  const parts = [{
    title: "RTP",
    section: "RFC 3550, 5.1",
    fields: /** @type {(readonly [string, string])[]} */ ([
      ["Sequence", String(packet.sequence)],
      ["Timestamp", String(timestamp)],
      ["Marker", marker ? "1, the last of its frame" : "0"],
      ["Payload type", payloadType === 26 ? "26, JPEG" : String(payloadType)],
      ["SSRC", `0x${ssrc.toString(16).padStart(8, "0")}`],
      ["Size", `${size} bytes`],
      ["Came", came],
    ]),
  }];
  if (jpeg === undefined) return parts;
  /** @type {(readonly [string, string])[]} */
  const fields = [
    ["Type-specific", String(jpeg.typeSpecific)],
    ["Fragment offset", String(jpeg.offset)],
    ["Type", `${jpeg.type}, ${meaningOf(jpeg.type)}`],
    ["Q", jpeg.q >= 128 ? `${jpeg.q}, tables in band` : `${jpeg.q}, tables by formula`],
    ["Width, height", `${jpeg.width / 8}, ${jpeg.height / 8} blocks: ${jpeg.width} \u00d7 ${jpeg.height}`],
  ];
  if (jpeg.restart !== undefined) {
    const { interval, first, last, count } = jpeg.restart;
    fields.push(["Restart interval", `${interval} MCUs`]);
    fields.push(["F, L, count", `${Number(first)}, ${Number(last)}, ${count === 0x3fff ? "unaligned" : count}`]);
  }
  if (jpeg.tables !== undefined) {
    const { size, precision } = jpeg.tables;
    fields.push(["Tables", `${size} bytes, ${precision === 0 ? "8" : "16"} bits`]);
  }
  return [...parts, { title: "JPEG", section: "RFC 2435, 3.1", fields }];
}

/**
 * What RFC 2435 says of a type; those from 128 on it leaves to others.
 *
 * @param {number} type
 * @returns {string}
 */
function meaningOf(type) {
  if (type >= 128) return "as the header extension says";
  return `${(type & 63) === 0 ? "4:2:2" : "4:2:0"}${type >= 64 ? " with restart markers" : ""}`;
}
