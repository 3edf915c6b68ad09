import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';

import { loadFonts } from '../render/fonts.ts';
import { drawSample } from '../templates/samples/draw-sample.ts';
import { compareWithPaper } from './compare-paper.ts';
import { decodeSeal } from './decode-seal.ts';
import { readSealContent } from './profile-it.ts';
import { readPaper } from './read-stamps.ts';

const EDITIONS = [
  { language: 'it', edition: 'standard' },
  { language: 'it-en', edition: 'standard' },
  { language: 'it-de', edition: 'standard' },
  { language: 'it', edition: 'large-print' },
] as const;

describe('our own papers', function () {
  this.timeout(120_000);
  this.slow(20_000);

  for (const type of certificateType.options) {
    it(`${type}: every edition says what its stamps seal`, async () => {
      const fonts = await loadFonts();
      for (const wish of EDITIONS) {
        const { rendered } = await drawSample(type, wish, fonts);
        const { stamps, pages } = await readPaper(rendered.pdf);
        const contents = stamps.map(({ seal }) => readSealContent(decodeSeal(seal)));
        for (const content of contents) {
          const besides = contents.filter((other) => other !== content);
          const { outcome, lines, foreign, pagesDiffer } = compareWithPaper(content, pages ?? [], besides);
          const missing = lines.filter(({ onPaper }) => onPaper === 'missing').map(({ label, text }) => `${label}: ${text}`);
          expect({ outcome, missing, foreign, pagesDiffer }, `${wish.language} ${wish.edition}`).to.deep.equal({
            outcome: 'same',
            missing: [],
            foreign: [],
            pagesDiffer: false,
          });
        }
        expect(contents.length).to.be.at.least(1);
      }
    });
  }
});
