import { expect } from 'chai';
import { civilDate } from '../../rules/civil-date.ts';
import { dateInLetters, ofThe, onThe } from './italian-dates.ts';

const day = (text: string) => civilDate.parse(text);

describe('Italian days', () => {
  const inLetters: readonly [string, string][] = [
    ['1985-03-14', 'quattordici marzo millenovecentottantacinque'],
    ['2020-05-01', 'primo maggio duemilaventi'],
    ['1988-08-08', 'otto agosto millenovecentottantotto'],
    ['1943-12-31', 'trentuno dicembre millenovecentoquarantatré'],
    ['2003-10-23', 'ventitré ottobre duemilatré'],
    ['1900-01-21', 'ventuno gennaio millenovecento'],
    ['1881-02-28', 'ventotto febbraio milleottocentottantuno'],
    ['2001-11-11', 'undici novembre duemilauno'],
    ['1866-06-03', 'tre giugno milleottocentosessantasei'],
  ];
  for (const [text, letters] of inLetters) {
    it(`writes ${text} in letters`, () => {
      expect(dateInLetters(day(text))).to.equal(letters);
    });
  }

  const articles: readonly [string, string, string][] = [
    ['2019-01-08', 'l’8 gennaio 2019 (08/01/2019)', 'dell’8 gennaio 2019 (08/01/2019)'],
    ['2019-01-11', 'l’11 gennaio 2019 (11/01/2019)', 'dell’11 gennaio 2019 (11/01/2019)'],
    ['2019-08-01', 'il 1º agosto 2019 (01/08/2019)', 'del 1º agosto 2019 (01/08/2019)'],
    ['2011-11-18', 'il 18 novembre 2011 (18/11/2011)', 'del 18 novembre 2011 (18/11/2011)'],
  ];
  for (const [text, on, of] of articles) {
    it(`gives ${text} its article`, () => {
      expect([onThe(day(text)), ofThe(day(text))]).to.deep.equal([on, of]);
    });
  }
});
