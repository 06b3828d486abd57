/** The byte that begins every marker (ITU-T T.81, B.1.1.2). */
export const MARKER_PREFIX = 0xff;

/** Start of frame, baseline sequential DCT, Huffman coding (T.81, table B.1). */
export const SOF0 = 0xc0;
/** Start of frame, extended sequential DCT, Huffman coding. */
export const SOF1 = 0xc1;
/** Start of frame, progressive DCT, Huffman coding. */
export const SOF2 = 0xc2;
/** Define Huffman tables. */
export const DHT = 0xc4;
/** Last of the start-of-frame codes; DHT, JPG and DAC lie among them. */
export const SOF15 = 0xcf;
/** Reserved for extensions, lies among the start-of-frame codes. */
export const JPG = 0xc8;
/** Define arithmetic coding conditioning. */
export const DAC = 0xcc;
/** First of the eight restart markers. */
export const RST0 = 0xd0;
/** Last of the eight restart markers. */
export const RST7 = 0xd7;
/** Start of image. */
export const SOI = 0xd8;
/** End of image. */
export const EOI = 0xd9;
/** Start of scan. */
export const SOS = 0xda;
/** Define quantization tables. */
export const DQT = 0xdb;
/** Define number of lines: gives the height after the first scan. */
export const DNL = 0xdc;
/** Define restart interval. */
export const DRI = 0xdd;
/** Define hierarchical progression. */
export const DHP = 0xde;
/** Expand reference components. */
export const EXP = 0xdf;
/** First application segment (JFIF). */
export const APP0 = 0xe0;
/** The application segment in which Adobe's software notes the colour transform. */
export const APP14 = 0xee;
/** Last application segment. */
export const APP15 = 0xef;
/** Comment. */
export const COM = 0xfe;
/** For temporary use in arithmetic coding. */
export const TEM = 0x01;

const NAMES: ReadonlyMap<number, string> = new Map([
  [DHT, "DHT"],
  [JPG, "JPG"],
  [DAC, "DAC"],
  [SOI, "SOI"],
  [EOI, "EOI"],
  [SOS, "SOS"],
  [DQT, "DQT"],
  [DNL, "DNL"],
  [DRI, "DRI"],
  [DHP, "DHP"],
  [EXP, "EXP"],
  [COM, "COM"],
  [TEM, "TEM"],
]);

/** The name of a marker code as the standard writes it: "SOF2", "RST5", "APP1", "0xFF3C" for a reserved one. */
export function markerName(code: number): string {
  const name = NAMES.get(code);
  if (name !== undefined) return name;
  if (isStartOfFrame(code)) return `SOF${code - SOF0}`;
  if (isRestart(code)) return `RST${code - RST0}`;
  if (code >= APP0 && code <= APP15) return `APP${code - APP0}`;
  return `0xFF${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Whether the code is one of SOF0 to SOF15. */
export function isStartOfFrame(code: number): boolean {
  return code >= SOF0 && code <= SOF15 && code !== DHT && code !== JPG && code !== DAC;
}

/** Whether the code is one of RST0 to RST7. */
export function isRestart(code: number): boolean {
  return (code & 0xf8) === RST0;
}

/** Whether the marker stands alone, without a length and data (T.81, B.1.1.3). */
export function isStandalone(code: number): boolean {
  return isRestart(code) || code === SOI || code === EOI || code === TEM;
}

/** Whether the marker may end the entropy-coded data of a scan; any other found there is damage. */
export function endsScan(code: number): boolean {
  return code === EOI || code === SOS || code === SOI || code === DHT || code === DQT || code === DNL ||
    code === DRI || code === COM || (code >= APP0 && code <= APP15);
}
