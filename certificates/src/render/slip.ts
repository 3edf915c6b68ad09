import PDFDocument from 'pdfkit';
import type { Slip } from '../templates/case-slip.ts';
import type { Fonts } from './fonts.ts';
import { CONTENT_WIDTH, INK, MARGIN } from './geometry.ts';
import { looksOf } from './look.ts';
import { Pen } from './pen.ts';
import { rule } from './strokes.ts';

/** The number of a case is read across a counter. */
const NUMBER = { size: 40, weight: 'bold', colour: INK.accent } as const;
/** Space between the parts, points. */
const GAP = 14;

/**
 * Draws a slip on one A4 page, in large letters, tagged and in Italian. It is no certificate: it has no stamp, no
 * seal and no number of the register.
 *
 * @throws {MissingGlyphError} when the fonts lack a letter
 */
export async function renderSlip({ issuer, title, number, lines, note }: Slip, createdAt: Date, fonts: Fonts): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'it-IT',
    displayTitle: true,
    font: '',
    info: { Title: title, Author: issuer, Creator: 'Videosportello', CreationDate: createdAt },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  doc.on('end', () => resolve(Buffer.concat(chunks)));
  doc.on('error', reject);
  const root = doc.struct('Document', { title });
  doc.addStructure(root);
  const [look] = looksOf('large-print');
  const pen = new Pen(doc, fonts, look, 'it');
  const plain = (it: string) => ({ it, also: null });
  let y = MARGIN.top;
  y += pen.text(root, 'P', plain(issuer), look.municipality, { y }) + GAP;
  rule(doc, y, 0.5, INK.line);
  y += GAP;
  y += pen.text(root, 'H1', plain(title), look.heading, { y });
  y += pen.text(root, 'P', plain(number), NUMBER, { y }) + GAP;
  for (const { label, value } of lines) {
    y += pen.text(root, 'P', plain(label), look.label, { y });
    y += pen.text(root, 'P', plain(value), look.value, { y, width: CONTENT_WIDTH }) + GAP;
  }
  pen.text(root, 'P', plain(note), look.label, { y });
  root.end();
  doc.end();
  return promise;
}
