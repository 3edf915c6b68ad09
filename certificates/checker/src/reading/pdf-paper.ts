import { getDocument, OPS } from 'unpdf/pdfjs';

import { findSymbols } from '../../../src/stamp/find-symbols.ts';
import { visiblePage } from '../../../src/stamp/paper-page.ts';
import type { PaperPage, PaperWord } from '../../../src/stamp/paper-page.ts';
import { StampReadError } from '../../../src/stamp/stamp-read-error.ts';
import { isStampSymbol } from '../../../src/stamp/symbol-payloads.ts';
import { greyOf } from './grey.ts';
import { memoryWasExceeded } from './memory-bound.ts';

type PdfPage = Awaited<ReturnType<Awaited<ReturnType<typeof getDocument>['promise']>['getPage']>>;

const MAX_PAGES = 10;
/** Pixels a point: 300 dpi. */
const SCALE = 300 / 72;
/** A3 at 300 dpi, standing or lying, each side rounded up; what lies beyond is not drawn. */
const MAX_SHORT_SIDE = 3600;
const MAX_LONG_SIDE = 5000;
/** Pieces of text on a page. Far above any certificate; a page that says more is no paper. */
const MAX_WORDS = 20_000;

/**
 * Draws the pages of a PDF and reads their words. Runs in a worker, which whoever waits for it can end.
 *
 * @returns the symbols' bytes, and the words a person can see on each page
 * @throws StampReadError PDF_UNREADABLE
 */
export async function readPdf(file: Uint8Array): Promise<{ symbols: Uint8Array[]; pages: PaperPage[] }> {
  const task = getDocument({
    data: file.slice(),
    // Letters are drawn as paths: a worker has no fonts of its own, and none is taken from the machine.
    disableFontFace: true,
    useSystemFonts: false,
    CanvasFactory: WorkerCanvases,
    FilterFactory: NoFilters,
    maxImageSize: MAX_SHORT_SIDE * MAX_LONG_SIDE * 2,
    verbosity: 0,
  });
  try {
    const pdf = await task.promise;
    const symbols: Uint8Array[] = [];
    const pages: PaperPage[] = [];
    for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES); number += 1) {
      const page = await pdf.getPage(number);
      // First the words: a page that says too much is not drawn.
      const said = await describe(page);
      const drawn = greyOf(await draw(page));
      symbols.push(...(await findSymbols(drawn, isStampSymbol)));
      pages.push(visiblePage(said, drawn, SCALE));
      if (memoryWasExceeded()) throw new StampReadError('PDF_UNREADABLE', 'the PDF asks for too much memory');
    }
    return { symbols, pages };
  } catch (cause) {
    throw new StampReadError('PDF_UNREADABLE', 'the PDF cannot be read', { cause });
  } finally {
    await task.destroy();
  }
}

async function draw(page: PdfPage): Promise<OffscreenCanvas> {
  const viewport = page.getViewport({ scale: SCALE });
  const { width, height } = viewport;
  const [maxWidth, maxHeight] = width > height ? [MAX_LONG_SIDE, MAX_SHORT_SIDE] : [MAX_SHORT_SIDE, MAX_LONG_SIDE];
  const canvas = new OffscreenCanvas(Math.min(maxWidth, Math.ceil(width)), Math.min(maxHeight, Math.ceil(height)));
  const context = canvas.getContext('2d');
  if (context === null) throw new StampReadError('PDF_UNREADABLE', 'there is no canvas of this size');
  // The library names the element of a document; a canvas of a worker has all that it uses.
  const canvasContext = context as unknown as CanvasRenderingContext2D;
  await page.render({ canvas: null, canvasContext, viewport, annotationMode: 2 }).promise;
  return canvas;
}

async function describe(page: PdfPage): Promise<PaperPage> {
  const viewport = page.getViewport({ scale: 1 });
  const words: PaperWord[] = [];
  for (const item of await textOf(page)) {
    const transform = item.transform as number[];
    const height = Math.hypot(transform[2] ?? 0, transform[3] ?? 0);
    const [x = 0, baseline = 0] = viewport.convertToViewportPoint(transform[4] ?? 0, transform[5] ?? 0) as number[];
    for (const { 0: text, index } of item.str.matchAll(/\S+/g)) {
      // Letters are taken for equally wide within one run: near enough to see whether something is drawn there.
      const share = item.width / item.str.length;
      words.push({ text, x: x + index * share, y: baseline - height, width: text.length * share, height: height * 1.2 });
    }
  }
  return { width: viewport.width, height: viewport.height, words, pictures: await picturesOf(page) };
}

type TextItem = Extract<Awaited<ReturnType<PdfPage['getTextContent']>>['items'][number], { str: string }>;

/**
 * The pieces of text of a page, in the order of the file.
 * @throws StampReadError PDF_UNREADABLE when there are more than any paper has; the rest is not waited for
 */
async function textOf(page: PdfPage): Promise<TextItem[]> {
  const texts: TextItem[] = [];
  const reader = (page.streamTextContent() as ReadableStream<Awaited<ReturnType<PdfPage['getTextContent']>>>).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    texts.push(...piece.value.items.filter((item) => 'str' in item));
    if (texts.length <= MAX_WORDS) continue;
    await reader.cancel();
    throw new StampReadError('PDF_UNREADABLE', 'a page holds too many words');
  }
  return texts;
}

const PICTURES: ReadonlySet<number> = new Set([
  OPS.paintImageXObject,
  OPS.paintImageMaskXObject,
  OPS.paintInlineImageXObject,
]);

/** Sizes of the pictures on a page, points: each is drawn as a square of one unit under the transformation of its time. */
async function picturesOf(page: PdfPage): Promise<PaperPage['pictures']> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const pictures: { width: number; height: number }[] = [];
  const kept: Matrix[] = [];
  let matrix: Matrix = [1, 0, 0, 1];
  for (const [index, operation] of fnArray.entries()) {
    if (operation === OPS.save) kept.push(matrix);
    else if (operation === OPS.restore) matrix = kept.pop() ?? [1, 0, 0, 1];
    else if (operation === OPS.transform) matrix = multiplied(matrix, argsArray[index] as Matrix);
    else if (PICTURES.has(operation)) pictures.push({ width: Math.hypot(matrix[0], matrix[1]), height: Math.hypot(matrix[2], matrix[3]) });
  }
  return pictures;
}

/** The four numbers that scale and turn; where a thing stands does not matter here. */
type Matrix = readonly [a: number, b: number, c: number, d: number];

function multiplied([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h];
}

/** Canvases for the library in a worker. */
class WorkerCanvases {
  create(width: number, height: number) {
    const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
    return { canvas, context: canvas.getContext('2d') };
  }

  reset(held: { canvas: OffscreenCanvas }, width: number, height: number): void {
    held.canvas.width = width;
    held.canvas.height = height;
  }

  destroy(held: { canvas: OffscreenCanvas }): void {
    held.canvas.width = 0;
    held.canvas.height = 0;
  }
}

/** Filters need a document; without them a page is drawn as it is. */
class NoFilters {
  addFilter() {
    return 'none';
  }
  addHCMFilter() {
    return 'none';
  }
  addAlphaFilter() {
    return 'none';
  }
  addLuminosityFilter() {
    return 'none';
  }
  addHighlightHCMFilter() {
    return 'none';
  }
  destroy() {}
}
