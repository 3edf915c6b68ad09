import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { z } from 'zod';
import type { CivilDate } from '../rules/civil-date.ts';
import type { IssuePlan } from '../rules/decide.ts';
import type { Town } from '../rules/load-town.ts';
import type { PaperLanguage } from '../rules/vocabulary.ts';
import type { FactKind, Facts } from '../source/facts.ts';
import type { StampContent } from '../stamp/build-stamps.ts';
import { dutyInStamp } from './italian-words.ts';
import type { CertificateLayout } from './layout.ts';
import { layOutResidence, placeName, residenceLine, subjectLine } from './residence/residence.ts';

/** How the paper is set: as offices print it, or with every text at 18 points or more. */
export const paperEdition = z.enum(['standard', 'large-print']);
export type PaperEdition = z.output<typeof paperEdition>;

/** Facts that a combined certificate (contestuale) is made of; who asks chooses them. */
export const sectionKind = z.enum([
  'residence',
  'birth',
  'citizenship',
  'marital-status',
  'free-status',
  'alive',
  'household',
]);
export type SectionKind = z.output<typeof sectionKind>;

/** What is left to the choice of who asks, within what the rules allow. */
export interface PaperWish {
  readonly language: PaperLanguage;
  readonly edition: PaperEdition;
  /** The day a historical certificate speaks of; null for all others. */
  readonly onDay: CivilDate | null;
  /** Sections of a combined certificate, printed in the order of {@link sectionKind}; empty for all others. */
  readonly sections: readonly SectionKind[];
}

/** Everything a paper is made from. */
export interface PaperInput {
  readonly plan: IssuePlan;
  readonly town: Town;
  /** What {@link factsNeeded} asked for. */
  readonly facts: Facts;
  readonly wish: PaperWish;
  readonly number: string;
  readonly protocol: string;
  readonly documentId: string;
  readonly specimen: boolean;
}

/** One certificate in words, twice: as a person reads it and as its stamp says it. Both come from the same facts. */
export interface Paper {
  readonly layout: CertificateLayout;
  readonly stamp: StampContent;
}

/** A fact to ask a source for: of today, of the day asked for, or of the day of the subject's death. */
export interface FactNeed {
  readonly kind: FactKind;
  readonly day: 'today' | 'asked' | 'death';
}

/** The facts do not bear out what the paper is to say; `section` names the part. No message repeats a fact. */
export class UnfitFactError extends Error {
  override readonly name = 'UnfitFactError';
  readonly code = 'fact-unfit';
  readonly section: string;

  constructor(section: string) {
    super(`The facts do not bear out the section "${section}".`);
    this.section = section;
  }
}

const today = (kind: FactKind): FactNeed => ({ kind, day: 'today' });
const asked = (kind: FactKind): FactNeed => ({ kind, day: 'asked' });

const NEEDS: Record<Exclude<CertificateType, 'combined'>, readonly FactNeed[]> = {
  residence: [today('residence')],
  'residence-on-date': [asked('residence')],
  household: [today('household')],
  'household-on-date': [asked('household')],
  'household-at-death': [today('death'), { kind: 'household', day: 'death' }],
  citizenship: [today('citizenship')],
  'free-status': [today('marital-status')],
  alive: [],
  'household-cumulative': [today('residence'), today('citizenship'), today('marital-status'), today('household')],
  'residence-with-origin': [today('residence')],
  'identity-card': [today('identity-card')],
  birth: [today('birth')],
  marriage: [today('marriage')],
  death: [today('death')],
};

const SECTION_NEEDS: Record<SectionKind, readonly FactKind[]> = {
  residence: ['residence'],
  birth: ['birth'],
  citizenship: ['citizenship'],
  'marital-status': ['marital-status'],
  'free-status': ['marital-status'],
  alive: [],
  household: ['household'],
};

/**
 * What a source has to be asked for one certificate: the person first, then what its type (and, for a combined one,
 * its sections) says; each kind once.
 */
export function factsNeeded(type: CertificateType, sections: readonly SectionKind[]): readonly FactNeed[] {
  const kinds = new Set(sections.flatMap((section) => SECTION_NEEDS[section]));
  return [today('person'), ...(type === 'combined' ? [...kinds].map(today) : NEEDS[type])];
}

/**
 * Writes a certificate and its stamp.
 *
 * @throws {UnfitFactError} when a fact is missing or says something else than the paper would
 */
export function composePaper(input: PaperInput): Paper {
  const { plan, town, facts, number, protocol } = input;
  const { person, residence } = facts;
  if (plan.type !== 'residence' || residence === undefined) throw new UnfitFactError(plan.type);
  const upper = (text: string): string => text.toLocaleUpperCase('it');
  return {
    layout: layOutResidence(input, residence),
    stamp: {
      profile: 'residenza',
      issueDate: plan.date,
      validFrom: plan.date,
      validTo: plan.validity.to,
      certificateNumber: number,
      protocolNumber: protocol,
      protocolDate: plan.date,
      municipality: town.municipality,
      istatCode: town.istatCode,
      subjectName: subjectLine(person),
      address: residenceLine(residence),
      duty: dutyInStamp(plan.duty),
      statements: [],
      people: [
        {
          surname: upper(person.surname),
          name: upper(person.givenNames),
          taxCode: person.taxCode,
          birthDate: person.birthDate,
          birthPlace: placeName(person.birthPlace),
        },
      ],
    },
  };
}
