import { expect } from 'chai';
import { documentAcceptance, documentKindOf } from './documents.ts';
import type { DocumentRule } from './documents.ts';

describe('documents policy', () => {
  it('ends the Italian paper card on 3 August 2026, whatever is printed on it', () => {
    const on = (today: string): unknown => documentAcceptance('it-paper-identity-card', today);
    expect(on('2026-08-02')).to.include({ answer: 'yes', reason: 'accepted' });
    expect(on('2026-08-03')).to.include({ answer: 'no', reason: 'no-longer-accepted' });
  });

  it('accepts the electronic card and the passport on any day', () => {
    for (const today of ['2020-01-01', '2026-08-03', '2040-01-01']) {
      expect(documentAcceptance('it-electronic-identity-card', today).answer).to.equal('yes');
      expect(documentAcceptance('passport', today).answer).to.equal('yes');
    }
  });

  it('takes rows that begin later, end, and begin again', () => {
    const rules: DocumentRule[] = [
      { kind: 'passport', acceptedFrom: '2030-01-01', refusedFrom: '2031-01-01', source: 'first' },
      { kind: 'passport', acceptedFrom: '2032-01-01', source: 'second' },
    ];
    const reasonOn = (today: string): string => documentAcceptance('passport', today, rules).reason;
    expect(reasonOn('2029-12-31')).to.equal('not-yet-accepted');
    expect(reasonOn('2030-06-01')).to.equal('accepted');
    expect(reasonOn('2031-06-01')).to.equal('no-longer-accepted');
    expect(reasonOn('2032-01-01')).to.equal('accepted');
    expect(documentAcceptance('other-travel-document', '2030-06-01', rules).reason).to.equal('kind-not-listed');
  });

  it('names the kind by the machine readable zone', () => {
    const kind = (format: 'TD1' | 'TD3', documentCode: string, issuingState: string): string =>
      documentKindOf({ format, documentCode, issuingState });
    expect(kind('TD1', 'C', 'ITA')).to.equal('it-electronic-identity-card');
    expect(kind('TD1', 'I', 'UTO')).to.equal('foreign-identity-card');
    expect(kind('TD1', 'IR', 'UTO')).to.equal('other-travel-document');
    expect(kind('TD1', 'AR', 'ITA')).to.equal('other-travel-document');
    expect(kind('TD3', 'P', 'ITA')).to.equal('passport');
  });
});
