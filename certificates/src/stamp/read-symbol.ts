import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { prepareZXingModule } from 'zxing-wasm/reader';

import { findSymbols, findSymbolsInFile } from './find-symbols.ts';
import type { GreyPicture } from './find-symbols.ts';
import { imageKind } from './image-header.ts';
import { checkImageBounds } from './image-size.ts';
import { StampReadError } from './stamp-read-error.ts';
import { isStampSymbol } from './symbol-payloads.ts';

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
  return decoded(() => findSymbolsInFile(picture, isStampSymbol));
}

/**
 * The same for a page that was rasterised here.
 *
 * @param page trusted to be of bounded size
 * @throws StampReadError IMAGE_UNREADABLE
 */
export async function readPageSymbols(page: GreyPicture): Promise<Uint8Array[]> {
  return decoded(() => findSymbols(page, isStampSymbol));
}

async function decoded(find: () => Promise<Uint8Array[]>): Promise<Uint8Array[]> {
  await decoderReady();
  try {
    return await find();
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
