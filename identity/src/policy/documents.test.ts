import { expect } from 'chai';
import { documentAcceptance, documentKindOf } from './documents.ts';
import type { DocumentKind, DocumentRule } from './documents.ts';

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

  it('says what a document proves, and counts a row for named services only there', () => {
    const proves = (kind: DocumentKind): unknown => documentAcceptance(kind, '2026-05-01');
    expect(proves('it-electronic-identity-card')).to.deep.include({
      proves: ['identity', 'birth', 'nationality', 'residence', 'tax-code'],
    });
    expect(proves('passport')).to.deep.include({ proves: ['identity', 'birth', 'nationality'] });
    const rules: DocumentRule[] = [{ kind: 'other-travel-document', services: ['residence'], source: 'town' }];
    const reason = (service?: string): string =>
      documentAcceptance('other-travel-document', '2026-05-01', rules, service).reason;
    expect(reason('residence')).to.equal('accepted');
    expect(reason('birth')).to.equal('not-for-this-service');
    expect(reason()).to.equal('not-for-this-service');
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
