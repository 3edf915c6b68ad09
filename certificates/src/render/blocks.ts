import type { Block, CertificateLayout, Fact } from '../templates/layout.ts';
import { drawCoatOfArms } from './coat-of-arms.ts';
import { CONTENT_WIDTH, INK, MARGIN, PAGE } from './geometry.ts';
import type { PageFlow } from './page-flow.ts';
import type { Pen, TextPlace, TextStyle } from './pen.ts';

/** A page in the making: what draws, where, and the element of the structure tree its parts hang on. */
export interface Sheet {
  readonly pen: Pen;
  readonly flow: PageFlow;
  readonly root: PDFKit.PDFStructureElement;
}

const RIGHT = PAGE.width - MARGIN.right;

/** Arms, municipality, office; at the right the word of a specimen. */
export function drawHead({ pen, flow, root }: Sheet, layout: CertificateLayout): void {
  const { doc } = pen;
  const top = flow.y;
  let armsWidth = 0;
  const bbox = [MARGIN.left, top, MARGIN.left + 48, top + 62] as const;
  const alt = `Stemma: ${layout.issuer.municipality}`;
  pen.tag(root, 'Figure', { alt, bbox, placement: 'Block' }, () => {
    armsWidth = drawCoatOfArms(doc, MARGIN.left, top, 62);
  });
  const x = MARGIN.left + armsWidth + 14;
  const width = RIGHT - x;
  let y = top + 2;
  const line = (text: string, style: TextStyle): void => {
    pen.tag(root, 'P', {}, () => {
      y += pen.write(text, style, { x, y, width });
    });
  };
  line(layout.issuer.municipality, { size: 19, weight: 'semibold', colour: INK.accent });
  line(layout.issuer.office, { size: 10.5 });
  line(layout.issuer.address, { size: 9, colour: INK.quiet });
  flow.y = top + 70;
  rule(doc, flow.y, 1.2, INK.accent);
  flow.y += 8;
}

/** The sentence of a specimen in a frame, so that it stays on the paper whatever is cut away. */
export function drawSpecimenSentence({ pen, flow, root }: Sheet, sentence: string): void {
  const { doc } = pen;
  artifact(doc, () => doc.lineWidth(0.8).rect(MARGIN.left, flow.y, CONTENT_WIDTH, 17).stroke(INK.text));
  const style = { size: 8.6, weight: 'semibold', align: 'center' } as const;
  pen.tag(root, 'P', {}, () => {
    pen.write(sentence, style, { y: flow.y + 2 });
  });
  flow.y += 17;
}

/** Title, and under it number, protocol and day in equal columns. */
export function drawTitle({ pen, flow, root }: Sheet, layout: CertificateLayout): void {
  const { doc } = pen;
  flow.y += 14;
  const style = { size: 22, weight: 'bold', colour: INK.accent, align: 'center', spacing: 0.6 } as const;
  pen.tag(root, 'H1', {}, () => {
    flow.y += pen.write(layout.title.toLocaleUpperCase('it'), style, { y: flow.y });
  });
  flow.y += 9;
  const column = CONTENT_WIDTH / layout.references.length;
  let tallest = 0;
  for (const [index, reference] of layout.references.entries()) {
    const place = { x: MARGIN.left + index * column, width: column };
    pen.tag(root, 'P', {}, () => {
      tallest = Math.max(tallest, drawReference(pen, reference, { ...place, y: flow.y }));
    });
  }
  flow.y += tallest + 7;
  rule(doc, flow.y, 0.5, INK.line);
  flow.y += 12;
}

function drawReference(pen: Pen, { label, value }: Fact, place: TextPlace): number {
  const height = pen.write(label, { size: 8.2, colour: INK.quiet, align: 'center' }, place);
  return (
    height + pen.write(value, { size: 11, weight: 'semibold', align: 'center' }, { ...place, y: place.y + height })
  );
}

/** One part of the body. */
export function drawBlock(sheet: Sheet, block: Block): void {
  switch (block.kind) {
    case 'paragraph':
      return drawParagraph(sheet, block.text, { size: 11.5, align: 'center' }, 5);
    case 'verb':
      return drawParagraph(
        sheet,
        block.text.toLocaleUpperCase('it'),
        { size: 13, weight: 'semibold', colour: INK.accent, align: 'center', spacing: 1.6 },
        9,
      );
    case 'name':
      return drawParagraph(sheet, block.text, { size: 18, weight: 'bold', align: 'center' }, 7);
    case 'statement':
      return drawParagraph(sheet, block.text, { size: 15, weight: 'semibold', align: 'center' }, 12);
    case 'facts':
      return drawFacts(sheet, block.rows);
  }
}

function drawParagraph({ pen, flow, root }: Sheet, text: string, style: TextStyle, after: number): void {
  flow.need(pen.measure(text, style));
  pen.tag(root, 'P', {}, () => {
    flow.y += pen.write(text, style, { y: flow.y });
  });
  flow.y += after;
}

