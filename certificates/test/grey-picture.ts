import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync, inflateSync } from 'node:zlib';
import { encodePng } from '../src/stamp/symbol-png.ts';

const run = promisify(execFile);

/** Rows from the top, one byte a pixel, 0 is black. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Resolution of the pictures papers are compared by: letters can be told apart, files stay small. */
const DPI = 50;
/** Greys that a picture has: enough to know it by, and it compresses well. */
const LEVELS = 8;
/** Side of the squares whose mean grey is compared, in pixels. */
const SQUARE = 4;
/** Difference of mean grey from which two squares differ: more than smoothing of edges gives, less than another letter. */
const TOLERANCE = 14;

/** All pages of a PDF file side by side, as poppler draws them, in few greys. */
export async function pictureOf(pdf: Uint8Array): Promise<GreyPicture> {
  const folder = await mkdtemp(join(tmpdir(), 'picture-'));
  try {
    const file = join(folder, 'paper.pdf');
    await writeFile(file, pdf);
    await run('pdftoppm', ['-r', String(DPI), '-gray', file, join(folder, 'page')]);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.pgm')).toSorted();
    return inFewGreys(sideBySide(await Promise.all(names.map(async (name) => readPgm(await readFile(join(folder, name)))))));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A PGM file as poppler writes it: "P5", width, height, 255, then the pixels. */
export function readPgm(file: Buffer): GreyPicture {
  const [head = '', width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1', 0, 64)) ?? [];
  return { width: Number(width), height: Number(height), pixels: new Uint8Array(file.subarray(head.length)) };
}

function sideBySide(pages: readonly GreyPicture[]): GreyPicture {
  const width = pages.reduce((sum, page) => sum + page.width, 0);
  const height = Math.max(...pages.map((page) => page.height));
  const pixels = new Uint8Array(width * height).fill(255);
  let left = 0;
  for (const page of pages) {
    for (let y = 0; y < page.height; y += 1) {
      pixels.set(page.pixels.subarray(y * page.width, (y + 1) * page.width), y * width + left);
    }
    left += page.width;
  }
  return { width, height, pixels };
}

function inFewGreys({ pixels, ...size }: GreyPicture): GreyPicture {
  const step = 255 / (LEVELS - 1);
  return { ...size, pixels: pixels.map((grey) => Math.round(Math.round(grey / step) * step)) };
}

/** A small PNG, to be read by {@link readPicture} and by people. */
export function writePicture({ width, height, pixels }: GreyPicture): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => {
    return Buffer.from([0, ...pixels.subarray(y * width, (y + 1) * width)]);
  });
  return encodePng({ width, height, bitDepth: 8 }, deflateSync(Buffer.concat(rows), { level: 9 }));
}

/** Reads what {@link writePicture} wrote: one chunk of data, rows without filter. */
export function readPicture(png: Buffer): GreyPicture {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const data = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) pixels.set(rows.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)), y * width);
  return { width, height, pixels };
}

/** How many squares of the two pictures differ; Infinity when they have not the same size. */
export function differences(one: GreyPicture, other: GreyPicture): number {
  if (one.width !== other.width || one.height !== other.height) return Infinity;
  let different = 0;
  for (let y = 0; y + SQUARE <= one.height; y += SQUARE) {
    for (let x = 0; x + SQUARE <= one.width; x += SQUARE) {
      if (Math.abs(meanGrey(one, x, y) - meanGrey(other, x, y)) > TOLERANCE) different += 1;
    }
  }
  return different;
}

function meanGrey({ width, pixels }: GreyPicture, x: number, y: number): number {
  let sum = 0;
  for (let row = y; row < y + SQUARE; row += 1) {
    for (let column = x; column < x + SQUARE; column += 1) sum += pixels[row * width + column] ?? 0;
  }
  return sum / SQUARE ** 2;
}
