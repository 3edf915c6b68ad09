import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { z } from 'zod';
import { addMonths, civilDate } from '../../rules/civil-date.ts';
import type { IssuePlan } from '../../rules/decide.ts';
import { loadTown } from '../../rules/load-town.ts';
import { mandatoryWording } from '../../rules/mandatory-wording.ts';
import { factSchemas } from '../../source/facts.ts';
import type { Facts } from '../../source/facts.ts';
import { factsNeeded } from '../paper.ts';
import type { PaperInput, PaperWish } from '../paper.ts';

const facts = z.object(factSchemas).partial().required({ person: true });
const sampleFacts = z.object({ nicolo: facts, giulia: facts, oreste: facts });
type Subject = keyof z.output<typeof sampleFacts>;

/** Moment in which every sample is issued. */
export const SAMPLE_AT = new Date('2026-11-22T10:00:00Z');
const TODAY = civilDate.parse('2026-11-22');

interface Sample {
  readonly subject: Subject;
  readonly title: string;
  /** Months of validity; null: without end. */
  readonly months: number | null;
  readonly onDay?: string;
  readonly sections?: PaperWish['sections'];
}

const SAMPLES: Record<CertificateType, Sample> = {
  residence: { subject: 'nicolo', title: 'Certificato di residenza', months: 3 },
  'residence-on-date': {
    subject: 'nicolo',
    title: 'Certificato di residenza alla data',
    months: 3,
    onDay: '2020-05-01',
  },
  household: { subject: 'giulia', title: 'Certificato di stato di famiglia', months: 3 },
  'household-on-date': {
    subject: 'giulia',
    title: 'Certificato di stato di famiglia alla data',
    months: 3,
    onDay: '2019-01-08',
  },
  'household-at-death': {
    subject: 'oreste',
    title: 'Certificato di stato di famiglia alla data del decesso',
    months: null,
  },
  citizenship: { subject: 'giulia', title: 'Certificato di cittadinanza', months: 3 },
  'free-status': { subject: 'nicolo', title: 'Certificato di stato libero', months: 3 },
  alive: { subject: 'giulia', title: 'Certificato di esistenza in vita', months: 3 },
  'household-cumulative': { subject: 'giulia', title: 'Certificato cumulativo di famiglia', months: 3 },
  combined: {
    subject: 'giulia',
    title: 'Certificato contestuale',
    months: 3,
    sections: ['residence', 'birth', 'citizenship', 'marital-status', 'household'],
  },
  'residence-with-origin': { subject: 'nicolo', title: 'Certificato di residenza con provenienza', months: 3 },
  'identity-card': { subject: 'nicolo', title: 'Estremi della carta d’identità', months: 3 },
  birth: { subject: 'giulia', title: 'Certificato di nascita', months: null },
  marriage: { subject: 'giulia', title: 'Certificato di matrimonio', months: 6 },
  death: { subject: 'oreste', title: 'Certificato di morte', months: null },
};

/** Civil-status papers are free of duty (l. 29 dicembre 1990, n. 405, art. 7, c. 5). */
const WITHOUT_DUTY: ReadonlySet<CertificateType> = new Set(['birth', 'marriage', 'death']);

/**
 * What a paper of this type is made from, for an invented person and the demo town: for samples, pictures and tests.
 * The plan is a fixed one, so that the pictures do not move with the town's rules.
 */
export async function paperSample(type: CertificateType, wish: Partial<PaperWish> = {}): Promise<PaperInput> {
  const [{ town }, text] = await Promise.all([
    loadTown(fileURLToPath(new URL('../../../../deploy/town', import.meta.url))),
    readFile(new URL('facts.json', import.meta.url), 'utf8'),
  ]);
  const { subject, onDay, sections = [] } = SAMPLES[type];
  const chosen = { sections, onDay: onDay === undefined ? null : civilDate.parse(onDay), ...wish };
  const known = sampleFacts.parse(JSON.parse(text))[subject];
  const needed = new Set<string>(factsNeeded(type, chosen.sections).map(({ kind }) => kind));
  const asked = Object.entries(known).filter(([kind]) => needed.has(kind));
  return {
    plan: planOf(type),
    town,
    facts: { ...(Object.fromEntries(asked) as Partial<Facts>), person: known.person },
    wish: { language: 'it', edition: 'standard', ...chosen },
    number: '2026/0000123',
    protocol: '0000456/2026',
    documentId: 'd_0123456789abcdef01234567',
    specimen: true,
  };
}

function planOf(type: CertificateType): IssuePlan {
  const { title, months } = SAMPLES[type];
  const validTo = months === null ? null : addMonths(TODAY, months);
  return {
    type,
    title,
    use: 'private',
    language: 'it',
    date: TODAY,
    ruleVersion: civilDate.parse('2024-01-01'),
    validity: {
      to: validTo,
      months,
      norm: months === 3 ? 'art. 33, c. 3, d.P.R. 30 maggio 1989, n. 223' : 'art. 41, c. 1, d.P.R. 28 dicembre 2000, n. 445',
    },
    wording: [
      mandatoryWording(
        'private',
        'Il presente certificato non può essere prodotto agli organi della pubblica amministrazione o ai privati gestori di pubblici servizi (art. 40, d.P.R. 28 dicembre 2000, n. 445).',
      ),
    ],
    duty: WITHOUT_DUTY.has(type)
      ? { kind: 'none', norm: 'art. 7, c. 5, l. 29 dicembre 1990, n. 405' }
      : {
          kind: 'mark',
          cents: 1600,
          norm: 'art. 4, Tariffa, Allegato A, d.P.R. 26 ottobre 1972, n. 642',
          mark: { code: '01234567890123', issuedOn: civilDate.parse('2026-11-20') },
        },
    feeCents: 0,
    keepUntil: addMonths(validTo ?? TODAY, 12),
    decidedBy: 'rules',
  };
}
