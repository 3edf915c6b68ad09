import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator } from '@videosportello/web-parts/translator.ts';
import { dutyEuro, dutyExamples } from './duty-words.ts';

const duty = { cents: 1600, exemptions: ['1', '9', '6', '7', '99'] };
const catalogue = (language: string) => readFileSync(join(import.meta.dirname, `${language}.ftl`), 'utf8');
const translator = createTranslator<'it' | 'en'>({ catalogues: { it: catalogue('it'), en: catalogue('en') }, source: 'it' });

describe('the stamp duty in words', () => {
  it('is the amount of the day, in each language', () => {
    expect(dutyEuro(duty, 'it')).to.equal('16');
    expect(dutyEuro({ ...duty, cents: 1850 }, 'it')).to.equal('18,50');
    expect(dutyEuro({ ...duty, cents: 1850 }, 'en')).to.equal('18.50');
    expect(translator.text('duty-title', { euro: dutyEuro(duty, 'it') })).to.equal('Il certificato costa 16 euro di bollo');
  });

  it('gives those exemptions as examples that are in force', () => {
    const nameOf = (code: string) => translator.text(`duty-exempt-use-${code}`);
    const uses = dutyExamples(duty, 'it', nameOf);
    expect(uses).to.equal('adozione, separazione e pensione estera');
    expect(translator.text('duty-exempt-text', { uses: uses ?? '' })).to.equal(
      'Per alcuni usi il bollo non si paga: per esempio adozione, separazione e pensione estera.',
    );
    expect(dutyExamples({ ...duty, exemptions: ['7'] }, 'it', nameOf)).to.equal('separazione');
    expect(dutyExamples({ ...duty, exemptions: ['1'] }, 'it', nameOf)).to.equal(undefined);
  });
});
