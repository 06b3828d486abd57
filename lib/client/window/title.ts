import { quote } from "../control/problems.ts";
import type { Source } from "../player_types.ts";

/** The program's name, and the window's where no stream plays. */
const PROGRAM = "Flipbook";

/** The window's title: the name of the film and of the program. */
export function titleOf(source: Source | undefined): string {
  const path = source?.kind === "lab" ? source.file : URL.parse(source?.url ?? "")?.pathname ?? "";
  const name = path.split("/").findLast((part) => part !== "") ?? "";
  return name === "" ? PROGRAM : `${quote(decoded(name))} - ${PROGRAM}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
