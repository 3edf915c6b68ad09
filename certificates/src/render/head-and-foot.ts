import type { CertificateLayout, Text } from '../templates/layout.ts';
import type { Sheet } from './blocks.ts';
import { drawCoatOfArms } from './coat-of-arms.ts';
import { CONTENT_WIDTH, INK, MARGIN, mm, PAGE, RIGHT } from './geometry.ts';
import type { Pen, TextStyle } from './pen.ts';
import { artifact, lineHeight, rule } from './strokes.ts';

/** Arms, municipality, office. */
export function drawHead({ pen, flow, root }: Sheet, { issuer }: CertificateLayout): void {
  const { doc, look } = pen;
  const top = flow.y;
  let armsWidth = 0;
  const bbox = [MARGIN.left, top, MARGIN.left + 48, top + 62] as const;
  pen.tag(root, 'Figure', { alt: `Stemma: ${issuer.municipality}`, bbox, placement: 'Block' }, () => {
    armsWidth = drawCoatOfArms(doc, MARGIN.left, top, 62);
  });
  const x = MARGIN.left + armsWidth + 14;
  let y = top + 2;
  const line = (text: string, style: TextStyle): void => {
    pen.tag(root, 'P', {}, () => {
      y += pen.write(text, style, { x, y, width: RIGHT - x });
    });
  };
  line(issuer.municipality, look.municipality);
  line(issuer.office, look.office);
  line(issuer.address, look.officeAddress);
  flow.y = Math.max(top + 70, y + 6);
  rule(doc, flow.y, 1.2, INK.accent);
  flow.y += 8;
}

/** The sentence of a specimen in a frame, so that it stays on the paper whatever is cut away. */
export function drawSpecimenSentence({ pen, flow, root }: Sheet, sentence: Text): void {
  const height = pen.measureText(sentence, pen.look.specimen) + 4;
  artifact(pen.doc, () => pen.doc.lineWidth(0.8).rect(MARGIN.left, flow.y, CONTENT_WIDTH, height).stroke(INK.text));
  pen.text(root, 'P', sentence, pen.look.specimen, { y: flow.y + 2 });
  flow.y += height;
}

/** Title, and under it number, protocol and day: in equal columns, or one under the other. */
export function drawTitle(sheet: Sheet, layout: CertificateLayout): void {
  const { pen, flow, root } = sheet;
  flow.y += 12 * pen.look.space;
  const title = { it: layout.title.it.toLocaleUpperCase('it'), also: layout.title.also };
  flow.y += pen.text(root, 'H1', title, pen.look.title, { ...balanced(pen, title), y: flow.y }) + 8 * pen.look.space;
  if (pen.look.referencesInColumns) drawReferences(sheet, layout);
  else for (const { label, value } of layout.references) drawReferenceLine(sheet, label, value);
  flow.y += 7;
  rule(pen.doc, flow.y, 0.5, INK.line);
  flow.y += 11 * pen.look.space;
}

/** Height of all that stands over the body of a look with references side by side: head, specimen's sentence, title. */
export function headHeight(pen: Pen, { issuer, specimen, title, references }: CertificateLayout): number {
  const { look } = pen;
  const issuerLines = [
    pen.measure(issuer.municipality, look.municipality),
    pen.measure(issuer.office, look.office),
    pen.measure(issuer.address, look.officeAddress),
  ].reduce((sum, height) => sum + height, 8);
  const sentence = specimen === null ? 0 : pen.measureText(specimen.sentence, look.specimen) + 4;
  const width = CONTENT_WIDTH / references.length;
  const labels = Math.max(...references.map(({ label }) => pen.measureText(label, look.referenceLabel, width)));
  const values = Math.max(...references.map(({ value }) => pen.measureText(value, look.reference, width)));
  const capitals = { it: title.it.toLocaleUpperCase('it'), also: title.also };
  return Math.max(70, issuerLines) + 8 + sentence + pen.measureText(capitals, look.title) + labels + values + 7 + 31 * look.space;
}

