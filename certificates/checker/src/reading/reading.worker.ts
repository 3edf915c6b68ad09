/** Reads stamps out of files and camera pictures, away from the page, which ends it when it takes too long. */
// First: what comes after it is bound by it.
import './memory-bound.ts';
import { prepareZXingModule } from 'zxing-wasm/reader';
import decoderFile from 'zxing-wasm/reader/zxing_reader.wasm?base64';

import { claimsSeal } from '../../../src/signature/seal-in-pdf.ts';
import { payloadOfText } from '../../../src/stamp/address.ts';
import type { StampPayload } from '../../../src/stamp/address.ts';
import { findSymbols } from '../../../src/stamp/find-symbols.ts';
import { checkImageHeader, imageKind } from '../../../src/stamp/image-header.ts';
import { SealFormatError } from '../../../src/stamp/seal-error.ts';
import { StampReadError } from '../../../src/stamp/stamp-read-error.ts';
import { isStampSymbol, payloadsOf } from '../../../src/stamp/symbol-payloads.ts';
import { readPdf } from './pdf-paper.ts';
import { greyOf } from './grey.ts';
import type { ReadAnswer, ReadRequest } from './read-request.ts';

/** More than any paper or photo. */
const MAX_FILE_BYTES = 30_000_000;
/** A larger photo is made smaller before it is looked at: 12 million pixels show a page at 300 dpi. */
const MAX_DRAWN_PIXELS = 12_000_000;

const decoder = prepareZXingModule({
  overrides: { wasmBinary: Uint8Array.from(atob(decoderFile), (sign) => sign.charCodeAt(0)).buffer },
  fireImmediately: true,
});

addEventListener('message', ({ data }: MessageEvent<ReadRequest>) => {
  void answerTo(data).then((answer) => postMessage(answer));
});

async function answerTo(request: ReadRequest): Promise<ReadAnswer> {
  try {
    return request.kind === 'file' ? await readFile(request.bytes) : await readPicture(request.picture);
  } catch (error) {
    if (error instanceof SealFormatError) return { kind: 'malformed', reason: error.reason };
    if (error instanceof StampReadError) return { kind: 'unread', code: error.code };
    return { kind: 'unread', code: 'IMAGE_UNREADABLE' };
  }
}

async function readFile(file: Uint8Array): Promise<ReadAnswer> {
  if (file.length > MAX_FILE_BYTES) throw new StampReadError('FILE_TOO_LARGE', 'the file is too large');
  if (file.length === 0) throw new StampReadError('FILE_UNKNOWN', 'the file is empty');
  const kind = imageKind(file);
  if (kind !== null) {
    checkImageHeader(file, kind);
    return readPicture(await createImageBitmap(new Blob([file.slice()])));
  }
  if (claimsSeal(file)) return { kind: 'original', pdf: file };
  const start = new TextDecoder('latin1').decode(file.subarray(0, 1024));
  if (start.includes('%PDF-')) {
    await decoder;
    const { symbols, pages } = await readPdf(file);
    return { kind: 'read', stamps: stampsOf(symbols), pages };
  }
  const text = new TextDecoder('latin1').decode(file);
  const isText = /^[\x20-\x7e\r\n\t]+$/.test(text);
  return { kind: 'read', stamps: [isText ? payloadOfText(text) : { seal: file, address: null }], pages: null };
}

async function readPicture(picture: ImageBitmap): Promise<ReadAnswer> {
  await decoder;
  const scale = Math.min(1, Math.sqrt(MAX_DRAWN_PIXELS / (picture.width * picture.height)));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return { kind: 'read', stamps: stampsOf(await findSymbols(greyOf(canvas), isStampSymbol)), pages: null };
}

function stampsOf(symbols: readonly Uint8Array[]): readonly StampPayload[] {
  if (symbols.length === 0) throw new StampReadError('NO_SYMBOL', 'no QR or DataMatrix symbol was found');
  const { stamps, refusal } = payloadsOf(symbols);
  if (stamps.length === 0 && refusal !== null) throw refusal;
  return stamps;
}
