import { expect } from 'chai';
import type { Answer, Answers } from '../verdict/answers.ts';
import type { DocumentKind } from './documents.ts';
import type { AssuranceRule } from './levels-of-assurance.ts';
import { assuranceOf } from './levels-of-assurance.ts';

type Words = Record<keyof Answers, Answer['answer']>;

const of = (words: Words): Answers => {
  const answer = (word: Answer['answer']): Answer => ({ answer: word, reason: 'operator-decides' });
  return {
    genuine: answer(words.genuine),
    notCloned: answer(words.notCloned),
    notExpired: answer(words.notExpired),
    notRevoked: answer(words.notRevoked),
    holder: answer(words.holder),
  };
};
const PROVED: Words = { genuine: 'yes', notCloned: 'yes', notExpired: 'yes', notRevoked: 'not-asked', holder: 'yes' };
const SEEN: Words = {
  genuine: 'not-asked',
  notCloned: 'not-asked',
  notExpired: 'yes',
  notRevoked: 'not-asked',
  holder: 'yes',
};
const level = (kind: DocumentKind, words: Words, today = '2026-05-01'): string =>
  assuranceOf(kind, of(words), today).level;

describe('levels of assurance', () => {
  it('rise with the operator\'s look: a chip alone binds nobody to it', () => {
    for (const kind of ['it-electronic-identity-card', 'passport', 'foreign-identity-card'] as const) {
      expect(level(kind, PROVED)).to.equal('officer-checked');
      expect(level(kind, { ...PROVED, holder: 'not-asked' })).to.equal('card-read');
      expect(level(kind, { ...PROVED, notCloned: 'not-asked' })).to.equal('officer-checked');
    }
    expect(level('other-travel-document', PROVED)).to.equal('none');
  });

  it('fall to none by any answer no, and by an expiry or a signature that nobody proved', () => {
    for (const question of ['genuine', 'notCloned', 'notExpired', 'holder'] as const) {
      expect(level('it-electronic-identity-card', { ...PROVED, [question]: 'no' }), question).to.equal('none');
    }
    for (const question of ['genuine', 'notExpired'] as const) {
      expect(level('it-electronic-identity-card', { ...PROVED, [question]: 'not-asked' }), question).to.equal('none');
    }
  });

  it('of the Italian paper card end on 3 August 2026 (Reg. EU 2019/1157, art. 5)', () => {
    expect(level('it-paper-identity-card', SEEN, '2026-08-02')).to.equal('officer-checked');
    expect(level('it-paper-identity-card', SEEN, '2026-08-03')).to.equal('none');
    expect(level('it-paper-identity-card', { ...SEEN, holder: 'not-asked' }, '2026-08-02')).to.equal('none');
  });

  it('of a health card need its signature over the challenge (D.Lgs. 82/2005, art. 64 and 66)', () => {
    expect(level('it-service-card', PROVED)).to.equal('officer-checked');
    expect(level('it-service-card', { ...PROVED, notCloned: 'not-asked', holder: 'not-asked' })).to.equal('none');
    expect(level('it-service-card', { ...PROVED, notRevoked: 'no' })).to.equal('none');
  });

  it('come from rows: dated, the highest that is met, with their norm', () => {
    const kinds: readonly DocumentKind[] = ['passport'];
    const rules: AssuranceRule[] = [
      { level: 'card-read', kinds, requires: {}, source: 'first' },
      { level: 'officer-checked', kinds, requires: { holder: ['yes'] }, from: '2030-01-01', source: 'second' },
    ];
    expect(assuranceOf('passport', of(PROVED), '2029-12-31', rules)).to.deep.equal({ level: 'card-read', source: 'first' });
    expect(assuranceOf('passport', of(PROVED), '2030-01-01', rules).source).to.equal('second');
    expect(assuranceOf('passport', of(PROVED), '2030-01-01', [])).to.deep.equal({ level: 'none', source: undefined });
  });
});
