import { expect } from 'chai';
import { civilDate } from '../../rules/civil-date.ts';
import { cardExpiry } from './identity-cards.ts';

describe('cardExpiry', () => {
  for (const [who, birth, issued, expected] of [
    ['an adult, birthday still to come in the tenth year', '1985-03-14', '2021-02-02', '2031-03-14'],
    ['an adult, birthday gone by in the tenth year', '1985-03-14', '2021-05-02', '2032-03-14'],
    ['an adult on the birthday itself', '1985-03-14', '2021-03-14', '2031-03-14'],
    ['a minor', '2015-06-10', '2025-01-01', '2030-06-10'],
    ['a child under three', '2025-06-10', '2026-01-01', '2029-06-10'],
    ['somebody born on 29 February', '1984-02-29', '2021-01-10', '2031-03-01'],
  ] as const) {
    it(`gives a card its last day: ${who}`, () => {
      expect(cardExpiry(civilDate.parse(birth), civilDate.parse(issued))).to.equal(expected);
    });
  }
});
