// deno-std (the published form of @std/*) ships no type declarations; these cover the functions Flipbook uses.

declare module "@std/assert" {
  export function assert(value: unknown, message?: string): asserts value;
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
  export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void;
  export function assertGreater<T>(actual: T, expected: T, message?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void;
  export function assertLess<T>(actual: T, expected: T, message?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
  export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
  export function assertInstanceOf<T>(
    actual: unknown,
    // deno-lint-ignore no-explicit-any
    type: abstract new (...parameters: any[]) => T,
    message?: string,
  ): asserts actual is T;
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, message?: string): void;
  export function assertThrows<E extends Error = Error>(
    body: () => unknown,
    // deno-lint-ignore no-explicit-any
    type?: abstract new (...parameters: any[]) => E,
    messageIncludes?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    body: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any
    type?: abstract new (...parameters: any[]) => E,
    messageIncludes?: string,
  ): Promise<E>;
  export function fail(message?: string): never;
}

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    boolean?: string[];
    string?: string[];
    alias?: Record<string, string | string[]>;
    default?: Record<string, unknown>;
    collect?: string[];
    negatable?: string[];
    stopEarly?: boolean;
    unknown?: (argument: string, key?: string, value?: unknown) => unknown;
  }
  /** Splits command-line words into named options and positional words (`_`). */
  export function parseArgs(words: readonly string[], options?: ParseOptions): Record<string, unknown> & {
    _: (string | number)[];
  };
}

declare module "@std/path" {
  export const SEPARATOR: string;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function fromFileUrl(url: string | URL): string;
  export function isAbsolute(path: string): boolean;
  export function join(...paths: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...paths: string[]): string;
  export function toFileUrl(path: string): URL;
}

// sdp-transform ships no types either; lines that its grammar does not know are kept under `invalid`.
declare module "@std/yaml" {
  /** The value that a YAML document holds. Throws SyntaxError. */
  export function parse(text: string): unknown;
}

declare module "sdp-transform" {
  export interface SdpAttributes {
    control?: string | number;
    framerate?: string | number;
    rtp?: { payload: number; codec: string; rate?: number }[];
    connection?: { version: number; ip: string };
    invalid?: { value: string }[];
  }
  export interface SdpMedia extends SdpAttributes {
    type: string;
    port: number;
    protocol: string;
    payloads?: string | number;
  }
  export interface SdpSession extends SdpAttributes {
    version?: number;
    origin?: {
      username: string;
      sessionId: string | number;
      sessionVersion: number;
      netType: string;
      ipVer: number;
      address: string;
    };
    name?: string | number;
    timing?: { start: number; stop: number };
    media: SdpMedia[];
  }
  export function parse(text: string): SdpSession;
  export function write(session: SdpSession): string;
}

// What Flipbook uses of ws, which ships no types either.
declare module "ws" {
  export interface ServerWebSocket
    extends Pick<WebSocket, "readyState" | "bufferedAmount" | "close" | "addEventListener"> {
    binaryType: string;
    send(data: string | Uint8Array): void;
    ping(): void;
    terminate(): void;
    on(event: "ping" | "pong", listener: () => void): this;
  }

  export class WebSocketServer {
    constructor(options: {
      noServer: true;
      path?: string;
      clientTracking?: boolean;
      perMessageDeflate?: boolean;
      /** Bytes; above them a message ends its connection with 1009. */
      maxPayload?: number;
      /** Above them a message ends its connection with 1008. */
      maxFragments?: number;
      /** Pings that are not answered yet; above them their connection is cut. */
      maxPendingAutoPongs?: number;
      /** Milliseconds. */
      closeTimeout?: number;
      handleProtocols?: (offered: Set<string>) => string | false;
    });
    /** Takes what an "upgrade" event of `node:http` gives: the types of that module would change those of timers. */
    handleUpgrade(request: object, socket: object, head: Uint8Array, done: (socket: ServerWebSocket) => void): void;
  }
}
