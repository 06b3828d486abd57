import { assertEquals } from "@std/assert";
import { type ConsoleCalls, parentConsole } from "../../../lib/client/window/parent_console.ts";

/** Windows as the program may find it. */
function windows({ output, fileType = 0, isConsole = false, parent = true }: {
  output: boolean;
  fileType?: number;
  isConsole?: boolean;
  parent?: boolean;
}): { calls: ConsoleCalls; written: string[] } {
  const written: string[] = [];
  const handle = Deno.UnsafePointer.create(8n);
  const calls: ConsoleCalls = {
    GetStdHandle: () => output ? handle : null,
    GetFileType: () => fileType,
    GetConsoleMode: () => isConsole ? 1 : 0,
    AttachConsole: () => parent ? 1 : 0,
    CreateFileW: () => handle,
    WriteConsoleW: (_, text, length) => {
      const units = new Uint16Array((text as Uint16Array).buffer, 0, length);
      return written.push(String.fromCharCode(...units));
    },
  };
  return { calls, written };
}

Deno.test("parentConsole() writes to the console that a program without a window was started from", () => {
  const { calls, written } = windows({ output: false });
  const write = parentConsole(calls)!;
  const bytes = new TextEncoder().encode("länge 5\n");
  assertEquals(write(bytes), bytes.length);
  assertEquals(written, ["länge 5\r\n"]);
});

Deno.test("parentConsole() takes NUL for no output", () => {
  assertEquals(typeof parentConsole(windows({ output: true, fileType: 2 }).calls), "function");
});

Deno.test("parentConsole() leaves a console, a file and a pipe as they are", () => {
  assertEquals(parentConsole(windows({ output: true, fileType: 2, isConsole: true }).calls), undefined);
  assertEquals(parentConsole(windows({ output: true, fileType: 1 }).calls), undefined);
  assertEquals(parentConsole(windows({ output: true, fileType: 3 }).calls), undefined);
});

Deno.test("parentConsole() is undefined after a double-click, and on other systems", () => {
  assertEquals(parentConsole(windows({ output: false, parent: false }).calls), undefined);
  assertEquals(parentConsole(undefined), undefined);
});
