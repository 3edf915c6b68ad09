import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentState, printReason } from '@videosportello/protocol/messages/document.ts';
import { answer } from '@videosportello/protocol/messages/verdict.ts';
import { compareCatalogues, entriesOf } from '@videosportello/web-parts/fluent-keys.ts';
import { paperWords } from '../visit/paper-words.ts';
import { toldExemptions } from './duty-words.ts';
import { toldErrors } from './error-key.ts';
import { waitWords } from './wait-words.ts';

const source = join(import.meta.dirname, '..');
const catalogue = (language: 'it' | 'en') => readFileSync(join(import.meta.dirname, `${language}.ftl`), 'utf8');
const keys = new Set(entriesOf(catalogue('it')).map(({ key }) => key));
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('screens'))
  .map((file) => readFileSync(join(source, file), 'utf8'));
const all = code.join('\n');

const paperTexts = documentState.options.flatMap((state) =>
  [undefined, ...printReason.options].map((reason) => paperWords({ documentId: 'd_000000000000000000000000' as never, state, reason })),
);
/** Keys put together in code: beginning, and every ending it can have. */
const families: Readonly<Record<string, readonly string[]>> = {
  'error-': [...toldErrors, 'other'],
  'answer-': ['genuine', 'not-cloned', 'not-expired', 'not-revoked', 'holder'].flatMap((name) => answer.shape.answer.options.map((value) => `${name}-${value}`)),
  'printing-': [...new Set([...paperTexts, paperWords(undefined)])].flatMap((words) => [words, `${words}-title`]),
  'reading-': ['connecting', 'access-number', 'reading', 'photo', 'pin', 'checking'],
  'scan-': ['asked', 'running', 'sent', 'out', 'asked-title', 'running-title', 'sent-title', 'failed-title', 'out-title'],
  'case-slip-': ['printing', 'printed', 'failed'],
  'notice-': ['review-declined', 'review-withdrawn', 'card-asked', 'scan-asked', 'step-shown', 'place-found', 'keep-failed', 'need-refused'],
  'need-': ['sign-language', 'assisted'],
  'kept-slip-': ['printing', 'printed', 'failed'],
  'returning-': ['asked', 'reading', 'showing'].flatMap((phase) => [phase, `${phase}-title`]),
  'call-line-': ['coming', 'back-soon', 'by-text', 'reconnecting', 'no-picture', 'no-voice', 'camera-off', 'microphone-muted', 'here', 'seen', 'heard', 'neither'],
  'call-microphone-': ['on', 'off', 'absent'],
  'call-camera-': ['on', 'off', 'absent'],
  'condition-': ['starting', 'no-devices', 'no-network', 'not-enrolled', 'revoked', 'replaced', 'out-of-order'].flatMap((name) => [name, `${name}-title`]),
  'help-': ['large-text', 'high-contrast', 'reach'],
  'announce-': ['large-text', 'high-contrast', 'reach'],
  'duty-exempt-use-': toldExemptions,
  'day-': ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
};

/** What no screen says of somebody or of his document: there are five answers, never one word. */
const oneWord = /\bverifi(?:ed|cat[oaie])\b/i;

describe('the texts of the kiosk', () => {
  it('are the same in Italian and English, with the same values', () => {
    expect(compareCatalogues(catalogue('it'), catalogue('en'))).to.deep.equal({ missing: [], extra: [], otherVariables: [] });
  });

  it('exist for every key written in code', () => {
    const written = [...all.matchAll(/\btext(?:In)?\((?:language, )?'([^']+)'/g)].map(([, key = '']) => key);
    expect(written.length).to.be.above(80);
    expect(written.filter((key) => !keys.has(key))).to.deep.equal([]);
  });

  it('exist for every key put together in code, and every family is known here', () => {
    const beginnings = [...all.matchAll(/\btext\(`([^$`]*)\$\{/g)].map(([, beginning = '']) => beginning);
    expect(beginnings.filter((beginning) => !Object.hasOwn(families, beginning))).to.deep.equal([]);
    const made = Object.entries(families).flatMap(([beginning, endings]) => endings.map((ending) => beginning + ending));
    expect(made.filter((key) => !keys.has(key))).to.deep.equal([]);
  });

  it('are all used', () => {
    const made = new Set(Object.entries(families).flatMap(([beginning, endings]) => endings.map((ending) => beginning + ending)));
    expect([...keys].filter((key) => !made.has(key) && !all.includes(`'${key}'`))).to.deep.equal([]);
  });

  it('never say one word for all the answers, in no language', () => {
    for (const word of ['Identità verificata.', 'Documento VERIFICATO', 'Verified']) expect(word).to.match(oneWord);
    for (const language of ['it', 'en'] as const) {
      expect(catalogue(language).split('\n').filter((line) => oneWord.test(line)), language).to.deep.equal([]);
    }
  });

  for (const language of ['it', 'en'] as const) {
    it(`have sentences of 20 words at most (${language})`, () => {
      const sentences = catalogue(language)
        .split('\n')
        .filter((line) => line.includes(' = '))
        .flatMap((line) => line.slice(line.indexOf(' = ') + 3).split(/(?<=[.:?!])\s/));
      expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 20)).to.deep.equal([]);
    });
  }
});

describe('an honest wait', () => {
  const table: [[number, number] | undefined, string, { from: number; to: number }][] = [
    [undefined, 'wait-unknown', { from: 0, to: 0 }],
    [[0, 40_000], 'wait-minute', { from: 0, to: 1 }],
    [[20_000, 150_000], 'wait-up-to', { from: 0, to: 3 }],
    [[120_000, 120_000], 'wait-about', { from: 2, to: 2 }],
    [[125_000, 170_000], 'wait-between', { from: 2, to: 3 }],
  ];
  for (const [estimate, key, values] of table) {
    it(`${JSON.stringify(estimate)} is told as ${key}`, () => {
      const words = waitWords(estimate && { fromMs: estimate[0], toMs: estimate[1] });
      expect(words).to.deep.equal({ key, values });
      expect(keys.has(key)).to.equal(true);
    });
  }
});
