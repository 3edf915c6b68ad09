import { fileURLToPath } from 'node:url';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { person } from '../../test/known-facts.ts';
import { civilDate } from './civil-date.ts';
import { decide, lawFor } from './decide.ts';
import type { Decision, RuledRequest } from './decide.ts';
import { refusalOf } from './fact-refusals.ts';
import { loadTown } from './load-town.ts';
import type { CertificateRules } from './rules-schema.ts';

const folder = fileURLToPath(new URL('../../../deploy/town', import.meta.url));
const mark = { kind: 'mark', code: '01234567890123', date: '2026-11-20' } as const;
const asked: RuledRequest = {
  type: 'residence',
  use: 'private',
  language: 'it',
  edition: 'standard',
  sections: [],
  relation: 'self',
  identity: 'officer-checked',
  duty: mark,
};

describe('decide', () => {
  let rules: CertificateRules;
  before(async () => {
    ({ rules } = await loadTown(folder));
  });

  const at = (moment: string, change: Partial<RuledRequest> = {}) =>
    decide({ ...asked, ...change }, rules, new Date(moment));

  it('plans a residence certificate for private use with its words, validity, duty and date', () => {
    const decision = at('2026-11-22T10:00:00Z');
    expect(decision).to.deep.include({
      plan: {
        type: 'residence',
        title: 'Certificato di residenza',
        use: 'private',
        language: 'it',
        date: '2026-11-22',
        ruleVersion: '2024-01-01',
        validity: { to: '2027-02-22', months: 3, norm: 'art. 33, c. 3, d.P.R. 30 maggio 1989, n. 223' },
        wording: [
          'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi (art. 40, d.P.R. 28 dicembre 2000, n. 445).',
        ],
        duty: {
          kind: 'mark',
          cents: 1600,
          norm: 'art. 4, Tariffa, Allegato A, d.P.R. 26 ottobre 1972, n. 642',
          mark: { code: '01234567890123', issuedOn: '2026-11-20' },
        },
        feeCents: 0,
        keepUntil: '2028-02-22',
        decidedBy: 'rules',
      },
    });
  });

  describe('on an identity card', () => {
    const day = (text: string) => civilDate.parse(text);
    const codeAt = (moment: string, expiresOn: string | undefined, among: CertificateRules = rules) => {
      const documentExpiresOn = expiresOn === undefined ? undefined : day(expiresOn);
      const decision = decide({ ...asked, documentExpiresOn }, among, new Date(moment));
      return 'refusal' in decision ? decision.refusal.code : 'issued';
    };

    it('counts its last day in Rome, and refuses from the next one on', () => {
      expect(codeAt('2026-11-22T10:00:00Z', undefined)).to.equal('issued');
      expect(codeAt('2026-11-22T22:59:59Z', '2026-11-22')).to.equal('issued');
      expect(codeAt('2026-11-22T23:00:00Z', '2026-11-22')).to.equal('document-expired');
      expect(codeAt('2026-11-22T10:00:00Z', '2016-11-22')).to.equal('document-expired');
    });

    it('lets a dated rule prolong those that expired since a day', () => {
      const prolonged: CertificateRules = {
        ...rules,
        expiredDocuments: [
          { document: 'cie', from: day('2026-11-01'), to: day('2026-12-31'), expiredSince: day('2026-01-31'), norm: 'art. 104, d.l. 17 marzo 2020, n. 18' },
        ],
      };
      expect(codeAt('2026-11-22T10:00:00Z', '2026-01-31', prolonged)).to.equal('issued');
      expect(codeAt('2026-11-22T10:00:00Z', '2026-01-30', prolonged)).to.equal('document-expired');
      expect(codeAt('2026-10-31T10:00:00Z', '2026-03-01', prolonged)).to.equal('document-expired');
      expect(codeAt('2027-01-01T10:00:00Z', '2026-03-01', prolonged)).to.equal('document-expired');
    });
  });

  const byDate: readonly [name: string, moment: string, expected: object][] = [
    ['counts the day in Rome, not in Greenwich', '2026-11-22T23:30:00Z', { date: '2026-11-23' }],
    [
      'ends a term that has no such day on the last of the month',
      '2026-11-30T10:00:00Z',
      { validity: { to: '2027-02-28', months: 3 } },
    ],
    [
      'keeps the leap day when the term reaches one',
      '2027-11-29T10:00:00Z',
      { validity: { to: '2028-02-29', months: 3 } },
    ],
    [
      'applies the version in force on its first day',
      '2023-12-31T23:00:00Z',
      { ruleVersion: '2024-01-01', feeCents: 0 },
    ],
    ['applies the version before on its last day', '2023-12-31T22:59:59Z', { ruleVersion: '2016-01-01', feeCents: 52 }],
  ];
  for (const [name, moment, expected] of byDate) {
    it(name, () => {
      const decision = at(moment, { duty: { ...mark, date: '2020-01-01' } });
      expect(decision).to.have.property('plan');
      const { plan } = decision as { plan: { validity: { norm: string } } };
      const { norm: _norm, ...validity } = plan.validity;
      expect({ ...plan, validity }).to.deep.include(expected);
    });
  }

  const now = '2026-11-22T10:00:00Z';
  const refusals: readonly [name: string, moment: string, change: Partial<RuledRequest>, refusal: object][] = [
    ['sends a public office to the self-declaration', now, { use: 'public-office' }, { code: 'self-declaration' }],
    ['knows no rule before the first version', '2015-12-31T12:00:00Z', {}, { code: 'not-in-force' }],
    ['refuses a use the type has no rule for', now, { type: 'birth', use: 'court' }, { code: 'use-not-allowed' }],
    [
      'names the identity that is wanted',
      now,
      { identity: 'card-read' },
      { code: 'identity-too-low', least: 'officer-checked' },
    ],
    [
      'names the duty when nothing is said about it',
      now,
      { duty: undefined },
      { code: 'duty-missing', dutyCents: 1600 },
    ],
    [
      'wants fourteen digits on a mark',
      now,
      { duty: { ...mark, code: '0123456789012' } },
      { code: 'duty-mark-format' },
    ],
    [
      'wants digits and no letters on a mark',
      now,
      { duty: { ...mark, code: 'O1234567890123' } },
      { code: 'duty-mark-format' },
    ],
    ['wants a day that exists on a mark', now, { duty: { ...mark, date: '2026-02-30' } }, { code: 'duty-mark-date' }],
    [
      'refuses a mark older than marks with an identifier',
      now,
      { duty: { ...mark, date: '2004-01-01' } },
      { code: 'duty-mark-date' },
    ],
    [
      'refuses a mark younger than the certificate',
      now,
      { duty: { ...mark, date: '2026-11-23' } },
      { code: 'duty-mark-after-certificate' },
    ],
    ['knows no such exemption', now, { duty: { kind: 'exemption', code: '42' } }, { code: 'exemption-unknown' }],
    [
      'knows no virtual duty before the town was authorised',
      '2021-02-28T12:00:00Z',
      { duty: { kind: 'virtual', receipt: '301234567890123456' } },
      { code: 'duty-not-virtual' },
    ],
    [
      'wants the number of a payment, which no mark can have',
      now,
      { duty: { kind: 'virtual', receipt: '01234567890123' } },
      { code: 'duty-receipt-format' },
    ],
    ['wants an exemption in court', now, { use: 'court' }, { code: 'duty-only-exempt' }],
    ['wants an exemption for immigration', now, { use: 'immigration', duty: undefined }, { code: 'duty-only-exempt' }],
    ['takes no mark where nothing is due', now, { type: 'birth' }, { code: 'duty-not-due' }],
    ['wants the day of a historical one', now, { type: 'residence-on-date', reason: 'lite' }, { code: 'day-missing' }],
    [
      'wants that day to be over',
      now,
      { type: 'residence-on-date', reason: 'lite', onDay: civilDate.parse('2026-11-22') },
      { code: 'day-not-past' },
    ],
    [
      'wants a reason for a historical one',
      now,
      { type: 'household-on-date', onDay: civilDate.parse('2001-01-01'), reason: ' ' },
      { code: 'reason-missing' },
    ],
    ['takes no day where the paper speaks of today', now, { onDay: civilDate.parse('2001-01-01') }, { code: 'day-not-asked' }],
    ['takes no sections where nothing is composed', now, { sections: ['alive', 'birth'] }, { code: 'sections-not-asked' }],
    ['wants several sections in a composed one', now, { type: 'combined', sections: ['alive'] }, { code: 'sections-missing' }],
    [
      'keeps sections apart that say the same twice',
      now,
      { type: 'combined', sections: ['free-status', 'marital-status'] },
      { code: 'sections-not-together' },
    ],
    [
      'gives the data of a card to who has used its secret only',
      now,
      { type: 'identity-card' },
      { code: 'identity-too-low', least: 'holder-proved' },
    ],
    [
      'wants the norm in words for another exemption',
      now,
      { duty: { kind: 'exemption', code: '99', words: ' ' } },
      { code: 'exemption-needs-words' },
    ],
  ];
  for (const [name, moment, change, refusal] of refusals) {
    it(name, () => expect(at(moment, change)).to.deep.equal({ refusal }));
  }

  it('accepts a mark of the certificate’s own day, copied with spaces', () => {
    const decision = at(now, { duty: { kind: 'mark', code: '01 2345 6789 0123', date: '2026-11-22' } });
    expect(decision).to.have.nested.property('plan.duty.mark.code', '01234567890123');
  });

  it('names an exemption with its norm, and another with the citizen’s words', () => {
    expect(at(now, { duty: { kind: 'exemption', code: '3' } })).to.have.nested.property(
      'plan.duty.norm',
      'art. 18, d.P.R. 115/2002',
    );
    const words = 'art. 5, l. 29/1901';
    expect(at(now, { duty: { kind: 'exemption', code: '99', words } })).to.have.nested.property(
      'plan.duty.norm',
      words,
    );
  });

  it('settles the duty by a payment to the town, under its authorisation', () => {
    const decision = at(now, { duty: { kind: 'virtual', receipt: '3012 3456-7890 12345 6' } });
    expect(decision).to.have.nested.property('plan.duty').that.includes({
      kind: 'virtual',
      cents: 1600,
      norm: 'art. 15, d.P.R. 26 ottobre 1972, n. 642',
      receipt: '301234567890123456',
    });
  });

  it('refuses an exemption on the day after its last', () => {
    const ended = structuredClone(rules);
    const exemption = ended.dutyExemptions.find(({ code }) => code === '3');
    if (exemption !== undefined) exemption.to = civilDate.parse('2026-11-21');
    const on = (moment: string) =>
      decide({ ...asked, duty: { kind: 'exemption', code: '3' } }, ended, new Date(moment));
    expect(on('2026-11-21T10:00:00Z')).to.have.property('plan');
    expect(on('2026-11-22T10:00:00Z')).to.deep.equal({ refusal: { code: 'exemption-not-in-force' } });
  });

  it('frees from the office fee only who is exempt from it too', () => {
    const before2024 = (code: string) => at('2020-06-01T10:00:00Z', { duty: { kind: 'exemption', code } });
    expect(before2024('3')).to.have.nested.property('plan.feeCents', 26);
    expect(before2024('7')).to.have.nested.property('plan.feeCents', 0);
  });

  it('lets only the household ask where the rule says so', () => {
    const narrow = structuredClone(rules);
    for (const version of narrow.types[0]?.versions ?? []) version.mayAsk = ['household'];
    const relation = (value: RuledRequest['relation']) => decide({ ...asked, relation: value }, narrow, new Date(now));
    expect(relation('self')).to.have.property('plan');
    expect(relation('household')).to.have.property('plan');
    expect(relation('anyone')).to.deep.equal({ refusal: { code: 'requester-not-entitled' } });
  });

  /** What the town's rules say of each type: by whom it may be asked, until when it holds, how its duty stands, who decides. */
  const past = civilDate.parse('1999-12-31');
  const free = { duty: undefined };
  const historical = { reason: 'successione' };
  const byType: readonly [CertificateType, Partial<RuledRequest>, to: string | null, duty: string, decidedBy: string, stranger: string][] = [
    ['residence', {}, '2027-02-22', 'mark', 'rules', 'issued'],
    ['residence-on-date', { ...historical, onDay: past }, null, 'mark', 'back-office', 'issued'],
    ['household', {}, '2027-02-22', 'mark', 'rules', 'issued'],
    ['household-on-date', { ...historical, onDay: past }, null, 'mark', 'back-office', 'issued'],
    ['household-at-death', historical, null, 'mark', 'back-office', 'issued'],
    ['citizenship', {}, '2027-02-22', 'mark', 'rules', 'requester-not-entitled'],
    ['free-status', {}, '2027-02-22', 'mark', 'rules', 'requester-not-entitled'],
    ['alive', {}, '2027-02-22', 'mark', 'rules', 'requester-not-entitled'],
    ['household-cumulative', {}, '2027-02-22', 'mark', 'rules', 'requester-not-entitled'],
    ['combined', { sections: ['alive', 'citizenship'] }, '2027-02-22', 'mark', 'rules', 'requester-not-entitled'],
    ['residence-with-origin', historical, '2027-02-22', 'mark', 'back-office', 'issued'],
    ['identity-card', { identity: 'holder-proved' }, '2027-05-22', 'mark', 'rules', 'requester-not-entitled'],
    ['birth', free, null, 'none', 'rules', 'issued'],
    ['marriage', free, '2027-05-22', 'none', 'rules', 'issued'],
    ['death', free, null, 'none', 'rules', 'issued'],
  ];
  for (const [type, change, to, duty, decidedBy, stranger] of byType) {
    it(`knows the ${type}, on its first day, today and for a stranger, and not the day before`, () => {
      const plan = { type, decidedBy, wordingOf: 1 };
      const seen = (decision: Decision) =>
        'plan' in decision
          ? { type: decision.plan.type, decidedBy: decision.plan.decidedBy, wordingOf: decision.plan.wording.length }
          : decision.refusal.code;
      const today = at(now, { type, ...change });
      expect(seen(today)).to.deep.equal(plan);
      expect(today).to.have.nested.property('plan.validity.to', to);
      expect(today).to.have.nested.property('plan.duty.kind', duty);
      const early = { type, ...change, ...(change.onDay ? { onDay: past } : {}), ...(duty === 'mark' ? { duty: { ...mark, date: '2015-12-01' } } : {}) };
      expect(seen(at('2016-01-01T10:00:00Z', early))).to.deep.equal(plan);
      expect(seen(at('2015-12-31T10:00:00Z', early))).to.equal('not-in-force');
      expect(seen(at(now, { type, ...change, relation: 'anyone' }))).to.deep.equal(stranger === 'issued' ? plan : stranger);
      expect(seen(at(now, { type, ...change, relation: 'household' }))).to.deep.equal(type === 'identity-card' ? stranger : plan);
      for (const language of ['it', 'it-de', 'it-en'] as const) {
        for (const edition of ['standard', 'large-print'] as const) {
          expect(seen(at(now, { type, ...change, language, edition })), `${language} ${edition}`).to.deep.equal(plan);
        }
      }
    });
  }

  const everybody = ['resident', 'resident-abroad', 'emigrated', 'deceased'] as const;
  /** Of whom each type certifies: the past of everybody, the present of who is here, and of who has gone only whither. */
  const ofWhom: Readonly<Record<CertificateType, readonly (typeof everybody)[number][]>> = {
    residence: ['resident'],
    'residence-on-date': everybody,
    household: ['resident'],
    'household-on-date': everybody,
    'household-at-death': ['deceased'],
    citizenship: ['resident'],
    'free-status': ['resident'],
    alive: ['resident'],
    'household-cumulative': ['resident'],
    combined: ['resident'],
    'residence-with-origin': ['resident', 'emigrated'],
    'identity-card': ['resident', 'resident-abroad', 'emigrated'],
    birth: everybody,
    marriage: everybody,
    death: ['deceased'],
  };
  for (const [type, change] of byType) {
    it(`certifies ${type} of ${ofWhom[type].join(', ')}, and of nobody else`, () => {
      const found = lawFor({ ...asked, type, ...change }, rules, new Date(now));
      if ('refusal' in found) throw new TypeError(found.refusal.code);
      const { refuse } = found.law;
      const certified = everybody.filter((status) => refusalOf({ person: { ...person, status } }, refuse) === null);
      expect(certified).to.deep.equal(ofWhom[type]);
    });
  }

  it('has a row for each of the fifteen types', () => {
    expect(byType.map(([type]) => type)).to.have.members(certificateType.options).and.to.have.length(15);
    expect(rules.types.map(({ type }) => type)).to.have.members(certificateType.options);
  });

  it('has words of its own for each use, by law where the law gives them', () => {
    const exempted = { kind: 'exemption', code: '3' } as const;
    const words = (use: RuledRequest['use']) => {
      const decision = at(now, { use, duty: exempted });
      return 'plan' in decision ? decision.plan.wording.join(' ') : decision.refusal.code;
    };
    expect(words('private')).to.contain('non può essere prodotto agli organi');
    expect(words('abroad')).to.contain('solo per l').and.not.to.contain('non può');
    expect(words('immigration')).to.contain('norme sull');
    expect(words('court')).to.contain('giudizio');
  });
});
