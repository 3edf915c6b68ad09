import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { ReaderOptions } from 'zxing-wasm/reader';

import { checkImageBounds, imageKind } from './image-size.ts';
import { StampReadError } from './stamp-read-error.ts';

/** Symbols a page may carry that are looked at; a stamped page has one or two. */
const MAX_SYMBOLS = 8;

const OPTIONS: ReaderOptions = { formats: ['QRCode', 'DataMatrix'], maxNumberOfSymbols: MAX_SYMBOLS, tryHarder: true };

/**
 * The bytes of the QR and DataMatrix symbols in a picture, in the order they were found; none is an empty list.
 *
 * @param picture PNG or JPEG, within the bounds of checkImageBounds
 * @throws StampReadError IMAGE_TOO_LARGE, IMAGE_UNREADABLE, FILE_UNKNOWN
 */
export async function readSymbols(picture: Uint8Array): Promise<Uint8Array[]> {
  const kind = imageKind(picture);
  if (kind === null) throw new StampReadError('FILE_UNKNOWN', 'the file is neither PNG nor JPEG');
  checkImageBounds(picture, kind);
  return decode(picture);
}

/**
 * The same for a page that was rasterised here.
 *
 * @param page PGM (P5) of one page, trusted to be of bounded size
 */
export async function readPageSymbols(page: Uint8Array): Promise<Uint8Array[]> {
  return decode(page);
}

async function decode(picture: Uint8Array): Promise<Uint8Array[]> {
  await decoderReady();
  try {
    const results = await readBarcodes(picture, OPTIONS);
    return results.filter((result) => result.isValid).map((result) => Uint8Array.from(result.bytes));
  } catch (cause) {
    throw new StampReadError('IMAGE_UNREADABLE', 'the picture cannot be decoded', { cause });
  }
}

let decoder: Promise<unknown> | null = null;

/** Gives the decoder its own file once; by default the package would fetch it over the network. */
async function decoderReady(): Promise<void> {
  decoder ??= readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then(async (file) =>
    prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(file).buffer }, fireImmediately: true }),
  );
  await decoder;
}
