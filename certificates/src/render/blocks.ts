import type { Block, CertificateLayout, Line, Text } from '../templates/layout.ts';
import { CONTENT_WIDTH, INK, MARGIN, RIGHT } from './geometry.ts';
import type { PageFlow } from './page-flow.ts';
import type { Pen } from './pen.ts';
import { artifact, rule } from './strokes.ts';
import { drawTable, leastTableHeight } from './table.ts';

/** A page in the making: what draws, where, and the element of the structure tree its parts hang on. */
export interface Sheet {
  readonly pen: Pen;
  readonly flow: PageFlow;
  readonly root: PDFKit.PDFStructureElement;
}

/** Facts up to this height stay on one page. */
const TOGETHER = 190;
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
      const heights = block.rows.map((row) => factHeight(pen, row));
      const total = heights.reduce((sum, height) => sum + height, 0);
      return total <= TOGETHER ? total : (heights[0] ?? 0);
    }
    case 'table':
      return leastTableHeight(pen, block);
    default:
      return pen.measureText(textOf(block), pen.look[block.kind]);
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

function factPlaces(pen: Pen): { readonly labelX: number; readonly valueX: number; readonly valueWidth: number } {
  const { inset, labelWidth } = pen.look.facts;
  const labelX = MARGIN.left + inset;
  const valueX = labelX + labelWidth;
  return { labelX, valueX, valueWidth: RIGHT - inset - valueX };
}

function factHeight(pen: Pen, { label, value }: Line): number {
  const { look } = pen;
  const heights = [
    pen.measureText(value, look.value, factPlaces(pen).valueWidth),
    pen.measureText(label, look.label, look.facts.labelWidth - 8),
  ];
  return Math.max(...heights) + ROW_PADDING * look.space;
}

/** Label and value of each fact as a table with row headers, a hair line between the rows. */
function drawFacts({ pen, flow, root }: Sheet, rows: readonly Line[]): void {
  const { look } = pen;
  const { labelX, valueX, valueWidth } = factPlaces(pen);
  // Both stand on one line of writing, though the value is larger.
  const drop = (look.value.size - look.label.size) * 0.95;
  const table = pen.tag(root, 'Table');
  for (const [index, line] of rows.entries()) {
    const height = factHeight(pen, line);
    const isFirst = flow.need(height) || index === 0;
    if (!isFirst) rule(pen.doc, flow.y, 0.4, INK.line, look.facts.inset);
    const row = pen.tag(table, 'TR');
    const y = flow.y + (ROW_PADDING * look.space) / 2;
    const labelPlace = { x: labelX, y: y + drop, width: look.facts.labelWidth - 8 };
    pen.text(row, 'TH', line.label, look.label, labelPlace, { scope: 'Row' });
    pen.text(row, 'TD', line.value, look.value, { x: valueX, y, width: valueWidth });
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

function closingHeight(pen: Pen, layout: CertificateLayout): number {
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

function noteHeight(pen: Pen, { label, value }: Line): number {
  const { look } = pen;
  const valueHeight = pen.measureText(value, look.note, CONTENT_WIDTH - look.noteLabelWidth);
  return Math.max(valueHeight, pen.measureText(label, look.noteLabel, look.noteLabelWidth - 6)) + 2;
}

function drawNote({ pen, flow, root }: Sheet, note: Line): void {
  const { look } = pen;
  const height = noteHeight(pen, note);
  flow.need(height);
  const x = MARGIN.left + look.noteLabelWidth;
  pen.text(root, 'P', note.label, look.noteLabel, { y: flow.y, width: look.noteLabelWidth - 6 });
  pen.text(root, 'P', note.value, look.note, { x, y: flow.y, width: CONTENT_WIDTH - look.noteLabelWidth });
  flow.y += height;
}
