import { expect } from 'chai';
import type { DocumentChoices } from '@videosportello/protocol/messages/document.ts';
import { typeChoice } from './desk-samples.ts';
import { choiceOf, dutyWays, emptyForm, readCaseNumber, readForm, withType } from './document-form.ts';
import type { DocumentForm } from './document-form.ts';

const today = '2026-11-22';
const choices: DocumentChoices = {
  types: [
    typeChoice({ type: 'residence', title: 'Certificato di residenza' }),
    typeChoice({ type: 'residence-on-date', title: 'Residenza alla data', asksDay: true, asksReason: true, goesToBackOffice: true }),
    typeChoice({ type: 'combined', title: 'Contestuale', sections: ['residence', 'alive', 'citizenship'] }),
    typeChoice({ type: 'birth', title: 'Nascita', uses: [{ use: 'private', duty: 'none' }], languages: ['it'], editions: ['standard'] }),
    typeChoice({ type: 'identity-card', title: 'Estremi', onlySelf: true }),
  ],
  exemptions: [
    { code: '9', title: 'Pensione estera', norm: 'art. 9', needsWords: false },
    { code: '99', title: 'Altra', norm: '', needsWords: true },
  ],
  dutyEuro: '16.00',
  virtualDuty: true,
};
const marked: DocumentForm = { ...emptyForm, markCode: '01234567890123', markDate: '2026-11-20' };
const mark = { kind: 'mark', code: '01234567890123', date: '2026-11-20' };
const read = (form: DocumentForm) => readForm(form, choices, today);

