import { assertEquals, assertThrows } from "@std/assert";
import { parseServerArguments, UsageError } from "../../../lib/server/program/arguments.ts";

const DEFAULTS = { kind: "serve", options: {}, logLevel: "info", jsonLogs: false } as const;

Deno.test("parseServerArguments() reads every form of the command line", () => {
  const cases: [string, unknown][] = [
    ["", DEFAULTS],
    ["9000", { ...DEFAULTS, options: { port: 9000 } }],
    ["0 films a.mjpeg", { ...DEFAULTS, options: { port: 0, media: ["films", "a.mjpeg"] } }],
    ["films", { ...DEFAULTS, options: { media: ["films"] } }],
    ["--port 9000 2024", { ...DEFAULTS, options: { port: 9000, media: ["2024"] } }],
    ["--host ::1 --fps 12.5 films", { ...DEFAULTS, options: { host: "::1", frameRate: 12.5, media: ["films"] } }],
    ["--log-level=debug --json-logs", { ...DEFAULTS, logLevel: "debug", jsonLogs: true }],
    ["--udp-engine plain", { ...DEFAULTS, options: { udpEngine: "plain" } }],
    ["--max-viewers 300 --max-viewers-per-address 4", {
      ...DEFAULTS,
      options: { maxViewers: 300, maxViewersPerAddress: 4 },
    }],
    ["--max-bitrate 2.5", { ...DEFAULTS, options: { maxBitrate: 2_500_000 } }],
    ["--log-level warn", { ...DEFAULTS, logLevel: "warning" }],
    ["--help", { kind: "help" }],
    ["-h", { kind: "help" }],
    ["--version", { kind: "version" }],
  ];
  for (const [line, expected] of cases) {
    assertEquals(parseServerArguments(line.split(" ").filter((word) => word !== "")), expected, line);
  }
});

Deno.test("parseServerArguments() refuses what it cannot do, naming the word", () => {
  const cases: [string[], string][] = [
    [["--http", "8080"], "There is no option --http"],
    [["--config", "x.yaml"], "There is no option --config"],
    [["--port", "65536"], '--port is "65536"'],
    [["--port", "x"], '--port is "x"'],
    [["99999"], '--port is "99999"'],
    [["--fps", "0"], '--fps is "0"'],
    [["--fps", "-5"], "There is no option -5"],
    [["--fps", "1e9"], '--fps is "1e9"'],
    [["--max-viewers", "0"], '--max-viewers is "0"'],
    [["--max-viewers-per-address", "2.5"], '--max-viewers-per-address is "2.5"'],
    [["--max-bitrate", "fast"], '--max-bitrate is "fast"'],
    [["--host", ""], "--host needs a value"],
    [["--udp-engine", "fast"], '--udp-engine is "fast"'],
    [["--log-level", "loud"], '--log-level is "loud"'],
  ];
  for (const [words, message] of cases) {
    assertThrows(() => parseServerArguments(words), UsageError, message);
  }
});
