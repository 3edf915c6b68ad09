import { expect } from 'chai';
import { countryIssuesFor } from './country-codes.ts';

describe('countries of certificates and issuing states', () => {
  it('pair two letters with three, in either case of the two', () => {
    for (const pair of ['IT ITA', 'it ITA', 'DE D', 'GB GBR', 'EU EUE', 'KS RKS']) {
      const [two = '', three = ''] = pair.split(' ');
      expect(countryIssuesFor(two, three), pair).to.equal(true);
    }
  });
  it('pair nothing else', () => {
    for (const pair of ['XX ITA', 'IT IRL', ' ', 'IT ', 'ITA IT', 'NA AND']) {
      const [two = '', three = ''] = pair.split(' ');
      expect(countryIssuesFor(two, three), pair).to.equal(false);
    }
  });
});
