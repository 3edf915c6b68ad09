import type { Table, Text } from '../templates/layout.ts';
import type { Sheet } from './blocks.ts';
import { CONTENT_WIDTH, INK, MARGIN } from './geometry.ts';
import type { Pen, TextPlace, TextStyle } from './pen.ts';
import { artifact, rule } from './strokes.ts';

/** Space above and below what stands in a cell, each. */
const padding = ({ look }: Pen): number => 4 * look.space;

/** What of a table must stay together: its head and the first two rows. */
export function leastTableHeight(pen: Pen, table: Table): number {
  const [first = 0, second = 0] = table.rows.map((row) => rowHeight(pen, table, row));
  return pen.look.tablesInColumns ? headHeight(pen, table) + first + second : first;
}

/** Height of a whole table, when nothing tears it. */
export function tableHeight(pen: Pen, table: Table): number {
  const rows = table.rows.reduce((sum, row) => sum + rowHeight(pen, table, row), 0);
  return pen.look.tablesInColumns ? headHeight(pen, table) + rows : rows;
}

/**
 * Draws a table. Its head stands again on each new page, there as an artifact: who reads the structure has heard it. In
 * an edition without columns each row is an item of a list, with each cell on a line of its own.
 */
export function drawTable(sheet: Sheet, table: Table): void {
  if (sheet.pen.look.tablesInColumns) drawColumns(sheet, table);
  else drawList(sheet, table);
}

function drawColumns(sheet: Sheet, table: Table): void {
  const { pen, flow, root } = sheet;
  const element = pen.tag(root, 'Table');
  const head = pen.tag(element, 'TR');
  drawHead(sheet, table, (title, style, place) => pen.text(head, 'TH', title, style, place, { scope: 'Column' }));
  head.end();
  rule(pen.doc, flow.y, 0.9, INK.accent);
  for (const cells of table.rows) {
    const height = rowHeight(pen, table, cells);
    if (flow.need(height)) {
      pen.doc.markContent('Artifact', { type: 'Pagination' });
      drawHead(sheet, table, (title, style, place) => pen.untagged(title, style, place));
      pen.doc.endMarkedContent();
      rule(pen.doc, flow.y, 0.9, INK.accent);
    }
    const row = pen.tag(element, 'TR');
    for (const [index, cell] of cells.entries()) {
      const { x, width } = columnPlace(table, index);
      const style = cellStyle(pen, cell, index, width);
      const [type, options] = index === 0 ? (['TH', { scope: 'Row' }] as const) : (['TD', {}] as const);
      pen.text(row, type, cell, style, { x, y: flow.y + padding(pen), width }, options);
    }
    row.end();
    flow.y += height;
    rule(pen.doc, flow.y, 0.4, INK.line);
  }
  element.end();
}

function drawHead({ pen, flow }: Sheet, table: Table, draw: (title: Text, style: TextStyle, place: TextPlace) => void): void {
  const top = flow.y;
  for (const [index, { title }] of table.columns.entries()) {
    draw(title, pen.look.cellTitle, { ...columnPlace(table, index), y: top + padding(pen) });
  }
  flow.y += headHeight(pen, table);
}

function columnPlace({ columns }: Table, index: number): { readonly x: number; readonly width: number } {
  const before = columns.slice(0, index).reduce((sum, { share }) => sum + share, 0);
  const gap = 6;
  return {
    x: MARGIN.left + before * CONTENT_WIDTH,
    width: (columns[index]?.share ?? 0) * CONTENT_WIDTH - (index === columns.length - 1 ? 0 : gap),
  };
}

/** The first column names the row; a code that would break is set smaller. */
function cellStyle(pen: Pen, cell: Text, index: number, width: number): TextStyle {
  const style: TextStyle = index === 0 ? { ...pen.look.cell, weight: 'semibold' } : pen.look.cell;
  return pen.fitted(cell.it, style, width);
}

function headHeight(pen: Pen, table: Table): number {
  const heights = table.columns.map(({ title }, index) =>
    pen.measureText(title, pen.look.cellTitle, columnPlace(table, index).width),
  );
  return Math.max(...heights) + 2 * padding(pen);
}

function rowHeight(pen: Pen, table: Table, cells: readonly Text[]): number {
  if (!pen.look.tablesInColumns) return itemLines(pen, table, cells).reduce((sum, { height }) => sum + height, 8);
  const heights = cells.map((cell, index) => {
    const { width } = columnPlace(table, index);
    return pen.measureText(cell, cellStyle(pen, cell, index, width), width);
  });
  return Math.max(...heights) + 2 * padding(pen);
}

interface ItemLine {
  readonly text: Text;
  readonly style: TextStyle;
  readonly height: number;
}

function itemLines(pen: Pen, table: Table, cells: readonly Text[]): ItemLine[] {
  const { look } = pen;
  return cells.map((cell, index) => {
    const title = table.columns[index]?.title;
    const text = index === 0 || title === undefined ? cell : titled(title, cell);
    const style = index === 0 ? look.value : look.label;
    return { text, style, height: pen.measureText(text, style, ITEM.width) };
  });
}

function titled(title: Text, cell: Text): Text {
  const also = title.also === null && cell.also === null ? null : `${title.also ?? title.it}: ${cell.also ?? cell.it}`;
  return { it: `${title.it}: ${cell.it}`, also };
}

const ITEM = { x: MARGIN.left + 11, width: CONTENT_WIDTH - 11 } as const;

function drawList({ pen, flow, root }: Sheet, table: Table): void {
  const list = pen.tag(root, 'L');
  for (const cells of table.rows) {
    flow.need(rowHeight(pen, table, cells));
    const item = pen.tag(list, 'LI');
    const body = pen.tag(item, 'LBody');
    const top = flow.y;
    for (const { text, style, height } of itemLines(pen, table, cells)) {
      pen.text(body, 'P', text, style, { ...ITEM, y: flow.y });
      flow.y += height;
    }
    body.end();
    item.end();
    artifact(pen.doc, () => pen.doc.rect(MARGIN.left, top + 4, 1.6, flow.y - top - 6).fill(INK.line));
    flow.y += 8;
  }
  list.end();
}
