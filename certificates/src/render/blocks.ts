import type { Block, CertificateLayout, Line, Text } from '../templates/layout.ts';
import { CONTENT_WIDTH, INK, MARGIN } from './geometry.ts';
import type { PageFlow } from './page-flow.ts';
import type { Pen, TextStyle } from './pen.ts';
import { artifact, rule } from './strokes.ts';
import { drawTable, leastTableHeight, tableHeight } from './table.ts';

/** A page in the making: what draws, where, and the element of the structure tree its parts hang on. */
export interface Sheet {
  readonly pen: Pen;
  readonly flow: PageFlow;
  readonly root: PDFKit.PDFStructureElement;
}

/** Facts up to this height stay on one page. */
const TOGETHER = 190;
/** Of facts that are torn so many rows begin the first page and end the last: none stands alone. */
const ROWS_TOGETHER = 2;
/** Space after each kind of block. */
const AFTER = { paragraph: 5, detail: 10, verb: 9, name: 6, statement: 12, heading: 3, facts: 10, table: 12 } as const;
/** Space in the rows of facts, above and below together. */
const ROW_PADDING = 6;

/** Draws the parts of a body, each beside what it leads to. */
export function drawBody(sheet: Sheet, blocks: readonly Block[]): void {
  for (const [index, block] of blocks.entries()) {
    sheet.flow.need(heightWithNext(sheet.pen, blocks.slice(index)));
    drawBlock(sheet, block);
    sheet.flow.y += after(sheet.pen, block);
  }
}

function after(pen: Pen, { kind }: Block): number {
  return AFTER[kind] * pen.look.space;
}

/** Height of a whole body, when nothing tears it. */
export function bodyHeight(pen: Pen, blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + wholeHeight(pen, block) + after(pen, block), 0);
}

function wholeHeight(pen: Pen, block: Block): number {
  switch (block.kind) {
    case 'facts':
      return heightOf(pen, block.rows);
    case 'table':
      return tableHeight(pen, block);
    default:
      return pen.measureText(textOf(block), pen.look[block.kind]);
  }
}

/** What must not be torn of the first block and of those it leads to. */
function heightWithNext(pen: Pen, [block, ...rest]: readonly Block[]): number {
  if (block === undefined) return 0;
  return leastHeight(pen, block) + (isLead(block) ? after(pen, block) + heightWithNext(pen, rest) : 0);
}

/** Whether a block only announces the next. */
function isLead({ kind }: Block): boolean {
  return kind === 'paragraph' || kind === 'verb' || kind === 'heading';
}

/** What of a block must not be torn. */
function leastHeight(pen: Pen, block: Block): number {
  switch (block.kind) {
    case 'facts': {
      const total = wholeHeight(pen, block);
      return total <= TOGETHER ? total : Math.min(total, heightOf(pen, block.rows.slice(0, ROWS_TOGETHER)));
    }
    case 'table':
      return leastTableHeight(pen, block);
    default:
      return wholeHeight(pen, block);
  }
}

type TextBlock = Exclude<Block, { kind: 'facts' | 'table' }>;

/** Verbs stand in capitals. */
function textOf({ kind, text }: TextBlock): Text {
  return kind === 'verb' ? inCapitals(text) : text;
}

function inCapitals({ it, also }: Text): Text {
  return { it: it.toLocaleUpperCase('it'), also };
}

function drawBlock(sheet: Sheet, block: Block): void {
  const { pen, flow, root } = sheet;
  switch (block.kind) {
    case 'facts':
      return drawFacts(sheet, block.rows);
    case 'table':
      return drawTable(sheet, block);
    default:
      flow.y += pen.text(root, block.kind === 'heading' ? 'H2' : 'P', textOf(block), pen.look[block.kind], { y: flow.y });
  }
}

/** Label and value of a line, beside each other or one over the other. */
interface LinePlaces {
  readonly label: { readonly x: number; readonly width: number };
  readonly value: { readonly x: number; readonly width: number };
}

function linePlaces(pen: Pen, inset: number, labelWidth: number): LinePlaces {
  const left = MARGIN.left + inset;
  const width = CONTENT_WIDTH - 2 * inset;
  if (pen.stacksFacts) return { label: { x: left, width }, value: { x: left, width } };
  return { label: { x: left, width: labelWidth - 8 }, value: { x: left + labelWidth, width: width - labelWidth } };
}

function lineHeights(pen: Pen, line: Line, styles: LineStyles, places: LinePlaces): { readonly label: number; readonly whole: number } {
  const label = pen.measureText(line.label, styles.label, places.label.width);
  const value = pen.measureText(line.value, styles.value, places.value.width);
  return { label, whole: pen.stacksFacts ? label + value : Math.max(label, value) };
}

interface LineStyles {
  readonly label: TextStyle;
  readonly value: TextStyle;
}

