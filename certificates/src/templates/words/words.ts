import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import type { CivilDate } from '../../rules/civil-date.ts';
import type { IssuePlan, SettledDuty } from '../../rules/decide.ts';
import type { CertificateUse } from '../../rules/vocabulary.ts';
import type { FactOf, HouseholdRelation, PersonName } from '../../source/facts.ts';

export type Sex = PersonName['sex'];
export type MaritalStatus = FactOf['marital-status']['status'];
/** Civil states in which nobody is bound. */
export type FreeStatus = Exclude<MaritalStatus, 'married' | 'civil-union'>;
export type CivilAct = 'birth' | 'marriage' | 'death';
/** How a residence stands in time: today, on a day now past, or ended. */
export type ResidenceTense = 'present' | 'ended' | { readonly onDay: CivilDate };
/** When a household was composed as the paper says: today, on a past day, on the day of a death. */
export type HouseholdTense = 'today' | { readonly onDay: CivilDate } | { readonly diedOn: CivilDate };

/** Where somebody lives, as the words distinguish it: a dwelling, an institution, or an address without either. */
export type ResidenceKind = Exclude<FactOf['residence']['kind'], 'abroad'>;

/** Every word a certificate prints in one language, but for what the town's rules and settings say. */
export interface Words {
  /** `22 novembre 2026`. */
  date(day: CivilDate): string;
  readonly number: string;
  readonly protocol: string;
  readonly issueDate: string;

  /** Who certifies, and what he has looked at. */
  registrar(officer: string): string;
  civilRegistrar(act: CivilAct): string;
  readonly certifies: string;
  readonly and: string;

  readonly subject: string;
  readonly birthPlace: string;
  readonly birthDate: string;
  readonly birthPlaceAndDate: string;
  readonly taxCode: string;
  readonly surnameAndName: string;
  readonly relationTitle: string;
  relation(relation: HouseholdRelation, sex: Sex): string;

  readonly residence: string;
  residing(sex: Sex, kind: ResidenceKind, tense: ResidenceTense): string;
  readonly registeredSince: string;
  readonly provenance: string;
  /** Of who was born here. */
  readonly registeredAtBirth: string;
  cameFrom(place: string, day: string): string;
  readonly emigration: string;
  leftFor(place: string, day: string): string;

  readonly household: string;
  householdAt(when: HouseholdTense): string;
  readonly composedOf: string;

  readonly citizenship: string;
  readonly is: string;
  italianCitizen(sex: Sex): string;
  readonly maritalStatus: string;
  readonly ofMaritalStatus: string;
  marital(status: MaritalStatus, sex: Sex): string;
  freeStatus(status: FreeStatus, sex: Sex): string;
  readonly aliveTitle: string;
  readonly isOnDayOfIssue: string;
  readonly alive: string;

  readonly cardTitle: string;
  readonly holdsCard: string;
  readonly cardIssuedBy: string;
  readonly cardIssuedOn: string;
  readonly cardExpiresOn: string;

  readonly event: Record<CivilAct, string>;
  happened(act: CivilAct, sex: Sex): string;
  /** `nata a Valfiorita (VF) il 14/03/1985, codice fiscale …`: a spouse, under his name. */
  born(sex: Sex, place: string, day: string, taxCode: string): string;
  /** Place and day of an event, after the words of {@link Words.happened}. */
  atAndOn(place: string, day: CivilDate): string;
  readonly dateInLetters: string;
  readonly act: Record<CivilAct, string>;

  readonly dutyTitle: string;
  duty(duty: SettledDuty): string;
  readonly validityTitle: string;
  validity(plan: IssuePlan): string;
  readonly feeTitle: string;

  readonly sealHeading: string;
  readonly sealOriginalArea: string;
  readonly sealOriginal: readonly [string, string];
  readonly sealPaper: readonly [string, string];
  /** What a screen reader says instead of the symbol. */
  readonly symbolAlternative: string;
  readonly check: string;
  readonly specimen: string;
}

/** The words of a bilingual paper's second language: also of what Italian papers take from the town's rules. */
export interface SecondWords extends Words {
  readonly titles: Record<CertificateType, string>;
  /** What the mandatory words mean; the Italian ones alone have effect. */
  readonly wording: Record<Exclude<CertificateUse, 'public-office'>, string>;
}
