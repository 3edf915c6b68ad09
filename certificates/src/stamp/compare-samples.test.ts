import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';

import { loadFonts } from '../render/fonts.ts';
import { drawSample } from '../templates/samples/draw-sample.ts';
import { buildStamps } from './build-stamps.ts';
import { compareWithPaper } from './compare-paper.ts';
import { decodeSeal } from './decode-seal.ts';
import { readSealContent } from './profile-it.ts';
import { readPdfWords } from './pdf-words.ts';

const EDITIONS = [
  { language: 'it', edition: 'standard' },
  { language: 'it-en', edition: 'standard' },
  { language: 'it-de', edition: 'standard' },
  { language: 'it', edition: 'large-print' },
] as const;

/** Nobody's: what is signed does not matter here. */
const SIGNER = { signerCode: 'ITVS', reference: '0A1B2C3D', sign: async () => new Uint8Array(64) };
const ORIGINAL = { sha256: new Uint8Array(32), uri: 'https://a.example/o/ABCDEFGHJKLM' };

describe('our own papers', function () {
  this.timeout(60_000);
  this.slow(10_000);

  for (const type of certificateType.options) {
    it(`${type}: every edition says what its stamps seal`, async () => {
      const fonts = await loadFonts();
      for (const wish of EDITIONS) {
        const { paper, rendered } = await drawSample(type, wish, fonts);
        const stamps = await buildStamps(paper.stamp, ORIGINAL, 'HTTPS://A.EXAMPLE/S', SIGNER);
        const pages = await readPdfWords(rendered.pdf);
        const contents = stamps.map(({ seal }) => readSealContent(decodeSeal(seal)));
        for (const content of contents) {
          const besides = contents.filter((other) => other !== content);
          const { outcome, lines, foreign, pagesDiffer } = compareWithPaper(content, pages, besides);
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
