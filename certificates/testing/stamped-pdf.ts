import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { stampSymbol } from '../src/stamp/symbol.ts';
import { symbolPng } from '../src/stamp/symbol-png.ts';

/** A page with some lines and a stamp, wherever that comes from. */
export async function stampedPdf(address: string, lines: readonly string[]): Promise<Buffer> {
  const document = new PDFDocument({ size: 'A4' });
  const file = buffer(document);
  document.fontSize(16);
  for (const line of lines) document.text(line);
  document.image(Buffer.from(symbolPng(stampSymbol(address), 6)), 60, 500, { width: 170 });
  document.end();
  return file;
}
