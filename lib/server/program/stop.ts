/** What a shell reports for a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** What stops a program. */
export interface StopDoors {
  /** Calls back for every request to stop (Ctrl-C). */
  readonly onStop: (callback: () => void) => void;
  readonly exit: (code: number) => void;
}

/** Resolves at the first request to stop; a second one ends the program at once. */
export function askedToStop({ onStop, exit }: StopDoors): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    onStop(() => {
      if (asked) exit(EXIT_INTERRUPTED);
      asked = true;
      resolve();
    });
  });
}
