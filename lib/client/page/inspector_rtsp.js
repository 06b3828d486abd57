// @ts-check
/** Reads messages of the control connection for people. Nothing here touches the page, so it is tested without one. */

/**
 * @typedef {object} ReadMessage
 * @property {string} start the start line
 * @property {string} title what it is in a word or two: "SETUP", "200 OK"
 * @property {boolean} failed whether it is an answer that refuses
 * @property {string | undefined} cseq
 * @property {readonly (readonly [name: string, value: string])[]} headers
 * @property {string} body
 */

/** What headers are for, and where they are written down; sections of RFC 2326 where no other is named.
 * @type {Readonly<Record<string, readonly [meaning: string, section: string]>>} */
const HEADERS = {
  "accept": ["The kind of description that the player can read.", "12.1"],
  "allow": ["Methods that are possible here.", "12.4"],
  "authorization": ["Proves that the player knows the password; hidden here.", "12.5"],
  "cache-control": ["Whether the stream may be kept by those in between.", "12.8"],
  "connection": ["Whether the connection stays open.", "12.10"],
  "content-base": ["Where relative addresses in the description begin.", "12.11"],
  "content-length": ["Bytes of the body.", "12.14"],
  "content-location": ["Where the description comes from.", "12.15"],
  "content-type": ["What the body is.", "12.16"],
  "cseq": ["Number of the request; its answer carries the same.", "12.17"],
  "date": ["When the message was made.", "12.18"],
  "expires": ["How long the description is good for.", "12.19"],
  "last-modified": ["When the film was changed last.", "12.24"],
  "location": ["The address to go to instead.", "12.25"],
  "public": ["Methods that the server has.", "12.28"],
  "range": ["Which part of the film: npt counts seconds from its start.", "12.29"],
  "require": ["Abilities that the server must have.", "12.32"],
  "rtp-info": ["First packet of this PLAY: sequence number and timestamp of each track.", "12.33"],
  "scale": ["Speed of the film: 1 is normal, below 0 backward.", "12.34"],
  "server": ["Name of the server's program.", "12.36"],
  "session": ["Name of the session, and how many seconds it lives without a sign of life.", "12.37"],
  "speed": ["How fast the data is sent.", "12.35"],
  "transport": ["How RTP travels: protocol, ports or channels, source.", "12.39"],
  "unsupported": ["Abilities that the server does not have.", "12.41"],
  "user-agent": ["Name of the player's program.", "12.42"],
  "www-authenticate": ["How to prove the password: realm and kind; its nonce is hidden here.", "12.44"],
  "rtpport": ["UDP port of the player, in the assignment's dialect.", "the assignment"],
};

/** Methods: what they ask for, section of RFC 2326.
 * @type {Readonly<Record<string, readonly [meaning: string, section: string]>>} */
const METHODS = {
  OPTIONS: ["Asks what the server can do; here a sign of life.", "10.1"],
  DESCRIBE: ["Asks what the stream is made of.", "10.2"],
  ANNOUNCE: ["Tells a new description.", "10.3"],
  SETUP: ["Opens a session and agrees how the packets travel.", "10.4"],
  PLAY: ["Asks for the packets of a range.", "10.5"],
  PAUSE: ["Stops the packets and keeps the session.", "10.6"],
  TEARDOWN: ["Ends the session.", "10.7"],
  GET_PARAMETER: ["Asks for a value; often a sign of life.", "10.8"],
  SET_PARAMETER: ["Sets a value.", "10.9"],
  REDIRECT: ["Sends the player elsewhere.", "10.10"],
};

/**
 * Takes a message apart as far as it goes.
 * @param {string} text
 * @returns {ReadMessage}
 */
