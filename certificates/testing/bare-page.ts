import { readFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';
import { addSealField } from '../src/render/seal-field.ts';
import { sealPdf } from '../src/signature/pades.ts';
import type { Signer } from '../src/signature/signer.ts';
import { stampSymbol } from '../src/stamp/symbol.ts';
import { SAMPLE_AT } from '../src/templates/samples/samples.ts';

const FONT = await readFile(new URL('../src/render/fonts/TitilliumWeb-Regular.ttf', import.meta.url));
const LINES = 24;
/** As long as the address in the stamp of a residence certificate (439 bytes). */
const TEXT = `HTTPS://ESEMPIO.IT/S#${'A2'.repeat(351)}`;
const MODULE = 1.4;
const { signal } = new AbortController();

/** One page of lines with a QR symbol, by pdfkit alone, sealed: no rules, no words, no tags beyond the seal's own. */
export async function drawBarePage(signer: Signer): Promise<Buffer> {
  const { modules } = stampSymbol(TEXT);
  const doc = new PDFDocument({ size: 'A4', pdfVersion: '1.7', tagged: true, font: FONT as unknown as string, info: { CreationDate: SAMPLE_AT } });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks))).on('error', reject);
  const root = doc.struct('Document');
  doc.addStructure(root);
  for (let line = 1; line <= LINES; line += 1) doc.text(`Riga ${line} di una pagina di prova`);
  for (const [row, cells] of modules.entries()) {
    for (const [column, isDark] of cells.entries()) if (isDark) doc.rect(72 + column * MODULE, 480 + row * MODULE, MODULE, MODULE);
  }
  doc.fill('black');
  addSealField(doc, root, { name: 'Prova', location: 'Prova', reason: 'Prova', at: SAMPLE_AT });
  root.end();
  doc.end();
  return sealPdf(await promise, signer, { signal });
}
