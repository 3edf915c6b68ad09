import PDFDocument from 'pdfkit';
import type { CertificateLayout } from '../templates/layout.ts';
import { PDF_UA_METADATA } from './archival-metadata.ts';
import { bodyHeight, closingHeight, drawBody, drawClosing } from './blocks.ts';
import type { Fonts } from './fonts.ts';
import { drawFoot, drawHead, drawMark, drawRunningHead, drawSpecimenSentence, drawTitle, footHeight, headHeight, topUnderRunningHead } from './head-and-foot.ts';
import { MARGIN, PAGE } from './geometry.ts';
import { looksOf } from './look.ts';
import { PageFlow } from './page-flow.ts';
import { Pen } from './pen.ts';
import { addSealField } from './seal-field.ts';
import type { SealField } from './seal-field.ts';
import { drawSealSentences, drawStampArea, planBand, repeatStampArea, sealSentencesHeight } from './stamp-area.ts';
import type { SymbolModules } from './stamp-area.ts';

/**
 * The two papers of one certificate, equal but for the stamps: the `original` has their spaces empty and takes the seal; the
 * `paper` carries the stamps, whose content names the digest of the sealed original (AgID circolare 62/2013, 6.2).
 */
export type Edition =
  | {
      readonly kind: 'original';
      readonly seal: SealField;
      /** Modules of a side of each stamp that the paper will have, without quiet zone. */
      readonly sides: readonly number[];
    }
  | { readonly kind: 'paper'; readonly symbols: readonly SymbolModules[] };

/** What makes a file's bytes repeat: same layout, same edition, same values here, same file. */
export interface FileIdentity {
  /** Stands in the file's metadata, from which its PDF identifier is made. */
  readonly documentId: string;
  readonly createdAt: Date;
}

/** A drawn file and how many sheets it takes. */
export interface RenderedPdf {
  readonly pdf: Buffer;
  readonly pages: number;
}

/**
 * Draws a certificate as PDF/A-2a with the marks of PDF/UA-1 (ISO 19005-2, ISO 14289-1): tagged, in its language, all
 * fonts embedded, colours in sRGB.
 *
 * @throws {MissingGlyphError} when the fonts lack a letter
 * @throws {StampTooLargeError} when the stamps do not fit a page
 */
export async function renderPdf(
  layout: CertificateLayout,
  edition: Edition,
  file: FileIdentity,
  fonts: Fonts,
): Promise<RenderedPdf> {
  const doc = new PDFDocument(documentOptions(layout, edition, file));
  const done = collect(doc);
  doc.appendXML(PDF_UA_METADATA);
  const root = doc.struct('Document', { title: layout.title.it });
  doc.addStructure(root);
  const symbols = edition.kind === 'paper' ? edition.symbols : null;
  const sides = edition.kind === 'paper' ? edition.symbols.map(({ length }) => length) : edition.sides;
  const pen = penFor(doc, fonts, layout, sides);
  const band = planBand(pen, layout.seal, sides);
  const flow = new PageFlow(doc, footHeight(pen) + band.height, topUnderRunningHead(pen), () => {
    if (layout.specimen !== null) drawMark(pen, layout.specimen.mark);
  });
  const sheet = { pen, flow, root };
  drawHead(sheet, layout);
  if (layout.specimen !== null) drawSpecimenSentence(sheet, layout.specimen.sentence);
  drawTitle(sheet, layout);
  drawBody(sheet, layout.body);
  drawClosing(sheet, layout, band.hasSentences);
  if (!band.hasSentences) drawSealSentences(sheet, layout.seal, edition.kind === 'paper');
  drawStampArea(sheet, layout.seal, symbols, band);
  if (edition.kind === 'original') addSealField(doc, root, edition.seal);
  root.end();
  const pages = doc.bufferedPageRange().count;
  for (let page = 0; page < pages; page += 1) {
    doc.switchToPage(page);
    if (page < pages - 1) repeatStampArea(pen, layout.seal, symbols, band, flow.bottom);
    if (page > 0) drawRunningHead(pen, layout);
    drawFoot(pen, layout.footer, page + 1, pages);
  }
  doc.end();
  return { pdf: await done, pages };
}

/** The pen of the look that needs the fewest pages; of several such, the best. */
function penFor(doc: PDFKit.PDFDocument, fonts: Fonts, layout: CertificateLayout, sides: readonly number[]): Pen {
  const [best, ...closer] = looksOf(layout.edition);
  const first = new Pen(doc, fonts, best, layout.language);
  let chosen = { pen: first, pages: closer.length === 0 ? 1 : pagesNeeded(first, layout, sides) };
  for (const look of closer) {
    if (chosen.pages === 1) break;
    const pen = new Pen(doc, fonts, look, layout.language);
    const pages = pagesNeeded(pen, layout, sides);
    if (pages < chosen.pages) chosen = { pen, pages };
  }
  return chosen.pen;
}

/** How many pages the content fills, when nothing is moved to stay together. */
function pagesNeeded(pen: Pen, layout: CertificateLayout, sides: readonly number[]): number {
  const band = planBand(pen, layout.seal, sides);
  const sentences = band.hasSentences ? 0 : sealSentencesHeight(pen, layout.seal);
  const content = headHeight(pen, layout) + bodyHeight(pen, layout.body) + closingHeight(pen, layout) + sentences;
  const room = PAGE.height - MARGIN.bottom - footHeight(pen) - band.height;
  return 1 + Math.max(0, Math.ceil((content - (room - MARGIN.top)) / (room - topUnderRunningHead(pen))));
}

function documentOptions(layout: CertificateLayout, edition: Edition, file: FileIdentity): PDFKit.PDFDocumentOptions {
  return {
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/A-2a',
    tagged: true,
    lang: 'it-IT',
    displayTitle: true,
    // The empty name keeps pdfkit from opening its default font, which cannot be embedded.
    font: '',
    info: {
      Title: inXml(`${layout.title.it} - ${layout.issuer.municipality}`),
      Author: inXml(layout.issuer.municipality),
      Subject: `${file.documentId} ${edition.kind}`,
      Creator: 'Videosportello',
      Producer: 'Videosportello (PDFKit)',
      CreationDate: file.createdAt,
    },
  };
}

/** pdfkit copies these texts into XMP as they are. */
function inXml(text: string): string {
  return text.replace(/[&<>]/g, ' ');
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  doc.on('end', () => resolve(Buffer.concat(chunks)));
  doc.on('error', reject);
  return promise;
}
