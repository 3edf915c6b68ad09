import type { SealWords } from '../templates/layout.ts';
import { CONTENT_WIDTH, INK, MARGIN, MODULE, QUIET_MODULES, STAMP_SIDE } from './geometry.ts';
import type { Pen } from './pen.ts';

/** The modules of a stamp, row by row, true where dark, without quiet zone. */
export type SymbolModules = readonly (readonly boolean[])[];

/** The stamp has more modules than the area has room for. */
export class StampTooLargeError extends Error {
  override readonly name = 'StampTooLargeError';
  readonly code = 'stamp-too-large';
}

/** Height of the stamp area with the space under it. */
export const STAMP_AREA_HEIGHT = STAMP_SIDE + 4;

/**
 * Draws the stamp area with its top at `y`: the symbol (or, on the original, its empty space) at the left, the words at
 * the right.
 *
 * @throws {StampTooLargeError} when the symbol does not fit
 */
export function drawStampArea(
  pen: Pen,
  parent: PDFKit.PDFStructureElement,
  words: SealWords,
  symbol: SymbolModules | null,
  y: number,
): void {
  const section = pen.tag(parent, 'Sect');
  if (symbol === null) drawEmptySpace(pen, section, words, y);
  else drawSymbol(pen, section, words, symbol, y);
  drawWords(pen, section, words, symbol === null ? words.original : words.paper, y);
  section.end();
}

function drawSymbol(
  pen: Pen,
  parent: PDFKit.PDFStructureElement,
  words: SealWords,
  symbol: SymbolModules,
  y: number,
): void {
  const side = (symbol.length + 2 * QUIET_MODULES) * MODULE;
  if (side > STAMP_SIDE)
    throw new StampTooLargeError(`A symbol of ${symbol.length} modules does not fit the stamp area.`);
  const [left, top] = [MARGIN.left, y];
  const bbox = [left, top, left + side, top + side] as const;
  pen.tag(parent, 'Figure', { alt: words.symbolAlternative, bbox, placement: 'Block' }, () => {
    // One path and one fill for all modules: separate fills leave hairlines between them when printed.
    for (const [row, modules] of symbol.entries()) {
      for (const [from, length] of darkRuns(modules)) {
        pen.doc.rect(
          left + (QUIET_MODULES + from) * MODULE,
          top + (QUIET_MODULES + row) * MODULE,
          length * MODULE,
          MODULE,
        );
      }
    }
    pen.doc.fill('#000000');
  });
}

/** Start and length of each run of dark modules in a row. */
function darkRuns(modules: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [column, dark] of modules.entries()) {
    const last = runs.at(-1);
    if (!dark) continue;
    if (last !== undefined && last[0] + last[1] === column) last[1] += 1;
    else runs.push([column, 1]);
  }
  return runs;
}

function drawEmptySpace(pen: Pen, parent: PDFKit.PDFStructureElement, words: SealWords, y: number): void {
  const { doc } = pen;
  const inset = QUIET_MODULES * MODULE;
  const [x, top, side] = [MARGIN.left + inset, y + inset, STAMP_SIDE - 2 * inset];
  doc.markContent('Artifact', { type: 'Layout' });
  doc.lineWidth(0.6).dash(3, { space: 3 }).rect(x, top, side, side).stroke(INK.line).undash();
  doc.endMarkedContent();
  const style = { size: 9, colour: INK.quiet, align: 'center' } as const;
  const width = side - 30;
  const height = pen.measure(words.originalArea, style, width);
  pen.tag(parent, 'P', {}, () => {
    pen.write(words.originalArea, style, { x: x + 15, y: top + (side - height) / 2, width });
  });
}

function drawWords(
  pen: Pen,
  parent: PDFKit.PDFStructureElement,
  words: SealWords,
  sentences: readonly string[],
  y: number,
): void {
  const x = MARGIN.left + STAMP_SIDE + 12;
  const width = CONTENT_WIDTH - STAMP_SIDE - 12;
  let at = y + QUIET_MODULES * MODULE - 3;
  pen.tag(parent, 'H2', {}, () => {
    at += pen.write(words.heading, { size: 10.5, weight: 'semibold', colour: INK.accent }, { x, y: at, width }) + 3;
  });
  for (const sentence of sentences) {
    pen.tag(parent, 'P', {}, () => {
      at += pen.write(sentence, { size: 8.6 }, { x, y: at, width }) + 4;
    });
  }
  at += 2;
  pen.tag(parent, 'P', {}, () => {
    at += pen.write(words.checkerLabel, { size: 8, colour: INK.quiet }, { x, y: at, width });
    at += pen.write(words.checkerAddress, { size: 11, weight: 'semibold', colour: INK.accent }, { x, y: at, width });
  });
}
