import { payloadOfText } from './address.ts';
import type { StampPayload } from './address.ts';
import { imageKind } from './image-header.ts';
import { visiblePage } from './paper-page.ts';
import type { PaperPage } from './paper-page.ts';
import { bounded, drawPdfPages, POINTS_PER_INCH, RESOLUTION_DPI } from './pdf-pages.ts';
import type { PdfPageLimits } from './pdf-pages.ts';
import { readPdfWords } from './pdf-words.ts';
import { readPageSymbols, readSymbols } from './read-symbol.ts';
import { StampReadError } from './stamp-read-error.ts';
import { payloadsOf } from './symbol-payloads.ts';

/** Largest file that is looked at. */
export const MAX_FILE_BYTES = 30_000_000;

/** A file with what can be checked in it. */
export interface ReadPaper {
  /** At least one; their seals are not yet decoded. */
  readonly stamps: readonly StampPayload[];
  /** The words that a person can see on each page of a PDF; null for anything else, which has no words to compare. */
  readonly pages: readonly PaperPage[] | null;
}

/**
 * The stamps in a file: PDF (its pages are drawn), PNG, JPEG, text (address or Base32), or the bare seal.
 *
 * Symbols that carry no stamp are passed over where another does: a page may show the QR of a web site as well. The
 * same stamp on several pages is given once.
 *
 * @throws StampReadError when nothing could be read; SealFormatError when all that was read is no stamp
 */
export async function readPaper(file: Uint8Array, limits: PdfPageLimits = {}): Promise<ReadPaper> {
  if (file.length > MAX_FILE_BYTES) throw new StampReadError('FILE_TOO_LARGE', 'the file is too large');
  if (imageKind(file) !== null) return { stamps: stampsOf(await readSymbols(file)), pages: null };
  if (isPdf(file)) return readPdf(file, bounded(limits));
  if (file.length === 0) throw new StampReadError('FILE_UNKNOWN', 'the file is empty');
  // Whatever else is not text can only be meant as a bare seal; decoding says what is wrong with it.
  const stamp = isText(file) ? payloadOfText(Buffer.from(file).toString('latin1')) : { seal: file, address: null };
  return { stamps: [stamp], pages: null };
}

/** Only one page at a time is held as a picture: at 300 dpi it takes up to 25 MB. */
async function readPdf(file: Uint8Array, limits: PdfPageLimits): Promise<ReadPaper> {
  const said = await readPdfWords(file, limits);
  const symbols: Uint8Array[] = [];
  const pages: PaperPage[] = [];
  for await (const drawn of drawPdfPages(file, limits)) {
    const page = said[pages.length];
    if (page === undefined) throw new StampReadError('PDF_UNREADABLE', 'a page is drawn that has no place in the text');
    symbols.push(...(await readPageSymbols(drawn)));
    pages.push(visiblePage(page, drawn, RESOLUTION_DPI / POINTS_PER_INCH));
  }
  return { stamps: stampsOf(symbols), pages };
}

/** The header may stand behind up to a kilobyte of other bytes, as readers of PDF allow. */
function isPdf(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(0, 1024)).includes('%PDF-');
}

/** ASCII with line ends and tabs. */
function isText(file: Uint8Array): boolean {
  return file.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

function stampsOf(symbols: readonly Uint8Array[]): readonly StampPayload[] {
  if (symbols.length === 0) throw new StampReadError('NO_SYMBOL', 'no QR or DataMatrix symbol was found');
  const { stamps, refusal } = payloadsOf(symbols);
  if (stamps.length === 0 && refusal !== null) throw refusal;
  return stamps;
}
