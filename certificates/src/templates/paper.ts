import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { italianDate } from '../rules/civil-date.ts';
import type { CivilDate } from '../rules/civil-date.ts';
import type { IssuePlan } from '../rules/decide.ts';
import type { Town } from '../rules/load-town.ts';
import { certificateSection } from '../rules/vocabulary.ts';
import type { CertificateSection, PaperEdition, PaperLanguage } from '../rules/vocabulary.ts';
import type { FactKind, Facts } from '../source/facts.ts';
import type { StampContent } from '../stamp/build-stamps.ts';
import type { ProfileName } from '../stamp/profile-it.ts';
import type { Block, CertificateLayout, Line } from './layout.ts';
import { fullName, placeName, stampPerson } from './naming.ts';
import { joined, plain, sayerOf, secondWords } from './say.ts';
import type { Say } from './say.ts';
import { birth, death, marriage, registeredBirth } from './sections/civil-status.ts';
import { household, householdAtDeath, householdOnDay, householdWithRelations } from './sections/household.ts';
import { residence, residenceOnDay, residenceWithOrigin } from './sections/residence.ts';
import { UnfitFactError } from './sections/section.ts';
import type { MakeSection, Section } from './sections/section.ts';
import { alive, citizenship, freeStatus, identityCard, maritalStatus } from './sections/status.ts';
import { CIVIL_STATUS_OFFICE, dutyInStamp, euro, italian } from './words/italian.ts';
import type { CivilAct } from './words/words.ts';

