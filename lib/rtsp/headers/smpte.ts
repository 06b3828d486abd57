/** Unit of a SMPTE relative time code (RFC 2326 section 3.5); plain "smpte" means 30 drop. */
export type SmpteUnit = "smpte" | "smpte-30-drop" | "smpte-25";

const FRAMES_PER_SECOND: Readonly<Record<SmpteUnit, number>> = { "smpte": 30, "smpte-30-drop": 30, "smpte-25": 25 };

/** Frame numbers that drop frame leaves out in each minute but every tenth. */
const DROPPED = 2;
const FRAMES_PER_DROP_MINUTE = 60 * 30 - DROPPED;
const FRAMES_PER_TEN_DROP_MINUTES = 10 * 60 * 30 - 9 * DROPPED;
const DROP_RATE = 30000 / 1001;
/** Subframes are hundredths of a frame. */
const SUBFRAMES = 100;

/** Whether `unit` names a SMPTE time code. */
export function isSmpteUnit(unit: string): unit is SmpteUnit {
  return Object.hasOwn(FRAMES_PER_SECOND, unit);
}

/** Reads hours:minutes:seconds[:frames[.subframes]] as seconds; undefined if it is no such time code. */
export function parseSmpte(unit: SmpteUnit, text: string): number | undefined {
  const match = /^(\d{1,4}):(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,2}))?)?$/.exec(text);
  if (!match) return undefined;
  const [hours, minutes, seconds, frames, subframes] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const perSecond = FRAMES_PER_SECOND[unit];
  if (minutes > 59 || seconds > 59 || frames >= perSecond) return undefined;
  const totalMinutes = hours * 60 + minutes;
  const count = (totalMinutes * 60 + seconds) * perSecond + frames + subframes / SUBFRAMES;
  if (unit === "smpte-25") return count / perSecond;
  // The first two labels of such a minute do not exist; what names them means the first that does.
  const isDropped = seconds === 0 && frames < DROPPED && minutes % 10 !== 0;
  if (isDropped) return parseSmpte(unit, `${hours}:${minutes}:0:${DROPPED}`);
  return (count - DROPPED * (totalMinutes - Math.floor(totalMinutes / 10))) / DROP_RATE;
}

/** Writes seconds as a time code of that unit, rounded to a hundredth of a frame. */
export function formatSmpte(unit: SmpteUnit, time: number): string {
  const perSecond = FRAMES_PER_SECOND[unit];
  const rate = unit === "smpte-25" ? perSecond : DROP_RATE;
  const hundredths = Math.round(time * rate * SUBFRAMES);
  let frame = Math.floor(hundredths / SUBFRAMES);
  if (unit !== "smpte-25") frame = withDroppedNumbers(frame);
  const subframe = hundredths % SUBFRAMES;
  const total = Math.floor(frame / perSecond);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
  return `${clock}:${two(frame % perSecond)}${subframe === 0 ? "" : `.${two(subframe)}`}`;
}

/** The frame's number when the numbers that drop frame leaves out are counted too. */
function withDroppedNumbers(frame: number): number {
  const tens = Math.floor(frame / FRAMES_PER_TEN_DROP_MINUTES);
  const rest = frame % FRAMES_PER_TEN_DROP_MINUTES;
  const minutes = rest < DROPPED ? 0 : Math.floor((rest - DROPPED) / FRAMES_PER_DROP_MINUTE);
  return frame + DROPPED * (9 * tens + minutes);
}