describe('the form of a certificate', () => {
  const requests: readonly [what: string, form: DocumentForm, request: object][] = [
    ['a duty mark, spaces and dots left out', { ...marked, markCode: '0123 4567.8901 23' }, { type: 'residence', use: 'private', duty: mark }],
    [
      'an exemption; what was typed as a mark does not count',
      { ...marked, markCode: 'x', duty: 'exemption', exemption: '9' },
      { type: 'residence', use: 'private', duty: { kind: 'exemption', code: '9' } },
    ],
    [
      'an exemption in the citizen’s words',
      { ...marked, duty: 'exemption', exemption: '99', exemptionWords: ' art. 5, l. 29/1901 ' },
      { type: 'residence', use: 'private', duty: { kind: 'exemption', code: '99', words: 'art. 5, l. 29/1901' } },
    ],
    [
      'a payment to the town',
      { ...marked, duty: 'virtual', receipt: '3012 3456-7890 1234 56' },
      { type: 'residence', use: 'private', duty: { kind: 'virtual', receipt: '301234567890123456' } },
    ],
    [
      'another subject, in capitals, abroad, in two languages and large',
      { ...marked, subject: 'other', taxCode: 'dllnlm47l02 x000x', use: 'abroad', language: 'it-de', edition: 'large-print' },
      { type: 'residence', use: 'abroad', duty: mark, subjectTaxCode: 'DLLNLM47L02X000X', language: 'it-de', edition: 'large-print' },
    ],
    [
      'a court, where only an exemption counts',
      { ...marked, use: 'court', exemption: '9' },
      { type: 'residence', use: 'court', duty: { kind: 'exemption', code: '9' } },
    ],
    [
      'a day and a reason, where they are asked for',
      { ...marked, type: 'residence-on-date', onDay: '1999-05-01', reason: ' successione ' },
      { type: 'residence-on-date', use: 'private', duty: mark, onDay: '1999-05-01', reason: 'successione' },
    ],
    ['sections', { ...marked, type: 'combined', sections: ['alive', 'residence'] }, { type: 'combined', use: 'private', duty: mark, sections: ['alive', 'residence'] }],
    ['no duty where none is due; what other types ask for is left out', { ...marked, type: 'birth', onDay: '1999-05-01', reason: 'x' }, { type: 'birth', use: 'private' }],
  ];
  for (const [what, form, request] of requests) {
    it(`becomes a request: ${what}`, () => {
      expect(read(form)).to.deep.equal({ request: { language: 'it', edition: 'standard', ...request } });
    });
  }

  const historical: DocumentForm = { ...marked, type: 'residence-on-date', onDay: '1999-05-01', reason: 'successione' };
  const wrong: readonly [what: string, form: DocumentForm, faults: object][] = [
    ['an empty form', emptyForm, { markCode: 'missing', markDate: 'missing' }],
    ['thirteen digits', { ...marked, markCode: '0123456789012' }, { markCode: 'not-14-digits' }],
    ['letters in the mark', { ...marked, markCode: '0123456789012O' }, { markCode: 'not-14-digits' }],
    ['a mark of tomorrow', { ...marked, markDate: '2026-11-23' }, { markDate: 'in-the-future' }],
    ['half a date', { ...marked, markDate: '2026-11' }, { markDate: 'not-a-date' }],
    ['a day that does not exist', { ...marked, markDate: '2026-02-30' }, { markDate: 'not-a-date' }],
    ['no exemption chosen', { ...marked, duty: 'exemption' }, { exemption: 'missing' }],
    ['an exemption without the words it wants', { ...marked, duty: 'exemption', exemption: '99' }, { exemptionWords: 'missing' }],
    ['an exemption the town does not have', { ...marked, duty: 'exemption', exemption: '42' }, { exemption: 'missing' }],
    ['a mark’s number as a payment’s', { ...marked, duty: 'virtual', receipt: '01234567890123' }, { receipt: 'not-a-receipt' }],
    ['no payment', { ...marked, duty: 'virtual' }, { receipt: 'missing' }],
    ['another person without tax code', { ...marked, subject: 'other' }, { taxCode: 'missing' }],
    ['a short tax code', { ...marked, subject: 'other', taxCode: 'DLLNLM47' }, { taxCode: 'not-a-tax-code' }],
    ['no day and no reason', { ...historical, onDay: '', reason: ' ' }, { onDay: 'missing', reason: 'missing' }],
    ['today as the day of the past', { ...historical, onDay: today }, { onDay: 'not-past' }],
    ['the thirtieth of February', { ...historical, onDay: '1999-02-30' }, { onDay: 'not-a-date' }],
    ['one section alone', { ...marked, type: 'combined', sections: ['alive'] }, { sections: 'two-at-least' }],
  ];
  for (const [what, form, faults] of wrong) {
    it(`says which field is wrong: ${what}`, () => expect(read(form)).to.deep.equal({ faults }));
  }

  it('offers the ways to settle the duty that type, use and town allow', () => {
    expect(dutyWays(emptyForm, choices)).to.deep.equal(['mark', 'virtual', 'exemption']);
    expect(dutyWays(emptyForm, { ...choices, virtualDuty: false })).to.deep.equal(['mark', 'exemption']);
    expect(dutyWays({ ...emptyForm, use: 'immigration' }, choices)).to.deep.equal(['exemption']);
    expect(dutyWays({ ...emptyForm, type: 'birth' }, choices)).to.deep.equal([]);
  });

  it('falls back to what the new type has', () => {
    const full: DocumentForm = { ...marked, use: 'abroad', subject: 'other', language: 'it-en', edition: 'large-print', sections: ['alive', 'birth'] };
    const to = (type: DocumentForm['type']) => {
      const chosen = choiceOf({ type }, choices);
      return chosen ? withType(full, chosen) : undefined;
    };
    expect(to('birth')).to.include({ type: 'birth', use: 'private', subject: 'other', language: 'it', edition: 'standard' });
    expect(to('identity-card')).to.include({ subject: 'holder', use: 'abroad', language: 'it-en', edition: 'large-print' });
    expect(to('combined')?.sections).to.deep.equal(['alive']);
    expect(to('marriage')).to.equal(undefined);
  });

  it('reads a case number as it is said', () => {
    expect([' 2026-000042 ', '2026/42', '2026 000042'].map(readCaseNumber)).to.deep.equal(['2026-000042', '2026-000042', '2026-000042']);
    expect(['', '2026', '26-42', '2026-1234567', 'C-42'].map(readCaseNumber)).to.deep.equal([undefined, undefined, undefined, undefined, undefined]);
  });
});