/** A place in which a centred title breaks into lines of about the same length. */
function balanced(pen: Pen, title: Text): { readonly x: number; readonly width: number } {
  const height = pen.measureText(title, pen.look.title);
  let width = CONTENT_WIDTH;
  while (width > CONTENT_WIDTH / 2 && pen.measureText(title, pen.look.title, width - 12) === height) width -= 12;
  return pen.look.title.align === 'center' ? { x: MARGIN.left + (CONTENT_WIDTH - width) / 2, width } : { x: MARGIN.left, width: CONTENT_WIDTH };
}

function drawReferences({ pen, flow, root }: Sheet, { references }: CertificateLayout): void {
  const { look } = pen;
  const width = CONTENT_WIDTH / references.length;
  const labels = Math.max(...references.map(({ label }) => pen.measureText(label, look.referenceLabel, width)));
  const heights = references.map(({ label, value }, index) => {
    const x = MARGIN.left + index * width;
    pen.text(root, 'P', label, look.referenceLabel, { x, width, y: flow.y });
    return labels + pen.text(root, 'P', value, look.reference, { x, width, y: flow.y + labels });
  });
  flow.y += Math.max(...heights);
}

function drawReferenceLine({ pen, flow, root }: Sheet, label: Text, value: Text): void {
  const { look } = pen;
  const { labelWidth } = look.facts;
  const left = pen.text(root, 'P', label, look.referenceLabel, { y: flow.y, width: labelWidth - 8 });
  const place = { x: MARGIN.left + labelWidth, y: flow.y, width: CONTENT_WIDTH - labelWidth };
  flow.y += Math.max(left, pen.text(root, 'P', value, look.reference, place));
}

/** Height kept for the foot of each page: its line, the document's id, page n of m. */
export function footHeight(pen: Pen): number {
  return lineHeight(pen, pen.look.foot) + 9;
}

/** Where the head of the pages after the first stands: in the margin over the content. */
const RUNNING_HEAD_Y = mm(5.5);

/** Where content begins under the running head. */
export function topUnderRunningHead(pen: Pen): number {
  return Math.max(MARGIN.top, RUNNING_HEAD_Y + lineHeight(pen, pen.look.foot) + 10);
}

/** Head of a page after the first: whose sheet this is when the sheets part. It repeats what the first page says, so it is an artifact. */
export function drawRunningHead(pen: Pen, { title, references: [number] }: CertificateLayout): void {
  const text = number ? `${number.label.it} ${number.value.it}` : title.it;
  pen.doc.markContent('Artifact', { type: 'Pagination' });
  pen.write(text, pen.onOneLine(text, pen.look.foot, CONTENT_WIDTH - 1), { y: RUNNING_HEAD_Y, width: CONTENT_WIDTH });
  pen.doc.endMarkedContent();
}

/** Foot of a page. It repeats on each page and tells nothing new, so it is an artifact. */
export function drawFoot(pen: Pen, footer: string, page: number, pages: number): void {
  const { doc, look } = pen;
  const y = PAGE.height - MARGIN.bottom - lineHeight(pen, look.foot) - 2;
  doc.markContent('Artifact', { type: 'Pagination' });
  doc
    .lineWidth(0.5)
    .moveTo(MARGIN.left, y - 4)
    .lineTo(RIGHT, y - 4)
    .stroke(INK.line);
  const counterWidth = CONTENT_WIDTH * 0.25;
  const footerWidth = CONTENT_WIDTH - counterWidth;
  pen.write(footer, pen.onOneLine(footer, look.foot, footerWidth - 1), { y, width: footerWidth });
  const counter = `Pagina ${page} di ${pages}`;
  const style = pen.onOneLine(counter, { ...look.foot, align: 'right' }, counterWidth - 1);
  pen.write(counter, style, { x: RIGHT - counterWidth, y, width: counterWidth });
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
