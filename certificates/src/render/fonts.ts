import { readFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';
import { byPairs } from './pair-layout.ts';
import type { LayOut } from './pair-layout.ts';

/** A font once parsed, as pdfkit takes it in place of its bytes; parsing anew costs more than drawing a page. */
export type ParsedFont = PDFKit.Mixins.PDFFontSource;

/** The three weights of the page. */
export interface Fonts {
  readonly regular: ParsedFont;
  readonly semibold: ParsedFont;
  readonly bold: ParsedFont;
  /** The first letter of `text` that the fonts cannot draw, or null. */
  firstMissing(text: string): string | null;
}

/** A name or an address has a letter the fonts cannot draw; a paper with an empty box in a name must not exist. */
export class MissingGlyphError extends Error {
  override readonly name = 'MissingGlyphError';
  readonly code = 'glyph-missing';
}

/** Reads the fonts beside this file (Titillium Web, SIL OFL 1.1). */
export async function loadFonts(): Promise<Fonts> {
  const [regular, semibold, bold] = await Promise.all(
    ['Regular', 'SemiBold', 'Bold'].map((weight) =>
      readFile(new URL(`fonts/TitilliumWeb-${weight}.ttf`, import.meta.url)),
    ),
  );
  if (regular === undefined || semibold === undefined || bold === undefined) throw new TypeError('A font is missing.');
  const covered = [regular, semibold, bold].map(codePointsOf).reduce((all, one) => all.intersection(one));
  return {
    regular: parse(regular),
    semibold: parse(semibold),
    bold: parse(bold),
    firstMissing: (text) => [...text].find((letter) => !covered.has(letter.codePointAt(0) ?? 0)) ?? null,
  };
}

/** pdfkit parses a font when it is first used and has no public name for what it made; its types do not know `layout`. */
function parse(file: Buffer): ParsedFont {
  const doc = new PDFDocument({ font: '', autoFirstPage: false });
  doc.font(file);
  const { font } = (doc as unknown as { readonly _font: { readonly font: ParsedFont & { readonly layout: LayOut } } })._font;
  return Object.assign(font, { layout: byPairs(font.layout.bind(font)) });
}

/** The code points of a TrueType font's `cmap` table, format 4 (OpenType 1.9, "cmap"). */
function codePointsOf(font: Buffer): Set<number> {
  const cmap = tableOffset(font, 'cmap');
  const covered = new Set<number>();
  for (let index = 0; index < font.readUInt16BE(cmap + 2); index += 1) {
    const subtable = cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4);
    if (font.readUInt16BE(subtable) !== 4) continue;
    const doubledCount = font.readUInt16BE(subtable + 6);
    for (let at = 0; at < doubledCount; at += 2) {
      const end = font.readUInt16BE(subtable + 14 + at);
      const start = font.readUInt16BE(subtable + 16 + doubledCount + at);
      for (let point = start; point <= end && point < 0xffff; point += 1) covered.add(point);
    }
  }
  return covered;
}

function tableOffset(font: Buffer, tag: string): number {
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const record = 12 + index * 16;
    if (font.toString('latin1', record, record + 4) === tag) return font.readUInt32BE(record + 8);
  }
  throw new TypeError(`The font has no table ${tag}.`);
}
