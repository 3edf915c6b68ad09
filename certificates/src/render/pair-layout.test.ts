import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import PDFDocument from 'pdfkit';
import { byPairs } from './pair-layout.ts';
import type { GlyphRun, LayOut } from './pair-layout.ts';

/** What pdfkit draws: glyphs, and how far each moves the next. */
const drawn = ({ glyphs, positions, advanceWidth }: GlyphRun) => ({
  glyphs: glyphs.map(({ id, advanceWidth: width, codePoints }) => ({ id, width, codePoints: [...codePoints] })),
  positions: positions.map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({ xAdvance, yAdvance, xOffset, yOffset })),
  advanceWidth,
});

describe('setting texts by pairs of letters', () => {
  for (const weight of ['Regular', 'SemiBold', 'Bold']) {
    it(`sets every text as the font's own layout does: ${weight}`, async () => {
      const doc = new PDFDocument({ font: '', autoFirstPage: false });
      doc.font(await readFile(new URL(`fonts/TitilliumWeb-${weight}.ttf`, import.meta.url)));
      const { font } = (doc as unknown as { readonly _font: { readonly font: { readonly layout: LayOut } } })._font;
      const whole: LayOut = font.layout.bind(font);
      const quick = byPairs(whole);
      const texts = [
        'AVVOCATO Tè Vàtto L’Aquila «Tavola»',
        'ȘERBAN ŢUŢEA KOVAČEVIĆ ŁUKASIK ŐRY ÑANDÚ ÆRØ ÞÓRÐUR ŽŮŽĚ',
        'd.P.R. 28 dicembre 2000, n.\u00a0445 – 16,00\u00a0€ (1/2, 1⁄2)',
        'fine affitto ffi fl ij',
        ' ',
        '',
      ];
      for (const text of [...texts, ...texts]) expect(drawn(quick(text)), text).to.deep.equal(drawn(whole(text)));
    });
  }

  it('asks for each letter and each pair once', () => {
    const asked: string[] = [];
    const layOut: LayOut = (text) => {
      asked.push(text);
      const glyphs = [...text].map((sign) => ({ id: sign.charCodeAt(0), advanceWidth: 10, codePoints: [sign.charCodeAt(0)] }));
      const positions = glyphs.map(({ id }, index) => ({ xAdvance: id === 65 && glyphs[index + 1]?.id === 86 ? 7 : 10, yAdvance: 0, xOffset: 0, yOffset: 0 }));
      return { glyphs, positions, advanceWidth: positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0) };
    };
    const quick = byPairs(layOut);
    expect(quick('AVA').advanceWidth).to.equal(27);
    expect(quick('VAVA').advanceWidth).to.equal(37);
    expect(asked).to.deep.equal(['A', 'V', 'AV', 'VA']);
  });

  it('leaves to the font what is more than kerning', () => {
    const asked: string[] = [];
    const ligature: LayOut = (text) => {
      asked.push(text);
      const glyphs = [...text.replace('fi', 'F')].map((sign) => ({ id: sign.charCodeAt(0), advanceWidth: 10, codePoints: [sign.charCodeAt(0)] }));
      return { glyphs, positions: glyphs.map(() => ({ xAdvance: 10, yAdvance: 0, xOffset: 0, yOffset: 0 })), advanceWidth: 10 * glyphs.length };
    };
    const quick = byPairs(ligature);
    expect(quick('fine').glyphs).to.have.length(3);
    expect(asked.at(-1)).to.equal('fine');
    const features = { liga: false };
    expect(quick('if', features).glyphs, 'with features of its own').to.have.length(2);
    expect(asked.at(-1)).to.equal('if');
  });
});