export function readMessage(text) {
  const end = /\r?\n\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const [start = "", ...lines] = head.split(/\r?\n/);
  const headers = lines.filter((line) => line !== "").map(readHeader);
  const answer = /^RTSP\/\d\.\d\s+(\d{3})\s*(.*)$/.exec(start);
  return {
    start,
    title: answer === null ? start.split(" ")[0] ?? "" : `${answer[1]} ${answer[2]}`.trim(),
    failed: answer !== null && Number(answer[1]) >= 400,
    cseq: headers.find(([name]) => name.toLowerCase() === "cseq")?.[1],
    headers,
    body: end === null ? "" : text.slice(end.index + end[0].length),
  };
}

/**
 * @param {string} line
 * @returns {readonly [name: string, value: string]}
 */
function readHeader(line) {
  const colon = line.indexOf(":");
  return colon < 0 ? ["", line.trim()] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

/**
 * The fact of a message that is worth a glance.
 * @param {ReadMessage} message
 * @returns {string}
 */
export function gist(message) {
  const of = (/** @type {string} */ wanted) => message.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const transport = of("transport");
  if (transport !== undefined) return transportGist(transport);
  const range = of("range");
  const scale = of("scale");
  if (range !== undefined) return scale === undefined ? range : `${range}, ${Number(scale)}x`;
  const type = of("content-type");
  if (type !== undefined && message.body !== "") {
    return `${type === "application/sdp" ? "SDP" : type}, ${message.body.length} bytes`;
  }
  const location = of("location");
  if (location !== undefined) return location;
  const port = of("rtpport");
  return port === undefined ? "" : `RTP port ${port}`;
}

/** @param {string} transport the first choice of a Transport header */
function transportGist(transport) {
  const [profile = "", ...parameters] = (transport.split(",")[0] ?? "").split(";").map((part) => part.trim());
  const wanted = ["interleaved", "server_port", "client_port"];
  const found = wanted.map((name) => parameters.find((parameter) => parameter.startsWith(`${name}=`)))
    .find((parameter) => parameter !== undefined);
  const way = /\/TCP$/i.test(profile) ? "TCP" : "UDP";
  if (found === undefined) return way;
  const [name = "", value = ""] = found.split("=");
  return name === "interleaved" ? `${way} channels ${value}` : `${way} ${value}`;
}

/**
 * What a header is for and where that is written down.
 * @param {string} name
 * @returns {{ meaning: string, section: string } | undefined}
 */
export function explainHeader(name) {
  return explanation(HEADERS, name.toLowerCase());
}

/**
 * What a request asks for and where that is written down; of answers, the section of status codes.
 * @param {string} title
 * @returns {{ meaning: string, section: string } | undefined}
 */
export function explainTitle(title) {
  return /^\d{3}/.test(title)
    ? { meaning: statusMeaning(Number(title.slice(0, 1))), section: "RFC 2326, 11" }
    : explanation(METHODS, title);
}

/**
 * @param {Readonly<Record<string, readonly [string, string]>>} table
 * @param {string} key
 */
function explanation(table, key) {
  const found = Object.hasOwn(table, key) ? table[key] : undefined;
  if (found === undefined) return undefined;
  const [meaning, section] = found;
  return { meaning, section: /^\d/.test(section) ? `RFC 2326, ${section}` : section };
}

/** @param {number} hundreds */
function statusMeaning(hundreds) {
  const meanings = ["", "Still at work.", "Done.", "To be had elsewhere.", "The request cannot be fulfilled."];
  return meanings[hundreds] ?? "The server failed.";
}

/**
 * Milliseconds from each answer's request to the answer, by the answer's serial.
 * @param {Iterable<{ serial: number, at: number, sent: boolean, cseq: string | undefined, ends: string }>} messages oldest first
 * @returns {Map<number, number>}
 */
export function answerTimes(messages) {
  /** @type {Map<string, number>} */
  const open = new Map();
  /** @type {Map<number, number>} */
  const times = new Map();
  for (const { serial, at, sent, cseq, ends } of messages) {
    const key = `${ends} ${cseq}`;
    const asked = open.get(key);
    if (sent) open.set(key, at);
    else if (asked !== undefined && open.delete(key)) times.set(serial, at - asked);
  }
  return times;
}
