/** The calls of Windows that find a console and write to it. */
const FUNCTIONS = {
  GetStdHandle: { parameters: ["i32"], result: "pointer" },
  GetFileType: { parameters: ["pointer"], result: "u32" },
  GetConsoleMode: { parameters: ["pointer", "buffer"], result: "i32" },
  AttachConsole: { parameters: ["u32"], result: "i32" },
  CreateFileW: { parameters: ["buffer", "u32", "u32", "pointer", "u32", "u32", "pointer"], result: "pointer" },
  WriteConsoleW: { parameters: ["pointer", "buffer", "u32", "buffer", "pointer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What is used of kernel32.dll. */
export type ConsoleCalls = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

const STD_OUTPUT_HANDLE = -11;
const FILE_TYPE_DISK = 1;
const FILE_TYPE_PIPE = 3;
const ATTACH_PARENT_PROCESS = 0xffffffff;
const GENERIC_READ_WRITE = 0xc0000000;
const FILE_SHARE_READ_WRITE = 3;
const OPEN_EXISTING = 3;
const INVALID_HANDLE = 0xffffffffffffffffn;

/**
 * The console that a program without one was started from, as a function that writes UTF-8 to it and returns how many
 * bytes it took. Undefined where the program's own output is good: it is a console, a file or a pipe, or the system is
 * not Windows; and where there is no console at all, as after a double-click.
 */
export function parentConsole(calls = windowsCalls()): ((bytes: Uint8Array) => number) | undefined {
  if (calls === undefined || hasOutput(calls) || calls.AttachConsole(ATTACH_PARENT_PROCESS) === 0) return undefined;
  const name = wide("CONOUT$\0");
  const handle = calls.CreateFileW(name, GENERIC_READ_WRITE, FILE_SHARE_READ_WRITE, null, OPEN_EXISTING, 0, null);
  if (handle === null || Deno.UnsafePointer.value(handle) === INVALID_HANDLE) return undefined;
  const decoder = new TextDecoder();
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: true }).replaceAll("\n", "\r\n");
    calls.WriteConsoleW(handle, wide(text), text.length, new Uint32Array(1), null);
    return bytes.length;
  };
}

/** Whether what the program writes reaches somebody. A program without a window gets NUL, or nothing, for its output. */
function hasOutput(calls: ConsoleCalls): boolean {
  const handle = calls.GetStdHandle(STD_OUTPUT_HANDLE);
  if (handle === null) return false;
  if ([FILE_TYPE_DISK, FILE_TYPE_PIPE].includes(calls.GetFileType(handle))) return true;
  return calls.GetConsoleMode(handle, new Uint32Array(1)) !== 0;
}

function windowsCalls(): ConsoleCalls | undefined {
  if (Deno.build.os !== "windows") return undefined;
  try {
    return Deno.dlopen("kernel32.dll", FUNCTIONS).symbols;
  } catch {
    return undefined;
  }
}

/** UTF-16 in the order of Windows' machines. */
function wide(text: string): Uint16Array<ArrayBuffer> {
  return Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
