import { join } from "@std/path";

/** Milliseconds between two looks. */
const LOOK_INTERVAL = 100;
/** Milliseconds before a wait is given up. It costs nothing when all is well, and a slow machine may need much of it. */
export const PATIENCE = 60_000;
/** Longest part of what a program wrote that a failure repeats, characters. */
const MOST_WORDS = 3000;
/** Where pictures of what was seen go, for a person to look at; a folder of its own by default. */
const SHOTS = Deno.env.get("FLIPBOOK_SHOTS");

/** Tells what is to be seen at this moment. */
export type Witness = () => string | Promise<string>;

const witnesses = new Set<Witness>();

/** From now on every wait that is in vain tells what `witness` sees, until it is disposed of. */
export function addWitness(witness: Witness): Disposable {
  witnesses.add(witness);
  return { [Symbol.dispose]: () => void witnesses.delete(witness) };
}

/**
 * Waits until `check` holds; throws, naming `what` and telling what is seen instead, when it does not for long. `what` is
 * a text, or what makes one at that moment.
 */
export async function until(what: string | (() => string), check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    // Who was kept from looking until it was too late looks once more.
    const isLast = performance.now() >= deadline;
    if (await check()) return;
    if (isLast) throw await vain(typeof what === "string" ? what : what());
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
}

/** What `promise` resolves to; throws, naming `what`, when it does not come for long. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(async () => limit.reject(await vain(what)), PATIENCE);
  try {
    return await Promise.race([promise, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps a picture of what was seen and returns its path. */
export async function keepShot(name: string, png: Uint8Array): Promise<string> {
  const folder = SHOTS ?? await Deno.makeTempDir({ prefix: "flipbook-shots-" });
  const path = join(folder, `${name}-${Date.now()}.png`);
  await Deno.writeFile(path, png);
  return path;
}

/** The end of what a program wrote. */
export function lastWords(text: string): string {
  return text.length > MOST_WORDS ? `... ${text.slice(-MOST_WORDS)}` : text;
}

async function vain(what: string): Promise<Error> {
  const seen = await Promise.all([...witnesses].map(async (witness) => {
    try {
      return await witness();
    } catch (thrown) {
      return `Nothing can be told: ${thrown}`;
    }
  }));
  return new Error([`Waited in vain for ${what}`, ...seen].join("\n"));
}