/** What is left to the choice of who asks, within what the rules allow. */
export interface PaperWish {
  readonly language: PaperLanguage;
  readonly edition: PaperEdition;
  /** The day a historical certificate speaks of; null for all others. */
  readonly onDay: CivilDate | null;
  /** Sections of a combined certificate, printed in the order of {@link certificateSection}; empty for all others. */
  readonly sections: readonly CertificateSection[];
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

const SECTION_NEEDS: Record<CertificateSection, readonly FactKind[]> = {
  residence: ['residence'],
  // The registry's own: place and day stand in the general data.
  birth: [],
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
export function factsNeeded(type: CertificateType, sections: readonly CertificateSection[]): readonly FactNeed[] {
  const kinds = new Set(sections.flatMap((section) => SECTION_NEEDS[section]));
  return [today('person'), ...(type === 'combined' ? [...kinds].map(today) : NEEDS[type])];
}

/** What each type says, in the order of the paper; more than one: each under its label. */
const SECTIONS: Record<Exclude<CertificateType, 'combined'>, readonly [MakeSection, ...MakeSection[]]> = {
  residence: [residence],
  'residence-on-date': [residenceOnDay],
  household: [household],
  'household-on-date': [householdOnDay],
  'household-at-death': [householdAtDeath],
  citizenship: [citizenship],
  'free-status': [freeStatus],
  alive: [alive],
  'household-cumulative': [residence, citizenship, maritalStatus, householdWithRelations],
  'residence-with-origin': [residenceWithOrigin],
  'identity-card': [identityCard],
  birth: [birth],
  marriage: [marriage],
  death: [death],
};

/** What can be chosen for a combined certificate, with ANPR's number of each. */
const CHOICES: Record<CertificateSection, { readonly make: MakeSection; readonly anprType: number }> = {
  residence: { make: residence, anprType: 8 },
  birth: { make: registeredBirth, anprType: 1 },
  citizenship: { make: citizenship, anprType: 5 },
  'marital-status': { make: maritalStatus, anprType: 11 },
  'free-status': { make: freeStatus, anprType: 17 },
  alive: { make: alive, anprType: 7 },
  household: { make: household, anprType: 12 },
};

const PROFILES: Record<CertificateType, ProfileName> = {
  residence: 'residenza',
  'residence-on-date': 'residenza-alla-data',
  household: 'stato-famiglia',
  'household-on-date': 'stato-famiglia-alla-data',
  'household-at-death': 'stato-famiglia-alla-data-del-decesso',
  citizenship: 'cittadinanza',
  'free-status': 'stato-libero',
  alive: 'esistenza-in-vita',
  'household-cumulative': 'cumulativo-di-famiglia',
  combined: 'contestuale',
  'residence-with-origin': 'residenza-con-provenienza',
  'identity-card': 'estremi-carta-identita',
  birth: 'nascita',
  marriage: 'matrimonio',
  death: 'morte',
};

/**
 * Writes a certificate and its stamp.
 *
 * @throws {UnfitFactError} when a fact is missing or says something else than the paper would
 */
export function composePaper(input: PaperInput): Paper {
  const { plan, facts, wish } = input;
  const chosen = certificateSection.options.filter((kind) => wish.sections.includes(kind));
  const makers = plan.type === 'combined' ? chosen.map((kind) => CHOICES[kind].make) : SECTIONS[plan.type];
  const say = sayerOf(wish.language);
  const sections = makers.map((make) => make({ facts, say, onDay: wish.onDay }));
  if (sections.length === 0) throw new UnfitFactError('combined');
  const stamp = stampOf(input, sections);
  const anprTypes = chosen.map((kind) => CHOICES[kind].anprType);
  return { layout: layOut(input, sections, say), stamp: plan.type === 'combined' ? { ...stamp, anprTypes } : stamp };
}

function layOut(input: PaperInput, sections: readonly Section[], say: Say): CertificateLayout {
  const { plan, town, wish, number, protocol, documentId, specimen } = input;
  const second = secondWords(wish.language);
  const isCivil = isCivilAct(plan.type);
  return {
    language: wish.language,
    edition: wish.edition,
    title: { it: plan.title, also: second === null ? null : second.titles[plan.type] },
    issuer: {
      municipality: town.municipality,
      office: isCivil ? CIVIL_STATUS_OFFICE : town.office,
      address: town.officeAddress,
    },
    references: [
      { label: say((words) => words.number), value: plain(number) },
      { label: say((words) => words.protocol), value: plain(protocol) },
      { label: say((words) => words.issueDate), value: say((words) => words.date(plan.date)) },
    ],
    body: [...opening(input, say), ...(sections.length === 1 ? sections.flatMap(alone) : together(sections))],
    wording: plan.wording,
    wordingAlso: second === null || plan.use === 'public-office' ? null : second.wording[plan.use],
    notes: [
      { label: say((words) => words.dutyTitle), value: say((words) => words.duty(plan.duty)) },
      { label: say((words) => words.validityTitle), value: say((words) => words.validity(plan)) },
      ...(plan.feeCents === 0 ? [] : [{ label: say((words) => words.feeTitle), value: plain(euro(plan.feeCents)) }]),
    ],
    seal: {
      heading: say((words) => words.sealHeading),
      originalArea: say((words) => words.sealOriginalArea),
      original: [say((words) => words.sealOriginal[0]), say((words) => words.sealOriginal[1])],
      paper: [say((words) => words.sealPaper[0]), say((words) => words.sealPaper[1])],
      checkerLabel: say((words) => words.check),
      checkerAddress: new URL(town.checker).host,
      symbolAlternative: italian.symbolAlternative,
    },
    specimen: specimen ? { mark: 'SPECIMEN', sentence: say((words) => words.specimen) } : null,
    footer: `Documento ${documentId}`,
  };
}

/** Who certifies, and of whom. */
function opening({ plan, town, facts }: PaperInput, say: Say): Block[] {
  const { type } = plan;
  const { person } = facts;
  const registrar = say((words) => (isCivilAct(type) ? words.civilRegistrar(type) : words.registrar(town.officer)));
  const head: Block[] = [
    { kind: 'paragraph', text: registrar },
    { kind: 'verb', text: say((words) => words.certifies) },
  ];
  const name: Block = { kind: 'name', text: plain(fullName(person)) };
  if (type === 'marriage') return [...head, ...spouses(facts, say)];
  // The table of the household says the rest of who is in it.
  if (type.startsWith('household-') ? type !== 'household-cumulative' : type === 'household') return [...head, name];
  const taxCode = { label: say((words) => words.taxCode), value: plain(person.taxCode) };
  const born = [
    { label: say((words) => words.birthPlace), value: plain(placeName(person.birthPlace)) },
    { label: say((words) => words.birthDate), value: plain(italianDate(person.birthDate)) },
  ];
  return [...head, name, { kind: 'facts', rows: type === 'birth' ? [taxCode] : [...born, taxCode] }];
}

function spouses({ marriage: act }: Facts, say: Say): Block[] {
  return (act?.spouses ?? []).flatMap((spouse, index): Block[] => {
    const born = say((words) =>
      words.born(spouse.sex, placeName(spouse.birthPlace), italianDate(spouse.birthDate), spouse.taxCode),
    );
    const one: Block[] = [
      { kind: 'name', text: plain(fullName(spouse)) },
      { kind: 'detail', text: born },
    ];
    return index === 0 ? one : [{ kind: 'paragraph', text: say((words) => words.and) }, ...one];
  });
}

/** A paper about one fact: it stands large. */
function alone({ label, lead, value, rows, table }: Section): Block[] {
  return [
    { kind: 'paragraph', text: lead },
    { kind: 'statement', label, text: value },
    ...(rows.length === 0 ? [] : [{ kind: 'facts' as const, rows }]),
    ...(table === null ? [] : [{ kind: 'paragraph' as const, text: table.before }, table.table]),
  ];
}

/** A paper about several: each a line under its label; who has a table comes last, under a heading. */
function together(sections: readonly Section[]): Block[] {
  const rows = sections
    .filter(({ table }) => table === null)
    .flatMap((section) => [{ label: section.label, value: joined(section.lead, section.value) }, ...section.rows]);
  const tables = sections.flatMap(({ label, lead, value, table }): Block[] =>
    table === null
      ? []
      : [
          { kind: 'heading', text: label },
          { kind: 'paragraph', text: joined(joined(lead, value), table.before) },
          table.table,
        ],
  );
  return [...(rows.length === 0 ? [] : [{ kind: 'facts' as const, rows }]), ...tables];
}

/** The same for the stamp: what is printed as a fact, letter for letter, and nothing more. */
function stampOf(input: PaperInput, sections: readonly Section[]): StampContent {
  const { plan, town, facts, number, protocol } = input;
  const parts = sections.map(({ stamp }) => stamp);
  const addresses = new Set(parts.flatMap(({ address }) => address ?? []));
  // A stamp has room for one: two that disagree would leave one of them unsealed.
  if (addresses.size > 1) throw new UnfitFactError('household');
  const [address] = addresses;
  const act = parts.find((part) => part.act !== undefined)?.act;
  const onDay = parts.find((part) => part.onDay !== undefined)?.onDay;
  const people = parts.find((part) => part.people !== undefined)?.people;
  return {
    profile: PROFILES[plan.type],
    issueDate: plan.date,
    validFrom: plan.date,
    validTo: plan.validity.to,
    certificateNumber: number,
    protocolNumber: protocol,
    protocolDate: plan.date,
    municipality: town.municipality,
    istatCode: town.istatCode,
    subjectName: fullName(facts.person),
    duty: dutyInStamp(plan.duty),
    ...(address === undefined ? {} : { address }),
    ...(act === undefined ? {} : { act }),
    ...(onDay === undefined ? {} : { onDay }),
    statements: parts.flatMap(({ statements }) => statements).map(({ label, value }) => ({ label: label.it, value: value.it })),
    people: people ?? [stampPerson(facts.person)],
  };
}

function isCivilAct(type: CertificateType): type is CivilAct {
  return type === 'birth' || type === 'marriage' || type === 'death';
}

/** A label and a value in Italian. */
export interface ReviewLine {
  readonly label: string;
  readonly value: string;
}

/** What a paper says, line by line in its order: for who must agree to it before it exists. */
export function reviewLines({ layout: { body, notes } }: Paper): readonly ReviewLine[] {
  const line = ({ label, value }: Line): ReviewLine => ({ label: label.it, value: value.it });
  const lines = body.flatMap((block): ReviewLine[] => {
    switch (block.kind) {
      case 'name':
        return [{ label: italian.subject, value: block.text.it }];
      case 'facts':
        return block.rows.map(line);
      case 'statement':
        return [{ label: block.label.it, value: block.text.it }];
      case 'table':
        return block.rows.map(([first, ...cells]) => ({ label: first?.it ?? '', value: cells.map(({ it }) => it).join(', ') }));
      case 'paragraph':
      case 'detail':
      case 'verb':
      case 'heading':
        return [];
    }
  });
  return [...lines, ...notes.map(line)];
}