function factPlaces(pen: Pen): LinePlaces {
  return linePlaces(pen, pen.look.facts.inset, pen.look.facts.labelWidth);
}

function factHeight(pen: Pen, line: Line): number {
  return lineHeights(pen, line, pen.look, factPlaces(pen)).whole + ROW_PADDING * pen.look.space;
}

function heightOf(pen: Pen, rows: readonly Line[]): number {
  return rows.reduce((sum, row) => sum + factHeight(pen, row), 0);
}

/** Label and value of each fact as a table with row headers, a hair line between the rows. */
function drawFacts({ pen, flow, root }: Sheet, rows: readonly Line[]): void {
  const { look } = pen;
  const places = factPlaces(pen);
  // Both stand on one line of writing, though the value is larger.
  const drop = pen.stacksFacts ? 0 : (look.value.size - look.label.size) * 0.95;
  const table = pen.tag(root, 'Table');
  for (const [index, line] of rows.entries()) {
    const height = factHeight(pen, line);
    const isLastButOne = index > 0 && index === rows.length - ROWS_TOGETHER;
    const isFirst = flow.need(isLastButOne ? heightOf(pen, rows.slice(index)) : height) || index === 0;
    if (!isFirst) rule(pen.doc, flow.y, 0.4, INK.line, look.facts.inset);
    const row = pen.tag(table, 'TR');
    const y = flow.y + (ROW_PADDING * look.space) / 2;
    const under = pen.stacksFacts ? lineHeights(pen, line, look, places).label : 0;
    pen.text(row, 'TH', line.label, look.label, { ...places.label, y: y + drop }, { scope: 'Row' });
    pen.text(row, 'TD', line.value, look.value, { ...places.value, y: y + under });
    row.end();
    flow.y += height;
  }
  table.end();
}

/**
 * Mandatory words with a bar at their left, then duty, validity and fee: together at the end of the page, or one by one
 * where a page is too small for all.
 *
 * @param atBottom whether they go to the end of the page
 */
export function drawClosing(sheet: Sheet, layout: CertificateLayout, atBottom: boolean): void {
  const { pen, flow } = sheet;
  const total = closingHeight(pen, layout);
  flow.need(total);
  if (atBottom && flow.y + total < flow.bottom) flow.y = flow.bottom - total;
  drawWording(sheet, layout);
  flow.y += 9;
  for (const note of layout.notes) drawNote(sheet, note);
  flow.y += 7;
  rule(pen.doc, flow.y, 0.5, INK.line);
  flow.y += 8;
}

/** Height of the closing, when nothing tears it. */
export function closingHeight(pen: Pen, layout: CertificateLayout): number {
  const sum = (heights: readonly number[]): number => heights.reduce((total, height) => total + height, 0);
  const wording = sum(wordingTexts(layout).map((text) => pen.measureText(text, pen.look.wording, WORDING_PLACE.width)));
  return wording + 9 + sum(layout.notes.map((note) => noteHeight(pen, note))) + 7 + 8;
}

const WORDING_PLACE = { x: MARGIN.left + 11, width: CONTENT_WIDTH - 11 } as const;

/** Only the first has a translation: the law's own words. */
function wordingTexts({ wording, wordingAlso }: CertificateLayout): Text[] {
  return wording.map((it, index) => ({ it, also: index === 0 ? wordingAlso : null }));
}

function drawWording({ pen, flow, root }: Sheet, layout: CertificateLayout): void {
  for (const text of wordingTexts(layout)) {
    flow.need(pen.measureText(text, pen.look.wording, WORDING_PLACE.width));
    const top = flow.y;
    flow.y += pen.text(root, 'P', text, pen.look.wording, { ...WORDING_PLACE, y: top });
    artifact(pen.doc, () => pen.doc.rect(MARGIN.left, top + 1, 2.6, flow.y - top - 1).fill(INK.accent));
  }
}

function notePlaces(pen: Pen): LinePlaces {
  return linePlaces(pen, 0, pen.look.noteLabelWidth);
}

function noteStyles({ look }: Pen): LineStyles {
  return { label: look.noteLabel, value: look.note };
}

function noteHeight(pen: Pen, note: Line): number {
  return lineHeights(pen, note, noteStyles(pen), notePlaces(pen)).whole + 2;
}

function drawNote({ pen, flow, root }: Sheet, note: Line): void {
  const places = notePlaces(pen);
  const styles = noteStyles(pen);
  const height = noteHeight(pen, note);
  flow.need(height);
  const under = pen.stacksFacts ? lineHeights(pen, note, styles, places).label : 0;
  pen.text(root, 'P', note.label, styles.label, { ...places.label, y: flow.y });
  pen.text(root, 'P', note.value, styles.value, { ...places.value, y: flow.y + under });
  flow.y += height;
}
