import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import PDFDocument from 'pdfkit';
import { codePointsOf, subsetsOf, tableOf } from './true-type.ts';
import type { GlyphSubset } from './true-type.ts';

/** What fontkit's fonts offer to pdfkit. */
interface ParsedFont {
  glyphForCodePoint(point: number): { readonly id: number };
  createSubset(): GlyphSubset;
}

const TEXTS = ['', 'Comune di Valfiorita', 'ȘERBAN ŢUŢEA KOVAČEVIĆ ŁUKASIK ŐRY', 'd.P.R. n. 445 – 16,00 € «àèéìòù»'];

describe('a TrueType font', () => {
  for (const weight of ['Regular', 'SemiBold', 'Bold']) {
    describe(weight, () => {
      let file: Buffer;
      let parsed: ParsedFont;
      before(async () => {
        file = await readFile(new URL(`fonts/TitilliumWeb-${weight}.ttf`, import.meta.url));
        const doc = new PDFDocument({ font: '', autoFirstPage: false });
        doc.font(file);
        parsed = (doc as unknown as { readonly _font: { readonly font: ParsedFont } })._font.font;
      });

      it('gives the same subset as fontkit, with the parts of composed letters', () => {
        const subset = subsetsOf(file);
        for (const text of [...TEXTS, [...codePointsOf(file)].map((point) => String.fromCodePoint(point)).join('')]) {
          const [ours, theirs] = [subset(), parsed.createSubset()];
          for (const sign of text) {
            const { id } = parsed.glyphForCodePoint(sign.codePointAt(0) ?? 0);
            expect(ours.includeGlyph(id)).to.equal(theirs.includeGlyph(id));
          }
          expect(Buffer.from(ours.encode()).equals(theirs.encode()), text.slice(0, 30)).to.equal(true);
        }
      });

      it('knows its letters as fontkit does', () => {
        const covered = codePointsOf(file);
        for (let point = 0; point < 0xffff; point += 1)
          expect(covered.has(point), String(point)).to.equal(parsed.glyphForCodePoint(point).id !== 0);
      });

      it('says which table it has not', () => {
        expect(() => tableOf(file, 'CFF ')).to.throw(TypeError, 'CFF ');
      });
    });
  }
});
