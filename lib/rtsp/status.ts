/** Status codes and their reason phrases (RFC 2326 section 7.1.1). */
export const STATUS_REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  200: "OK",
  201: "Created",
  250: "Low on Storage Space",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Moved Temporarily",
  303: "See Other",
  304: "Not Modified",
  305: "Use Proxy",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Time-out",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Request Entity Too Large",
  414: "Request-URI Too Large",
  415: "Unsupported Media Type",
  451: "Parameter Not Understood",
  452: "Conference Not Found",
  453: "Not Enough Bandwidth",
  454: "Session Not Found",
  455: "Method Not Valid in This State",
  456: "Header Field Not Valid for Resource",
  457: "Invalid Range",
  458: "Parameter Is Read-Only",
  459: "Aggregate operation not allowed",
  460: "Only aggregate operation allowed",
  461: "Unsupported transport",
  462: "Destination unreachable",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Time-out",
  505: "RTSP Version not supported",
  551: "Option not supported",
};

/** The reason phrase of a status code; for an unknown one that of its class. */
export function reasonOf(status: number): string {
  return STATUS_REASONS[status] ?? STATUS_REASONS[Math.floor(status / 100) * 100] ?? "Unknown";
}

/** What an `RtspError` says beside its status. */
export interface RtspErrorOptions {
  /** Reason phrase for the status line; without it the standard one. */
  readonly reason?: string;
  /** Headers for the answer, such as Allow for 405 and 455. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the byte stream can no longer be followed: answer once, then close the connection. */
  readonly fatal?: boolean;
  /** What was thrown below. */
  readonly cause?: unknown;
}

/** A request that is answered with an error status. The message is for the log, never for the wire. */
export class RtspError extends Error {
  /** Tells it from other errors. */
  override readonly name = "RtspError";
  /** Reason phrase for the status line. */
  readonly reason: string;
  /** Headers for the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the connection must end after the answer. */
  readonly fatal: boolean;

  /** `status` is the code of the answer; without `message` the reason phrase serves. */
  constructor(readonly status: number, message?: string, options: RtspErrorOptions = {}) {
    const reason = options.reason ?? reasonOf(status);
    super(message ?? reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.headers = options.headers ?? {};
    this.fatal = options.fatal ?? false;
  }
}

/** An error in the framing itself: nothing that follows on the connection can be trusted. */
export function framingError(message: string, status = 400): RtspError {
  return new RtspError(status, message, { fatal: true });
}

/** Text from a peer as part of an error message: quoted, control characters escaped, at most 40 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
