import type { GreyPicture } from './find-symbols.ts';
import { runPoppler } from './poppler.ts';
import { StampReadError } from './stamp-read-error.ts';

/** How far a PDF is looked at. */
export interface PdfPageLimits {
  /** Pages from the first. Default 10. */
  readonly pages?: number;
  /** Ends whatever is under way, with PDF_TOO_SLOW. Default: 20 s from the call. */
  readonly deadline?: AbortSignal;
}

/** Enough for the stamp's module of 0.5 mm to be six pixels. */
export const RESOLUTION_DPI = 300;
/** Of PDF's unit of length. */
export const POINTS_PER_INCH = 72;
const DEFAULT_PAGES = 10;
const DEFAULT_DEADLINE_MS = 20_000;
/** The longer side of A3 at 300 dpi, rounded up, as it may stand or lie; beyond nothing is drawn, so a giant page costs no more. */
const MAX_SIDE = 5000;

/** The limits with what stands for those not given. */
export function bounded({ pages = DEFAULT_PAGES, deadline }: PdfPageLimits): Required<PdfPageLimits> {
  return { pages, deadline: deadline ?? AbortSignal.timeout(DEFAULT_DEADLINE_MS) };
}

/**
 * Draws what viewers show of a PDF's pages (the crop box) in grey at 300 dpi with poppler's pdftoppm; bounds as runPoppler.
 *
 * @param pdf the whole file
 * @yields one page after the other
 * @throws StampReadError PDF_UNREADABLE, PDF_TOO_SLOW, TOOL_MISSING
 */
export async function* drawPdfPages(pdf: Uint8Array, limits: PdfPageLimits = {}): AsyncGenerator<GreyPicture> {
  const { pages, deadline } = bounded(limits);
  const range = ['-f', '1', '-l', String(pages)];
  const area = ['-x', '0', '-y', '0', '-W', String(MAX_SIDE), '-H', String(MAX_SIDE)];
  const command = ['pdftoppm', '-q', '-gray', '-r', String(RESOLUTION_DPI), '-cropbox', ...range, ...area, '-'] as const;
  let drawn = 0;
  for await (const page of splitPages(runPoppler(command, pdf, deadline))) {
    drawn += 1;
    yield page;
  }
  if (drawn === 0) throw new StampReadError('PDF_UNREADABLE', 'the PDF has no page that can be drawn');
}

/** Cuts the concatenated PGM pictures apart: header `P5`, width, height, 255, then a byte a pixel. */
async function* splitPages(stream: AsyncIterable<Buffer>): AsyncGenerator<GreyPicture> {
  let held = Buffer.alloc(0);
  let wanted = 0;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    held = Buffer.concat(parts.splice(0));
    for (;;) {
      const header = headerOf(held);
      wanted = header === null ? 0 : header.length + header.width * header.height;
      if (header === null || held.length < wanted) break;
      const { width, height, length } = header;
      yield { width, height, pixels: new Uint8Array(held.subarray(length, wanted)) };
      held = held.subarray(wanted);
    }
    parts.push(held);
    size = held.length;
  }
  if (size > 0) throw new StampReadError('PDF_UNREADABLE', 'the last page was not drawn to its end');
}

/** Size of the picture that starts here and length of its header; null while that is not complete. */
function headerOf(held: Buffer): { width: number; height: number; length: number } | null {
  const header = /^P5\n(\d{1,5}) (\d{1,5})\n255\n/.exec(held.toString('latin1', 0, 32));
  if (header === null) {
    if (held.length >= 32) throw new StampReadError('PDF_UNREADABLE', 'pdftoppm drew no grey picture');
    return null;
  }
  const [width, height] = [Number(header[1]), Number(header[2])];
  if (width > MAX_SIDE || height > MAX_SIDE) throw new StampReadError('PDF_UNREADABLE', 'a page is too large');
  return { width, height, length: header[0].length };
}
