import type { SealWords, Text } from '../templates/layout.ts';
import type { Sheet } from './blocks.ts';
import { CONTENT_WIDTH, INK, LARGEST_SYMBOL, MARGIN, MODULE, QUIET_MODULES, STAMP_SIDE } from './geometry.ts';
import type { Pen, TagOptions, TextPlace, TextStyle } from './pen.ts';
import { artifact, lineHeight, rule } from './strokes.ts';

/** The modules of a stamp, row by row, true where dark, without quiet zone. */
export type SymbolModules = readonly (readonly boolean[])[];

/** A stamp has more modules than the page has room for, or there are more stamps. */
export class StampTooLargeError extends Error {
  override readonly name = 'StampTooLargeError';
  readonly code = 'stamp-too-large';
}

/** Stamps that stand side by side. */
const IN_A_ROW = 2;
/** How much higher than the stamp the words beside it may stand. */
const OVERHANG = 30;
/** Space between symbol and words. */
const GAP = 12;

/**
 * The room of the stamps at the end of every page, and what of their words stands in it. A paper of several pages has
 * the stamps on each, as papers with a stamp have it (DM Giustizia 18 July 2011, art. 23): a sheet taken from another
 * certificate then shows a stamp that does not name it.
 */
export interface StampBand {
  readonly height: number;
  /** Side of one stamp with its quiet zone, in points. */
  readonly side: number;
  readonly count: number;
  /** Whether all words fit beside the stamp; else the sentences stand in the text of the last page. */
  readonly hasSentences: boolean;
}

/**
 * The room that stamps of these sizes need; the same for the original, whose stamps are yet to be made.
 *
 * @param sides modules of each symbol's side, without quiet zone
 * @throws {StampTooLargeError} when they do not fit
 */
export function planBand(pen: Pen, words: SealWords, sides: readonly number[]): StampBand {
  const largest = Math.max(...sides);
  if (largest > LARGEST_SYMBOL || sides.length > 2 * IN_A_ROW)
    throw new StampTooLargeError(`${sides.length} symbols of ${largest} modules do not fit the stamp area.`);
  const side = Math.max(STAMP_SIDE, (largest + 2 * QUIET_MODULES) * MODULE);
  if (sides.length > 1) {
    const rows = Math.ceil(sides.length / IN_A_ROW);
    const height = bandLine(pen) + rows * (side + captionHeight(pen)) + 4;
    return { height, side, count: sides.length, hasSentences: false };
  }
  const width = CONTENT_WIDTH - side - GAP;
  const needed = Math.max(wordsHeight(pen, words, words.original, width), wordsHeight(pen, words, words.paper, width));
  const hasSentences = needed <= side + OVERHANG;
  return { height: Math.max(side, hasSentences ? needed : 0) + 4, side, count: 1, hasSentences };
}

/** How the parts of the area reach the page: as tagged content, or on pages before the last as an artifact. */
interface Hand {
  text(type: string, text: Text, style: TextStyle, place: TextPlace): number;
  figure(options: TagOptions, draw: () => void): void;
  /** What carries no meaning. */
  artifact(draw: () => void): void;
}

/** The stamp area of the last page, which who cannot see hears too. */
export function drawStampArea(sheet: Sheet, words: SealWords, symbols: readonly SymbolModules[] | null, band: StampBand): void {
  const { pen, flow, root } = sheet;
  const section = pen.tag(root, 'Sect');
  const hand: Hand = {
    text: (type, text, style, place) => pen.text(section, type, text, style, place),
    figure: (options, draw) => pen.tag(section, 'Figure', options, draw),
    artifact: (draw) => artifact(pen.doc, draw),
  };
  drawArea(pen, hand, words, symbols, band, flow.bottom);
  section.end();
}

/** The same on a page before the last. */
export function repeatStampArea(pen: Pen, words: SealWords, symbols: readonly SymbolModules[] | null, band: StampBand, y: number): void {
  const hand: Hand = {
    text: (_type, text, style, place) => pen.untagged(text, style, place),
    figure: (_options, draw) => draw(),
    artifact: (draw) => draw(),
  };
  rule(pen.doc, y, 0.5, INK.line);
  pen.doc.markContent('Artifact', { type: 'Pagination' });
  drawArea(pen, hand, words, symbols, band, y);
  pen.doc.endMarkedContent();
}

/** What the stamp is and how to check it, in the text of a page whose area has no room for that. */
export function drawSealSentences(sheet: Sheet, words: SealWords, isPaper: boolean): void {
  const { pen, flow, root } = sheet;
  const { look } = pen;
  flow.need(sealSentencesHeight(pen, words));
  flow.y += pen.text(root, 'H2', words.heading, look.sealHeading, { y: flow.y }) + 3;
  for (const sentence of isPaper ? words.paper : words.original) {
    flow.y += pen.text(root, 'P', sentence, look.seal, { y: flow.y }) + 4;
  }
}

/** Height of the longer of both editions' sentences, so that original and paper break at the same place. */
export function sealSentencesHeight(pen: Pen, words: SealWords): number {
  const heights = [words.original, words.paper].map((sentences) =>
    sentences.reduce((sum, sentence) => sum + pen.measureText(sentence, pen.look.seal) + 4, 3),
  );
  return pen.measureText(words.heading, pen.look.sealHeading) + Math.max(...heights);
}

