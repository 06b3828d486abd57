import {
  configureSync,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
  type LogRecord,
} from "@logtape/logtape";

/** Names of the levels, the most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const satisfies readonly LogLevel[];
export type { LogLevel };

/** How a program writes its log. */
export interface LogSetup {
  /** Everything below is left out. */
  readonly level: LogLevel;
  /** One JSON object a line instead of text. */
  readonly json: boolean;
  /** Takes one line, its end included. */
  readonly write: (line: string) => void;
}

/** Gives the log a place to go. For programs only: a library leaves that to its user. */
export function setUpLog({ level, json, write }: LogSetup): void {
  const format = json ? getJsonLinesFormatter({ properties: "flatten" }) : textFormat;
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(format(record)) },
    loggers: [
      { category: ["flipbook"], lowestLevel: level, sinks: ["lines"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
}

const textFormat = getTextFormatter({
  timestamp: "rfc3339",
  level: "FULL",
  category: (category) => category.slice(1).join("/"),
  value: (value) => escapeLine(typeof value === "string" ? value : String(value)),
  format: ({ timestamp, level, category, message, record }) =>
    `${timestamp} ${level} ${category}: ${escapeLine(message)}${factsOf(record)}`,
});

/** The facts that the message does not show, as name=value. */
function factsOf({ rawMessage, properties }: LogRecord): string {
  const shown = typeof rawMessage === "string" ? rawMessage : rawMessage.join("{}");
  return Object.entries(properties)
    .filter(([name, value]) => value !== undefined && !shown.includes(`{${name}}`))
    .map(([name, value]) => ` ${name}=${escapeLine(String(value))}`)
    .join("");
}

/** What a peer sent must not be able to write a line of its own, or move the cursor. */
function escapeLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
