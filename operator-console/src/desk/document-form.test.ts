import { expect } from 'chai';
import { emptyForm, readForm } from './document-form.ts';

const today = '2026-11-22';
const marked = { ...emptyForm, markCode: '01234567890123', markDate: '2026-11-20' };

describe('the form of a certificate', () => {
  it('becomes a request with a duty mark, spaces and dots left out', () => {
    expect(readForm({ ...marked, markCode: '0123 4567.8901 23' }, today)).to.deep.equal({
      request: {
        type: 'residence',
        use: 'private',
        duty: { kind: 'mark', code: '01234567890123', date: '2026-11-20' },
      },
    });
  });

  it('becomes a request with an exemption; what was typed as a mark does not count', () => {
    expect(readForm({ ...marked, markCode: 'x', duty: 'exemption', exemption: '9' }, today)).to.deep.equal({
      request: { type: 'residence', use: 'private', duty: { kind: 'exemption', code: '9' } },
    });
  });

  it('names another subject by tax code, in capitals', () => {
    const read = readForm({ ...marked, subject: 'other', taxCode: 'dllnlm47l02 x000x' }, today);
    expect(read).to.have.nested.property('request.subjectTaxCode', 'DLLNLM47L02X000X');
  });

  const wrong = [
    ['an empty form', emptyForm, { markCode: 'missing', markDate: 'missing' }],
    ['thirteen digits', { ...marked, markCode: '0123456789012' }, { markCode: 'not-14-digits' }],
    ['letters in the mark', { ...marked, markCode: '0123456789012O' }, { markCode: 'not-14-digits' }],
    ['a mark of tomorrow', { ...marked, markDate: '2026-11-23' }, { markDate: 'in-the-future' }],
    ['half a date', { ...marked, markDate: '2026-11' }, { markDate: 'not-a-date' }],
    ['a day that does not exist', { ...marked, markDate: '2026-02-30' }, { markDate: 'not-a-date' }],
    ['no exemption chosen', { ...marked, duty: 'exemption' }, { exemption: 'missing' }],
    ['another person without tax code', { ...marked, subject: 'other' }, { taxCode: 'missing' }],
    ['a short tax code', { ...marked, subject: 'other', taxCode: 'DLLNLM47' }, { taxCode: 'not-a-tax-code' }],
  ] as const;
  for (const [what, form, faults] of wrong) {
    it(`says which field is wrong: ${what}`, () => expect(readForm(form, today)).to.deep.equal({ faults }));
  }
});
