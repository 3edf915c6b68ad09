import type { GreyPicture } from './find-symbols.ts';

/** Half the side of the square whose mean is taken for the paper's light, pixels: wider than any black of a symbol. */
const LIGHT_REACH = 60;
/** What the mean of each place becomes: a symbol is as much black as white. */
const EVEN_GREY = 160;
/** Half the side of the squares a picture of twice the size is blurred with, twice, and how much of the difference is added. */
const BLUR_REACH = 6;
const GAIN = 4;

/**
 * A picture of twice the size, evenly lit and with its edges sharpened (unsharp masking): what a moving hand in bad light has
 * blurred becomes black or white again, as far as it is not lost.
 */
export function clearPicture(picture: GreyPicture): GreyPicture {
  const light = meansOf(Float32Array.from(picture.pixels), picture, LIGHT_REACH);
  const even = { ...picture, pixels: picture.pixels.map((grey, at) => Math.min(255, (grey * EVEN_GREY) / Math.max(20, light[at] ?? 0))) };
  const large = doubled(even);
  const soft = meansOf(meansOf(Float32Array.from(large.pixels), large, BLUR_REACH), large, BLUR_REACH);
  const pixels = large.pixels.map((grey, at) => Math.max(0, Math.min(255, grey + GAIN * (grey - (soft[at] ?? 0)))));
  return { ...large, pixels };
}

/** Between the nearest pixels. */
function doubled({ width, height, pixels }: GreyPicture): GreyPicture {
  const [columns, rows] = [2 * width, 2 * height];
  const large = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    const y = Math.min(height - 1, Math.max(0, row / 2 - 0.25));
    const [top, low] = [Math.floor(y), y % 1];
    const below = Math.min(height - 1, top + 1);
    for (let column = 0; column < columns; column += 1) {
      const x = Math.min(width - 1, Math.max(0, column / 2 - 0.25));
      const [left, right] = [Math.floor(x), x % 1];
      const beside = Math.min(width - 1, left + 1);
      const upper = (pixels[top * width + left] ?? 0) * (1 - right) + (pixels[top * width + beside] ?? 0) * right;
      const lower = (pixels[below * width + left] ?? 0) * (1 - right) + (pixels[below * width + beside] ?? 0) * right;
      large[row * columns + column] = upper * (1 - low) + lower * low;
    }
  }
  return { width: columns, height: rows, pixels: large };
}

/** The mean round each pixel, from sums over everything above and to the left: the reach costs nothing. */
function meansOf(values: Float32Array, { width, height }: Pick<GreyPicture, 'width' | 'height'>, reach: number): Float32Array {
  const line = width + 1;
  const sums = new Float64Array(line * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let sum = 0;
    for (let x = 0; x < width; x += 1) {
      sum += values[y * width + x] ?? 0;
      sums[(y + 1) * line + x + 1] = (sums[y * line + x + 1] ?? 0) + sum;
    }
  }
  return values.map((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
    const [top, bottom] = [Math.max(0, y - reach) * line, Math.min(height, y + reach + 1) * line];
    const inside = (sums[bottom + right] ?? 0) - (sums[top + right] ?? 0) - (sums[bottom + left] ?? 0) + (sums[top + left] ?? 0);
    return inside / ((right - left) * ((bottom - top) / line));
  });
}
