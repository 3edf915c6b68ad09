import { readFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';
import { byPairs } from './pair-layout.ts';
import type { LayOut } from './pair-layout.ts';
import { codePointsOf, subsetsOf } from './true-type.ts';

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
    firstMissing(text) {
      for (const letter of text) if (!covered.has(letter.codePointAt(0) ?? 0)) return letter;
      return null;
    },
  };
}

/** pdfkit parses a font when it is first used and has no public name for what it made; its types do not know what that offers. */
function parse(file: Buffer): ParsedFont {
  const doc = new PDFDocument({ font: '', autoFirstPage: false });
  doc.font(file);
  const { font } = (doc as unknown as { readonly _font: { readonly font: ParsedFont & { readonly layout: LayOut } } })._font;
  return Object.assign(font, { layout: byPairs(font.layout.bind(font)), createSubset: subsetsOf(file) });
}
