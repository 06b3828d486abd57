// @ts-check
/** The statistics of the last minute as series. Nothing here touches the page, so it is tested without one. */

/** @typedef {import("../player_types.ts").PlayerStats} PlayerStats */

/** Seconds that are shown. */
export const SPAN = 60;
const MAX_SAMPLES = 300;

/**
 * @typedef {object} Measure
 * @property {string} id
 * @property {string} name
 * @property {string} unit
 * @property {number} digits
 * @property {string} meaning
 * @property {string} [alarm] the colour's name where anything above 0 is bad
 */

/** @type {readonly Measure[]} */
export const MEASURES = [
  { id: "fps", name: "Frame rate", unit: "fps", digits: 1, meaning: "Whole pictures a second" },
  { id: "bitrate", name: "Bitrate", unit: "Mbit/s", digits: 2, meaning: "Bits of RTP received a second" },
  {
    id: "loss",
    name: "Loss",
    unit: "%",
    digits: 2,
    meaning: "Packets of the last second that never came",
    alarm: "loss",
  },
  {
    id: "reorder",
    name: "Reordered",
    unit: "/s",
    digits: 0,
    meaning: "Packets a second that came after a later one",
    alarm: "late",
  },
  {
    id: "jitter",
    name: "Jitter",
    unit: "ms",
    digits: 2,
    meaning: "Variation of the packets' travel time (RFC 3550, 6.4.1); we report it to the server",
  },
  {
    id: "delay",
    name: "Delay",
    unit: "ms",
    digits: 1,
    meaning: "From the sender's clock to showing: RTCP sender reports tell when an RTP timestamp was sent",
  },
  {
    id: "buffer",
    name: "Buffer",
    unit: "ms",
    digits: 1,
    meaning: "How long pictures are held so that they are shown evenly: as long as the network's jitter asks for",
  },
  {
    id: "dropped",
    name: "Dropped",
    unit: "/s",
    digits: 0,
    meaning: "Frames a second that were given up because a part was missing",
    alarm: "loss",
  },
  {
    id: "repaired",
    name: "Repaired",
    unit: "/s",
    digits: 0,
    meaning: "Frames a second whose missing part shows the picture before",
    alarm: "late",
  },
];

/** @typedef {{ at: number, values: Readonly<Record<string, number | null>>, stats: PlayerStats }} Sample */

export class StatsHistory {
  /** @type {Sample[]} */ #samples = [];

  /** Oldest first. */
  get samples() {
    return this.#samples;
  }

  /** The newest figures. */
  get newest() {
    return this.#samples.at(-1);
  }

  /**
   * @param {PlayerStats} stats
   * @param {number} at seconds
   */
  add(stats, at) {
    const newest = this.#samples.at(-1);
    // A new session counts from 0.
    const before = newest !== undefined && stats.packets >= newest.stats.packets ? this.#before(at - 1) : undefined;
    this.#samples.push({ at, stats, values: valuesOf(stats, at, before) });
    const oldest = at - SPAN - 1;
    while (this.#samples.length > MAX_SAMPLES || (this.#samples[0]?.at ?? at) < oldest) this.#samples.shift();
  }

  /**
   * Times and values of one measure.
   * @param {string} id
   * @returns {[number[], (number | null)[]]}
   */
  series(id) {
    return [this.#samples.map(({ at }) => at), this.#samples.map(({ values }) => values[id] ?? null)];
  }

  /** @param {number} at the newest sample that is at least so old, of the same session */
  #before(at) {
    return this.#samples.findLast((sample) => sample.at <= at) ?? this.#samples[0];
  }
}

/**
 * @param {PlayerStats} stats
 * @param {number} at
 * @param {Sample | undefined} before
 * @returns {Record<string, number | null>}
 */
function valuesOf(stats, at, before) {
  const earlier = before?.stats;
  const seconds = before === undefined ? 1 : Math.max(0.1, at - before.at);
  const grown = (/** @type {"reordered" | "damagedFrames" | "repairedFrames" | "lostPackets" | "packets"} */ key) =>
    earlier === undefined ? 0 : Math.max(0, stats[key] - earlier[key]);
  const lost = grown("lostPackets");
  return {
    fps: stats.fps,
    bitrate: stats.kbps / 1000,
    loss: lost === 0 ? 0 : 100 * lost / (lost + grown("packets")),
    reorder: grown("reordered") / seconds,
    jitter: stats.jitterMs,
    delay: stats.latencyMs === undefined ? null : Math.max(0, stats.latencyMs),
    buffer: stats.bufferMs,
    dropped: Math.max(0, grown("damagedFrames") - grown("repairedFrames")) / seconds,
    repaired: grown("repairedFrames") / seconds,
  };
}

/**
 * A measure's last minute in words, for those who do not see the chart.
 * @param {Measure} measure
 * @param {readonly (number | null)[]} values
 * @returns {string}
 */
export function inWords({ name, unit, digits }, values) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${name}: not known`;
  const text = (/** @type {number} */ value) => value.toFixed(digits);
  const newest = known.at(-1) ?? 0;
  return `${name}: ${text(newest)} ${unit} now, from ${text(Math.min(...known))} to ${
    text(Math.max(...known))
  } in the last minute`;
}
