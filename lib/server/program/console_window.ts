/** What Windows tells of the window that a program without a graphical interface runs in. */
const KERNEL32 = {
  GetConsoleProcessList: { parameters: ["buffer", "u32"], result: "u32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Where Windows keeps its libraries: a compiled program may open them only by their path. */
export const KERNEL32_PATH = "C:\\Windows\\System32\\kernel32.dll";
/** Process ids that are asked for: one more than tells whether this program is alone. */
const MAX_PROCESSES = 2;

/**
 * Whether the program's window will vanish with it: on Windows after a double-click, when no shell shares the window.
 * Elsewhere a terminal stays, or there is none.
 */
export function windowVanishes(countProcesses: () => number = consoleProcesses): boolean {
  return countProcesses() === 1;
}

/** How many processes share this program's console; 0 where there is none, or nobody can tell. */
function consoleProcesses(): number {
  if (Deno.build.os !== "windows") return 0;
  try {
    const { symbols } = Deno.dlopen(KERNEL32_PATH, KERNEL32);
    return symbols.GetConsoleProcessList(new Uint32Array(MAX_PROCESSES), MAX_PROCESSES);
  } catch {
    return 0;
  }
}
