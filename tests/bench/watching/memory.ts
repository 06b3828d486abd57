/** Megabytes of memory that a process and all that it started hold; pages that several share count at each. Linux. */
export async function residentOf(root: number): Promise<number> {
  const children = new Map<number, number[]>();
  const sizes = new Map<number, number>();
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const parent = Number(fields[1]);
      children.set(parent, [...children.get(parent) ?? [], pid]);
      // In pages of 4 KiB.
      sizes.set(pid, Number(fields[21]) / 256);
    } catch {
      // It has ended meanwhile.
    }
  }
  const sum = (pid: number): number =>
    (sizes.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}