/** Label and value of each fact as a table with row headers, a hair line between the rows. */
function drawFacts(sheet: Sheet, rows: readonly Fact[]): void {
  const { pen, flow, root } = sheet;
  const { doc } = pen;
  const inset = 52;
  const labelWidth = 128;
  const valueX = MARGIN.left + inset + labelWidth;
  const valueWidth = RIGHT - inset - valueX;
  const table = pen.tag(root, 'Table');
  for (const [index, { label, value }] of rows.entries()) {
    const labelStyle = { size: 10.5, colour: INK.quiet } as const;
    const valueStyle = { size: 12, weight: 'semibold' } as const;
    const height = Math.max(pen.measure(value, valueStyle, valueWidth), 17);
    flow.need(height + 6);
    if (index > 0) rule(doc, flow.y, 0.4, INK.line, inset);
    const row = pen.tag(table, 'TR');
    pen.tag(row, 'TH', { scope: 'Row' }, () => {
      pen.write(label, labelStyle, { x: MARGIN.left + inset, y: flow.y + 4, width: labelWidth });
    });
    pen.tag(row, 'TD', {}, () => {
      pen.write(value, valueStyle, { x: valueX, y: flow.y + 2.6, width: valueWidth });
    });
    row.end();
    flow.y += height + 6;
  }
  table.end();
  flow.y += 10;
}

/** Mandatory words with a bar at their left, then duty, validity and fee. */
export function drawClosing({ pen, flow, root }: Sheet, layout: CertificateLayout): void {
  const { doc } = pen;
  const top = flow.y;
  for (const sentence of layout.wording) {
    pen.tag(root, 'P', {}, () => {
      flow.y += pen.write(sentence, WORDING, { ...wordingPlace(), y: flow.y });
    });
  }
  const bottom = flow.y;
  artifact(doc, () => doc.rect(MARGIN.left, top + 1, 2.6, bottom - top - 2).fill(INK.accent));
  flow.y += 9;
  for (const note of layout.notes) {
    pen.tag(root, 'P', {}, () => {
      flow.y += drawNote(pen, note, flow.y);
    });
  }
  flow.y += 9;
  rule(doc, flow.y, 0.5, INK.line);
  flow.y += 8;
}

/** Height {@link drawClosing} will take. */
export function measureClosing(pen: Pen, layout: CertificateLayout): number {
  const sum = (heights: readonly number[]): number => heights.reduce((total, height) => total + height, 0);
  const wording = sum(layout.wording.map((sentence) => pen.measure(sentence, WORDING, wordingPlace().width)));
  return wording + 9 + sum(layout.notes.map((note) => measureNote(pen, note))) + 9 + 8;
}

const WORDING = { size: 10.5, weight: 'semibold' } as const;
const NOTE = { size: 9.5 } as const;
const NOTE_LABEL = { size: 9.5, colour: INK.quiet } as const;
const NOTE_LABEL_WIDTH = 98;

function wordingPlace(): { readonly x: number; readonly width: number } {
  return { x: MARGIN.left + 11, width: CONTENT_WIDTH - 11 };
}

function measureNote(pen: Pen, note: Fact): number {
  return pen.measure(note.value, NOTE, CONTENT_WIDTH - NOTE_LABEL_WIDTH) + 2;
}

function drawNote(pen: Pen, note: Fact, y: number): number {
  pen.write(note.label, NOTE_LABEL, { y, width: NOTE_LABEL_WIDTH });
  return (
    pen.write(note.value, NOTE, { x: MARGIN.left + NOTE_LABEL_WIDTH, y, width: CONTENT_WIDTH - NOTE_LABEL_WIDTH }) + 2
  );
}

/** Foot of a page. It repeats on each page and tells nothing new, so it is an artifact. */
export function drawFoot(pen: Pen, footer: string, page: number, pages: number): void {
  const { doc } = pen;
  const y = PAGE.height - MARGIN.bottom - 14;
  doc.markContent('Artifact', { type: 'Pagination' });
  doc
    .lineWidth(0.5)
    .moveTo(MARGIN.left, y - 5)
    .lineTo(RIGHT, y - 5)
    .stroke(INK.line);
  pen.write(footer, { size: 8, colour: INK.quiet }, { y, width: CONTENT_WIDTH * 0.7 });
  pen.write(
    `Pagina ${page} di ${pages}`,
    { size: 8, colour: INK.quiet, align: 'right' },
    { x: RIGHT - 100, y, width: 100 },
  );
  doc.endMarkedContent();
}

/** The word of a specimen across the page, under everything else; the readable sentence stands in the text. */
export function drawMark(pen: Pen, mark: string): void {
  const { doc } = pen;
  doc.markContent('Artifact', { type: 'Page' });
  doc.save();
  // Centred above the middle: its last letter ends over the stamp area, which stays white.
  const centre = PAGE.height * 0.42;
  doc.rotate(-42, { origin: [PAGE.width / 2, centre] });
  pen.write(
    mark,
    { size: 100, weight: 'bold', colour: INK.mark, align: 'center', spacing: 8 },
    { x: -100, y: centre - 75, width: PAGE.width + 200 },
  );
  doc.restore();
  doc.endMarkedContent();
}

function rule(doc: PDFKit.PDFDocument, y: number, width: number, colour: string, inset = 0): void {
  artifact(doc, () =>
    doc
      .lineWidth(width)
      .moveTo(MARGIN.left + inset, y)
      .lineTo(RIGHT - inset, y)
      .stroke(colour),
  );
}

function artifact(doc: PDFKit.PDFDocument, draw: () => void): void {
  doc.markContent('Artifact', { type: 'Layout' });
  draw();
  doc.endMarkedContent();
}
