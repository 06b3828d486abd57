import { assertEquals, assertThrows } from "@std/assert";
import { CLIENT_HELP, parseClientArguments, type PlayCommand, UsageError } from "../../lib/client/arguments.ts";

const URL = "rtsp://host:8554/movie.mjpeg";

function played(...words: string[]): PlayCommand {
  const command = parseClientArguments(words);
  if (command.kind !== "play") throw new TypeError(`Expected to play, not ${command.kind}`);
  return command;
}

Deno.test("parseClientArguments() reads an address alone as: window, no play, any transport", () => {
  assertEquals(played(URL), {
    kind: "play",
    source: { kind: "rtsp", url: URL },
    transport: "auto",
    rtpPort: 0,
    headless: false,
    browser: false,
    play: false,
    json: false,
    duration: undefined,
    reconnect: true,
    history: true,
    repair: false,
  });
});

Deno.test("parseClientArguments() reads the assignment's four words", () => {
  const source = { kind: "lab", host: "127.0.0.1", port: 1025, rtpPort: 5008, file: "movie.Mjpeg" } as const;
  assertEquals(played("127.0.0.1", "1025", "5008", "movie.Mjpeg").source, source);
  assertEquals(played("localhost", "1025", "0", "007").source, {
    ...source,
    host: "localhost",
    rtpPort: 0,
    file: "007",
  });
});

Deno.test("parseClientArguments() reads every option, in both spellings", () => {
  const command = played("--headless", "--json", "--duration=2.5", "--transport", "udp", "--rtp-port", "5000", URL);
  assertEquals(
    [command.headless, command.json, command.duration, command.transport, command.rtpPort, command.play],
    [true, true, 2.5, "udp", 5000, true],
  );
  assertEquals([played("--repair", URL).repair, played(URL).repair], [true, false]);
  assertEquals([played("--play", "--browser", URL).play, played("--browser", URL).browser], [true, true]);
});

Deno.test("parseClientArguments() knows what fingers know from other players", () => {
  assertEquals(played("-rtsp_transport", "tcp", URL).transport, "tcp");
  assertEquals(played("--rtsp-tcp", URL).transport, "tcp");
});

Deno.test("parseClientArguments() finds --help and --version before anything else", () => {
  assertEquals([parseClientArguments(["--help"]).kind, parseClientArguments(["-h"]).kind], ["help", "help"]);
  assertEquals(parseClientArguments(["--version"]).kind, "version");
});

Deno.test("parseClientArguments() without a stream asks for one in a window", () => {
  const { kind, ...options } = parseClientArguments(["--transport", "tcp"]);
  assertEquals(kind, "start");
  assertEquals("transport" in options && options.transport, "tcp");
});

Deno.test("parseClientArguments() says what is wrong with other words", () => {
  const wrong: [string[], string][] = [
    [["--headless"], "Nothing to play"],
    [["movie.mjpeg"], "no stream address"],
    [["a", "b"], "2 words"],
    [["host", "0", "5000", "f"], "PORT must be"],
    [["host", "1025", "65536", "f"], "RTP_PORT must be"],
    [["host", "1025", "5000", "a b"], "one word"],
    [["--nonsense", URL], "no option --nonsense"],
    [["--transport", "carrier", URL], "auto, udp or tcp"],
    [["--rtp-port", "5001", URL], "even"],
    [["--rtp-port", "x", URL], "--rtp-port must be"],
    [["--rtp-port", URL], "--rtp-port must be"],
    [["--duration", "3", URL], "--headless"],
    [["--json", URL], "--headless"],
    [["--headless", "--duration", "0", URL], "above 0"],
    [["--latency", "soon", URL], "--latency must be"],
    [["--latency", "10001", URL], "up to 10000"],
    [["record", URL], "-o FILE"],
    [["record", URL, "-o", "film.mp4"], ".avi, .mjpeg or .Mjpeg"],
    [["record", URL, "-o", ""], "--output needs a value"],
    [["record", "-o", "film.avi"], "Nothing to play"],
    [["record", URL, "-o", "film.avi", "--headless"], "no option --headless of record"],
    [["snapshot", URL, "-o", "a.png"], ".jpg"],
    [["snapshot", URL, "-o", "a.jpg", "--duration", "3"], "no option --duration of snapshot"],
    [["probe", URL, "-o", "a.jpg"], "no option -o of probe"],
    [["list"], "Nothing to play"],
    [["list", "host:8554"], "no stream address"],
    [["list", "host", "1025", "5000", "f"], "the address of one server"],
    [["list", URL, "--rtsp-tcp"], "no option --rtsp-tcp of list"],
  ];
  for (const [words, message] of wrong) assertThrows(() => parseClientArguments(words), UsageError, message);
});

Deno.test("parseClientArguments() reads --latency", () => {
  assertEquals([played("--latency", "0", URL).latencyMs, played("--latency=250", URL).latencyMs], [0, 250]);
  assertEquals([played("--headless", URL).reconnect, played(URL).reconnect], [false, true]);
});

Deno.test("parseClientArguments() reads record, snapshot and probe", () => {
  const stream = { source: { kind: "rtsp", url: URL }, transport: "auto", rtpPort: 0 } as const;
  assertEquals(parseClientArguments(["record", URL, "-o", "a.avi"]), {
    kind: "record",
    ...stream,
    output: "a.avi",
    force: false,
    duration: undefined,
  });
  assertEquals(
    parseClientArguments(["record", "--rtsp-tcp", "--force", "--duration", "2.5", "--output=b/movie.Mjpeg", URL]),
    { kind: "record", ...stream, transport: "tcp", output: "b/movie.Mjpeg", force: true, duration: 2.5 },
  );
  assertEquals(parseClientArguments(["snapshot", "-o", "a.JPG", URL]), {
    kind: "snapshot",
    ...stream,
    output: "a.JPG",
    force: false,
  });
  assertEquals(parseClientArguments(["probe", "host", "1025", "5000", "movie.Mjpeg", "--json"]), {
    kind: "probe",
    source: { kind: "lab", host: "host", port: 1025, rtpPort: 5000, file: "movie.Mjpeg" },
    transport: "auto",
    rtpPort: 0,
    json: true,
  });
  assertEquals(parseClientArguments(["record", "--help"]).kind, "help");
});

Deno.test("parseClientArguments() reads list, and --no-history", () => {
  const url = "rtsp://host:8554/";
  assertEquals(parseClientArguments(["list", url]), { kind: "list", url, json: false });
  assertEquals(parseClientArguments(["list", "--json", url]), { kind: "list", url, json: true });
  assertEquals([played(URL).history, played("--no-history", URL).history], [true, false]);
});

Deno.test("CLIENT_HELP names every option", () => {
  for (
    const option of [
      "transport",
      "rtp-port",
      "play",
      "browser",
      "headless",
      "json",
      "duration",
      "version",
      "help",
      "latency",
      "output",
      "force",
      "no-history",
    ]
  ) {
    assertEquals(CLIENT_HELP.includes(`--${option}`), true, option);
  }
});
