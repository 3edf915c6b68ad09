import { payloadOfBytes, payloadOfText } from './address.ts';
import type { StampPayload } from './address.ts';
import { imageKind } from './image-size.ts';
import { drawPdfPages } from './pdf-pages.ts';
import type { PdfPageLimits } from './pdf-pages.ts';
import { readPageSymbols, readSymbols } from './read-symbol.ts';
import { SealFormatError } from './seal-error.ts';
import { StampReadError } from './stamp-read-error.ts';

/** Largest file that is looked at. */
export const MAX_FILE_BYTES = 30_000_000;

/**
 * The stamps in a file: PDF (its pages are drawn), PNG, JPEG, text (address or Base32), or the bare seal.
 *
 * Symbols that carry no stamp are passed over where another does: a page may show the QR of a web site as well. The
 * same stamp on several pages is given once.
 *
 * @returns at least one stamp; its seal is not yet decoded
 * @throws StampReadError when nothing could be read; SealFormatError when all that was read is no stamp
 */
export async function readStamps(file: Uint8Array, limits: PdfPageLimits = {}): Promise<StampPayload[]> {
  if (file.length > MAX_FILE_BYTES) throw new StampReadError('FILE_TOO_LARGE', 'the file is too large');
  if (imageKind(file) !== null) return payloads(await readSymbols(file));
  if (isPdf(file)) {
    const symbols: Uint8Array[] = [];
    for await (const page of drawPdfPages(file, limits)) symbols.push(...(await readPageSymbols(page)));
    return payloads(symbols);
  }
  if (file.length === 0) throw new StampReadError('FILE_UNKNOWN', 'the file is empty');
  // Whatever else is not text can only be meant as a bare seal; decoding says what is wrong with it.
  return [isText(file) ? payloadOfText(Buffer.from(file).toString('latin1')) : { seal: file, address: null }];
}

/** The header may stand behind up to a kilobyte of other bytes, as readers of PDF allow. */
function isPdf(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(0, 1024)).includes('%PDF-');
}

/** ASCII with line ends and tabs. */
function isText(file: Uint8Array): boolean {
  return file.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

function payloads(symbols: readonly Uint8Array[]): StampPayload[] {
  if (symbols.length === 0) throw new StampReadError('NO_SYMBOL', 'no QR or DataMatrix symbol was found');
  const found = new Map<string, StampPayload>();
  let refusal: SealFormatError | null = null;
  for (const symbol of symbols) {
    try {
      const payload = payloadOfBytes(symbol);
      found.set(Buffer.from(payload.seal).toString('latin1'), payload);
    } catch (error) {
      if (!(error instanceof SealFormatError)) throw error;
      refusal ??= error;
    }
  }
  if (found.size === 0 && refusal !== null) throw refusal;
  return [...found.values()];
}
