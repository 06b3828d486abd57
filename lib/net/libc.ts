/** What the system's C library says of itself, and the calls of it that Deno's sockets do not offer. */
const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  // Its result is an isize, of which a number up to 2 GiB is the lower half: numbers are cheaper here than bigints.
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  sendmmsg: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  ppoll: { parameters: ["buffer", "usize", "buffer", "usize"], result: "i32" },
  __errno_location: { parameters: [], result: "usize" },
  // Also tells where a buffer lies: Deno lets only programs that may open every library make pointers of their own.
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
} as const;

/** The constants of Linux, which are the same on x86_64 and aarch64. */
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOL_SOCKET = 1;
export const SOL_UDP = 17;
export const SO_TYPE = 3;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_RCVTIMEO = 20;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
export const UDP_SEGMENT = 103;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const EINTR = 4;
export const EIO = 5;
export const EBADF = 9;
export const EAGAIN = 11;
export const EEXIST = 17;
export const EINVAL = 22;
export const EMSGSIZE = 90;
export const ECONNREFUSED = 111;

/** The C library's calls, and the reason of the last one that failed. */
export interface Libc {
  readonly call: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  /** `errno` of this thread: to be read right after the call that returned -1. */
  errno(): number;
}

/**
 * glibc's name, musl's, the one that some systems link to it; and the places of glibc, for a program that may open only
 * what has been named to it: Deno then looks for a bare name in the working directory.
 */
const NAMES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`, "libc.so", ...libcPaths(Deno.build.arch)];

/** Opened once, when the program starts, and never closed. */
const shared = openLibc();

/** The C library of this process; undefined where `openLibc` finds none. */
export function sharedLibc(): Libc | undefined {
  return shared;
}

/** Where the distributions of Linux keep glibc, for the machines that `openLibc` knows. */
export function libcPaths(arch: string): string[] {
  return [`/lib/${arch}-linux-gnu`, `/usr/lib/${arch}-linux-gnu`, "/lib64", "/usr/lib64", "/usr/lib"]
    .map((folder) => `${folder}/libc.so.6`);
}

/**
 * Opens the C library of a 64-bit Linux. Returns undefined on other systems, and when the process is not permitted to
 * call native code; it never asks a person for that permission.
 */
export function openLibc(): Libc | undefined {
  if (Deno.build.os !== "linux" || !["x86_64", "aarch64"].includes(Deno.build.arch)) return undefined;
  for (const name of NAMES) {
    if (Deno.permissions.querySync({ name: "ffi", path: name }).state !== "granted") continue;
    try {
      const call = Deno.dlopen(name, SYMBOLS).symbols;
      const errno = new Int32Array(new ArrayBuffer(4));
      const place = call.__errno_location();
      return {
        call,
        errno() {
          call.memcpy(errno, place, 4n);
          return errno[0]!;
        },
      };
    } catch {
      // Another name may be the right one.
    }
  }
  return undefined;
}

/**
 * The address of a view's first byte. The memory stays where it is for as long as something in JavaScript refers to it;
 * views of up to 64 bytes must be made over an ArrayBuffer of their own, because the garbage collector moves others.
 */
export function addressOf(view: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): number {
  if (shared === undefined) throw new Error("Cannot tell where memory lies without the C library");
  return Number(shared.call.memcpy(view, 0n, 0n));
}

/** The upper half of an address; the lower one is what is left when the number is stored in 32 bits. */
export function highWord(address: number): number {
  return Math.floor(address / 0x1_0000_0000);
}

/** Writes a 64-bit address into two words of native memory, the lower first. */
export function putAddress(words: Uint32Array, at: number, address: number): void {
  words[at] = address;
  words[at + 1] = highWord(address);
}
