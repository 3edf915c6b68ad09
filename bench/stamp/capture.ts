import jpeg from 'jpeg-js';
import type { GreyPicture } from '@videosportello/certificates/testing/stamp-lab.ts';
import { SHEET_DPI } from './sheet.ts';

/** How a sheet comes into a picture. */
export interface Capture {
  readonly dpi: number;
  /** Degrees. */
  readonly turn?: number;
  /** How much shorter the far edge is than the near one, as a share of it. */
  readonly perspective?: number;
  /** Standard deviation, millimetres on the sheet. */
  readonly blurMm?: number;
  /** Standard deviation, of 255. */
  readonly noise?: number;
  /** Light lost from one corner to the opposite, as a share. */
  readonly shadow?: number;
  /** 1 to 100. */
  readonly jpegQuality?: number;
}

/** Room round the sheet for its turned corners, as a share of its side. */
const ROOM = 1.45;

/** Takes a picture of a sheet. `random` gives numbers from 0 to 1. */
export function capture(sheet: GreyPicture, how: Capture, random: () => number): GreyPicture {
  const { dpi, turn = 0, perspective = 0, blurMm = 0, noise = 0, shadow = 0, jpegQuality } = how;
  const seen = project(sheet, { dpi, turn, perspective });
  const soft = blurMm === 0 ? seen : blurred(seen, (blurMm / 25.4) * dpi);
  const lit = noise === 0 && shadow === 0 ? soft : lighted(soft, { noise, shadow }, random);
  return jpegQuality === undefined ? lit : compressed(lit, jpegQuality);
}

function project(sheet: GreyPicture, { dpi, turn, perspective }: Required<Pick<Capture, 'dpi' | 'turn' | 'perspective'>>): GreyPicture {
  const scale = SHEET_DPI / dpi;
  const isStraight = turn === 0 && perspective === 0;
  const side = Math.ceil((sheet.width / scale) * (isStraight ? 1 : ROOM));
  const samples = Math.ceil(scale);
  const [sine, cosine] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  const pixels = new Uint8Array(side * side);
  const half = side / 2;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      let sum = 0;
      for (let sample = 0; sample < samples * samples; sample += 1) {
        const u = x + ((sample % samples) + 0.5) / samples - half;
        const v = y + (Math.floor(sample / samples) + 0.5) / samples - half;
        // The far edge, at the top, is drawn together.
        const depth = 1 - perspective * (0.5 - v / side);
        const [fromX, fromY] = [u / depth, v / depth];
        sum += shadeAt(sheet, (fromX * cosine - fromY * sine) * scale, (fromX * sine + fromY * cosine) * scale);
      }
      pixels[y * side + x] = sum / (samples * samples);
    }
  }
  return { width: side, height: side, pixels };
}

/** Of the dot nearest to a point, counted from the middle; white beside the sheet. */
function shadeAt({ width, height, pixels }: GreyPicture, x: number, y: number): number {
  const [column, row] = [Math.floor(x + width / 2), Math.floor(y + height / 2)];
  if (column < 0 || row < 0 || column >= width || row >= height) return 255;
  return pixels[row * width + column] ?? 255;
}

/** Gaussian blur, rows and then columns. */
function blurred(picture: GreyPicture, sigma: number): GreyPicture {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const { width, height } = picture;
  const pass = (pixels: Uint8Array, step: number): Uint8Array =>
    pixels.map((_, at) => {
      const [place, length] = step === 1 ? [at % width, width] : [Math.floor(at / width), height];
      let sum = 0;
      for (const [index, weight] of weights.entries()) {
        const neighbour = Math.min(length - 1, Math.max(0, place + index - reach));
        sum += weight * (pixels[at + (neighbour - place) * step] ?? 255);
      }
      return sum / total;
    });
  return { width, height, pixels: pass(pass(picture.pixels, 1), width) };
}

function lighted({ width, height, pixels }: GreyPicture, { noise, shadow }: { noise: number; shadow: number }, random: () => number): GreyPicture {
  const lit = pixels.map((value, at) => {
    const share = ((at % width) / width + Math.floor(at / width) / height) / 2;
    // Three uniform numbers are near enough to a normal one; their deviation is a half.
    const grain = noise === 0 ? 0 : (random() + random() + random() - 1.5) * 2 * noise;
    return Math.min(255, Math.max(0, value * (1 - shadow * share) + grain));
  });
  return { width, height, pixels: lit };
}

function compressed({ width, height, pixels }: GreyPicture, quality: number): GreyPicture {
  const colours = Buffer.alloc(width * height * 4, 255);
  for (const [at, value] of pixels.entries()) colours.fill(value, at * 4, at * 4 + 3);
  const file = jpeg.encode({ width, height, data: colours }, quality);
  const { data } = jpeg.decode(file.data, { useTArray: true, maxMemoryUsageInMB: 256 });
  return { width, height, pixels: Uint8Array.from({ length: width * height }, (_, at) => data[at * 4] ?? 255) };
}
