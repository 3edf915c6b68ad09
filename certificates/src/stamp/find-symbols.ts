import { readBarcodes } from 'zxing-wasm/reader';
import type { ReaderOptions, ReadResult } from 'zxing-wasm/reader';
import { clearPicture } from './clear-picture.ts';

/** A picture in grey, one byte a pixel, rows from the top. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Says of a symbol's bytes whether it is what one looks for; then nobody looks harder. */
export type IsWanted = (symbol: Uint8Array) => boolean;

/** Symbols a page may carry that are looked at; a stamped page has one or two. */
const MAX_SYMBOLS = 8;

/** Enough for a stamp that was printed and scanned well: a QR symbol, dark on white, not mirrored. */
const QUICK: ReaderOptions = {
  formats: ['QRCode'],
  maxNumberOfSymbols: MAX_SYMBOLS,
  tryHarder: true,
  tryRotate: false,
  tryInvert: false,
  tryDownscale: false,
};

/** Everything the decoder can try, and the other kind of symbol that may hold a bare seal. */
const THOROUGH: ReaderOptions = { formats: ['QRCode', 'DataMatrix'], maxNumberOfSymbols: MAX_SYMBOLS, tryHarder: true };

/** Above this the symbol is looked for at half the size first: a page of A4 at 300 dpi has four times as many pixels. */
const LARGE_PIXELS = 2_000_000;

/**
 * The bytes of the symbols in a picture. A large one is halved first (a module of 0.5 mm at 300 dpi keeps three pixels),
 * which is four times as quick; only where that shows nothing wanted is the whole picture gone through. In one that is not
 * large, a symbol that is seen and cannot be read gets a last try in a clearer picture.
 *
 * The decoder must have been given its own file before (`prepareZXingModule`): here nothing is fetched.
 *
 * @returns in the order they were found; none is an empty list
 * @throws what the decoder throws when it cannot work on the picture
 */
export async function findSymbols(picture: GreyPicture, isWanted: IsWanted): Promise<Uint8Array[]> {
  const isLarge = picture.width * picture.height > LARGE_PIXELS;
  const quick = await symbolsIn(pgmOf(isLarge ? halved(picture) : picture), QUICK);
  if (quick.some(isWanted)) return quick;
  const { symbols, isUnread } = await everySymbolIn(pgmOf(picture));
  if (!isUnread || isLarge || symbols.some(isWanted)) return symbols;
  const cleared = await symbolsIn(pgmOf(clearPicture(picture)), QUICK);
  return cleared.some(isWanted) ? cleared : symbols;
}

/** All that is there; `isUnread` when one was seen whose bytes cannot be made out. */
async function everySymbolIn(file: Uint8Array): Promise<{ symbols: Uint8Array[]; isUnread: boolean }> {
  const results = await readBarcodes(file, { ...THOROUGH, returnErrors: true });
  return { symbols: bytesOf(results), isUnread: results.some(({ isValid }) => !isValid) };
}

/**
 * The same for a file that the decoder opens itself (PNG, JPEG, PGM); its bounds are the caller's to check.
 *
 * @throws as findSymbols
 */
export async function findSymbolsInFile(file: Uint8Array, isWanted: IsWanted): Promise<Uint8Array[]> {
  const quick = await symbolsIn(file, QUICK);
  return quick.some(isWanted) ? quick : symbolsIn(file, THOROUGH);
}

async function symbolsIn(file: Uint8Array, options: ReaderOptions): Promise<Uint8Array[]> {
  return bytesOf(await readBarcodes(file, options));
}

function bytesOf(results: readonly ReadResult[]): Uint8Array[] {
  return results.filter((result) => result.isValid).map((result) => Uint8Array.from(result.bytes));
}

/** Each pixel the mean of four; an odd last row or column is left out. */
function halved({ width, height, pixels }: GreyPicture): GreyPicture {
  const [columns, rows] = [width >> 1, height >> 1];
  const half = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    let upper = 2 * row * width;
    let lower = upper + width;
    const end = (row + 1) * columns;
    for (let at = row * columns; at < end; at += 1, upper += 2, lower += 2) {
      // Inside the bounds by construction; the fallbacks only satisfy the types.
      const sum = (pixels[upper] ?? 0) + (pixels[upper + 1] ?? 0) + (pixels[lower] ?? 0) + (pixels[lower + 1] ?? 0);
      half[at] = sum >> 2;
    }
  }
  return { width: columns, height: rows, pixels: half };
}

/** As a PGM file (P5), the plainest that the decoder opens. */
function pgmOf({ width, height, pixels }: GreyPicture): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + pixels.length);
  file.set(header);
  file.set(pixels, header.length);
  return file;
}
