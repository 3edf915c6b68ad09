import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { stampSymbol } from '../src/stamp/symbol.ts';
import { symbolPng } from '../src/stamp/symbol-png.ts';

/**
 * A page with some lines and a stamp, wherever that comes from.
 *
 * @param sheet width and height, and how far from the left the stamp stands, in points; default: A4, upright
 */
export async function stampedPdf(
  address: string,
  lines: readonly string[],
  { size, left }: { readonly size: [number, number]; readonly left: number } = { size: [595.28, 841.89], left: 60 },
): Promise<Buffer> {
  const document = new PDFDocument({ size });
  const file = buffer(document);
  document.fontSize(16);
  for (const line of lines) document.text(line);
  document.image(Buffer.from(symbolPng(stampSymbol(address), 6)), left, 500, { width: 170 });
  document.end();
  return file;
}
