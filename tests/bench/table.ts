/** Prints a table whose columns line up: text to the left, numbers to the right. */
export function printTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const cells = rows.map((row) => row.map((cell) => typeof cell === "number" ? shortNumber(cell) : cell));
  const widths = columns.map((name, index) => Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[], numbers: readonly boolean[]) =>
    row.map((cell, index) => numbers[index] ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!)).join("  ");
  const numeric = columns.map((_, index) => rows.some((row) => typeof row[index] === "number"));
  console.log(`\n${title}`);
  console.log(line(columns, numeric));
  for (const row of cells) console.log(line(row, numeric));
}

/** A number with as many digits as tell something. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

/** The middle one of `values`, by the number that `of` gives. */
export function median<T>(values: readonly T[], of: (value: T) => number): T {
  return [...values].sort((a, b) => of(a) - of(b))[Math.floor(values.length / 2)]!;
}