function drawArea(
  pen: Pen,
  hand: Hand,
  words: SealWords,
  symbols: readonly SymbolModules[] | null,
  band: StampBand,
  top: number,
): void {
  const { side, count } = band;
  const isSingle = count === 1;
  if (isSingle) drawWordsBeside(pen, hand, words, symbols === null ? words.original : words.paper, band, top);
  else drawWordsAbove(pen, hand, words, top);
  for (let index = 0; index < count; index += 1) {
    const x = MARGIN.left + (index % IN_A_ROW) * (side + GAP);
    const row = Math.trunc(index / IN_A_ROW);
    const y = isSingle ? top : top + bandLine(pen) + row * (side + captionHeight(pen));
    const symbol = symbols?.[index];
    if (symbol === undefined) drawEmptySpace(pen, hand, words, { x, y, side });
    else drawSymbol(pen, hand, words, symbol, x, y);
    if (isSingle) continue;
    const caption = `${words.heading.it.split(' ')[0]} ${index + 1}/${count}`;
    hand.text('P', { it: caption, also: null }, pen.look.checkerLabel, { x, y: y + side, width: side });
  }
}

function drawSymbol(pen: Pen, hand: Hand, words: SealWords, symbol: SymbolModules, left: number, top: number): void {
  const side = (symbol.length + 2 * QUIET_MODULES) * MODULE;
  const bbox = [left, top, left + side, top + side] as const;
  hand.figure({ alt: words.symbolAlternative, bbox, placement: 'Block' }, () => {
    const corner = QUIET_MODULES * MODULE;
    pen.doc.save().translate(left + corner, top + corner).scale(MODULE);
    // One path and one fill for all modules: separate fills leave hairlines between them when printed.
    pen.doc.addContent(pathOf(symbol)).fill('#000000').restore();
  });
}

/** Each run of dark modules in a row as a rectangle of a path, with one module as its unit (ISO 32000-1, 8.5.2.1). */
function pathOf(symbol: SymbolModules): string {
  const runs: string[] = [];
  for (const [row, modules] of symbol.entries()) {
    for (let from = modules.indexOf(true), end = 0; from >= 0; from = modules.indexOf(true, end)) {
      end = modules.indexOf(false, from);
      if (end < 0) end = modules.length;
      runs.push(`${from} ${row} ${end - from} 1 re`);
    }
  }
  return runs.join('\n');
}

function drawEmptySpace(
  pen: Pen,
  hand: Hand,
  words: SealWords,
  { x, y, side }: { readonly x: number; readonly y: number; readonly side: number },
): void {
  const { doc } = pen;
  const inset = QUIET_MODULES * MODULE;
  const inner = side - 2 * inset;
  hand.artifact(() => doc.lineWidth(0.6).dash(3, { space: 3 }).rect(x + inset, y + inset, inner, inner).stroke(INK.line).undash());
  const style = pen.look.originalArea;
  const width = inner - 16;
  const height = pen.measureText(words.originalArea, style, width);
  hand.text('P', words.originalArea, style, { x: x + inset + 8, y: y + inset + (inner - height) / 2, width });
}

/** Everything beside one stamp, or its heading and the checker's address where the sentences stand in the text. */
function drawWordsBeside(
  pen: Pen,
  hand: Hand,
  words: SealWords,
  sentences: readonly Text[],
  { side, hasSentences }: StampBand,
  top: number,
): void {
  const { look } = pen;
  const x = MARGIN.left + side + GAP;
  const width = CONTENT_WIDTH - side - GAP;
  let y = top + QUIET_MODULES * MODULE - 3;
  if (hasSentences) {
    y += hand.text('H2', words.heading, look.sealHeading, { x, y, width }) + 3;
    for (const sentence of sentences) y += hand.text('P', sentence, look.seal, { x, y, width }) + 4;
    y += 2;
  }
  y += hand.text('P', words.checkerLabel, look.checkerLabel, { x, y, width });
  const address = pen.fitted(words.checkerAddress, look.checker, width);
  hand.text('P', { it: words.checkerAddress, also: null }, address, { x, y, width });
}

function wordsHeight(pen: Pen, words: SealWords, sentences: readonly Text[], width: number): number {
  const { look } = pen;
  const heading = pen.measureText(words.heading, look.sealHeading, width) + 3;
  const body = sentences.reduce((sum, sentence) => sum + pen.measureText(sentence, look.seal, width) + 4, 0);
  const checker = pen.measureText(words.checkerLabel, look.checkerLabel, width) + lineHeight(pen, look.checker);
  return QUIET_MODULES * MODULE + heading + body + checker;
}

/** Over several stamps: only where to check. */
function drawWordsAbove(pen: Pen, hand: Hand, words: SealWords, top: number): void {
  const line = { it: `${words.checkerLabel.it}: ${words.checkerAddress}`, also: null };
  hand.text('P', line, pen.onOneLine(line.it, pen.look.checker, CONTENT_WIDTH - 1), { y: top + 4 });
}

function bandLine(pen: Pen): number {
  return lineHeight(pen, pen.look.checker) + 6;
}

function captionHeight(pen: Pen): number {
  return lineHeight(pen, pen.look.checkerLabel);
}
