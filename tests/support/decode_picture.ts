import { Image } from "imagescript";

/** Decoded pixels, 4 bytes each, row by row. */
export interface Picture {
  readonly rgba: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Decodes a JPEG or a PNG. */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  const image = await Image.decode(bytes);
  return { rgba: new Uint8ClampedArray(image.bitmap), width: image.width, height: image.height };
}
