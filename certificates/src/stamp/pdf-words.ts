import type { PaperPage, PaperWord } from './paper-page.ts';
import { bounded, POINTS_PER_INCH } from './pdf-pages.ts';
import type { PdfPageLimits } from './pdf-pages.ts';
import { runPoppler } from './poppler.ts';
import { StampReadError } from './stamp-read-error.ts';

/** Far above any certificate (30 kB); a file that says more is no paper. */
const MAX_TEXT_BYTES = 4_000_000;
/** Words on a page, six times those of a full one: each is held against every other, which no deadline would end. */
const MAX_PAGE_WORDS = 5_000;

/**
 * The words of a PDF's pages with their places in what viewers show (the crop box), and the sizes of its pictures, by poppler's
 * pdftotext and pdfimages; bounds as runPoppler.
 *
 * @param pdf the whole file
 * @throws StampReadError PDF_UNREADABLE, PDF_TOO_SLOW, TOOL_MISSING
 */
export async function readPdfWords(pdf: Uint8Array, limits: PdfPageLimits = {}): Promise<PaperPage[]> {
  const { pages, deadline } = bounded(limits);
  const range = ['-f', '1', '-l', String(pages)];
  const text = await textOf(runPoppler(['pdftotext', '-q', '-bbox', '-cropbox', ...range, '-', '-'], pdf, deadline));
  const pictures = await textOf(runPoppler(['pdfimages', '-list', ...range, '-'], pdf, deadline));
  const sizes = picturesByPage(pictures);
  return pagesOf(text).map((page, index) => ({ ...page, pictures: sizes.get(index + 1) ?? [] }));
}

async function textOf(output: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of output) {
    size += part.length;
    if (size > MAX_TEXT_BYTES) throw new StampReadError('PDF_UNREADABLE', 'the PDF holds too much text');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** pdftotext writes one element a line; attributes always in this order. */
const PAGE_LINE = /^ *<page width="([\d.]+)" height="([\d.]+)">$/;
const WORD_LINE = /^ *<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)<\/word>$/;

function pagesOf(text: string): Omit<PaperPage, 'pictures'>[] {
  const pages: { width: number; height: number; words: PaperWord[] }[] = [];
  for (const line of text.split('\n')) {
    const page = PAGE_LINE.exec(line);
    if (page !== null) pages.push({ width: Number(page[1]), height: Number(page[2]), words: [] });
    const word = WORD_LINE.exec(line);
    if (word === null) continue;
    const [left = 0, top = 0, right = 0, bottom = 0] = word.slice(1, 5).map(Number);
    const place = { x: left, y: top, width: right - left, height: bottom - top };
    const words = pages.at(-1)?.words;
    if (words?.length === MAX_PAGE_WORDS) throw new StampReadError('PDF_UNREADABLE', 'a page holds too many words');
    words?.push({ text: plain(word[5] ?? ''), ...place });
  }
  return pages;
}

/** The five entities that pdftotext writes. */
function plain(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|apos|#39);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" };

/** Of the table of pdfimages: page, width and height in pixels, dots per inch across and down. */
function picturesByPage(table: string): Map<number, { width: number; height: number }[]> {
  const pictures = new Map<number, { width: number; height: number }[]>();
  for (const line of table.split('\n').slice(2)) {
    const cells = line.trim().split(/ +/);
    const [page = 0, width = 0, height = 0, across = 0, down = 0] = [0, 3, 4, 12, 13].map((cell) => Number(cells[cell]));
    if (!(across > 0 && down > 0)) continue;
    const size = { width: (width / across) * POINTS_PER_INCH, height: (height / down) * POINTS_PER_INCH };
    pictures.set(page, [...(pictures.get(page) ?? []), size]);
  }
  return pictures;
}
