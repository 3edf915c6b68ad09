import type { GreyPicture } from '../../../src/stamp/find-symbols.ts';
import { StampReadError } from '../../../src/stamp/stamp-read-error.ts';

/**
 * What is drawn on a canvas, in grey (luma of ITU-R BT.601); what is transparent counts as white paper.
 *
 * @throws StampReadError IMAGE_TOO_LARGE when the browser gives no room for it
 */
export function greyOf(canvas: OffscreenCanvas): GreyPicture {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  if (context === null) throw new StampReadError('IMAGE_TOO_LARGE', 'there is no canvas of this size');
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < pixels.length; at += 1, from += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = [data[from], data[from + 1], data[from + 2], data[from + 3]];
    pixels[at] = 255 - (((255 - ((77 * red + 150 * green + 29 * blue) >> 8)) * alpha) >> 8);
  }
  return { width, height, pixels };
}
