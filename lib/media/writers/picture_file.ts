/**
 * Writes one JPEG to a file of its own. Rejects with Deno.errors.AlreadyExists if there is such a file and `replace` is not
 * set, and with what else the system says; a file that could not be written whole is removed.
 */
export async function savePicture(
  path: string,
  jpeg: Uint8Array,
  options: { readonly replace: boolean },
): Promise<void> {
  const file = await Deno.open(path, {
    write: true,
    ...(options.replace ? { create: true, truncate: true } : { createNew: true }),
  });
  try {
    for (let at = 0; at < jpeg.length;) at += await file.write(jpeg.subarray(at));
  } catch (thrown) {
    file.close();
    await Deno.remove(path).catch(() => {});
    throw thrown;
  }
  file.close();
}
