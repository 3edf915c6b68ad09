import { z } from 'zod';
import { civilDate } from '../rules/civil-date.ts';

const words = z.string().trim().min(1).max(160);
const taxCode = z.string().regex(/^[A-Z0-9]{16}$/);
/** ISO 3166-1 alpha-3; `XXX` where no state claims the person. */
const country = z.string().regex(/^[A-Z]{3}$/);

/** A place as a certificate names it: a municipality with its province, or a state abroad (then without one). */
export const place = z.object({ name: words, province: z.string().regex(/^[A-Z]{2}$/).nullable() });
export type Place = z.output<typeof place>;

/** Who somebody is: what every certificate names of a person. */
export const personName = z.object({
  taxCode,
  surname: words,
  givenNames: words,
  sex: z.enum(['F', 'M']),
  birthDate: civilDate,
  birthPlace: place,
});
export type PersonName = z.output<typeof personName>;

/** General data (ANPR C015, C016, C019). */
export const personFact = personName.extend({
  status: z.enum(['resident', 'resident-abroad', 'emigrated', 'deceased']),
  /** Day of death; null unless `deceased`. */
  deathDate: civilDate.nullable(),
  /** False while a procedure is open or an interdiction stands: nothing is certified of this person. */
  certifiable: z.boolean(),
});

/** Where somebody lives or lived on the day asked for (ANPR C020). */
export const residenceFact = z.object({
  kind: z.enum(['dwelling', 'homeless', 'institution', 'abroad']),
  /** Street and number. */
  address: words,
  postalCode: z.string().regex(/^\d{5}$/),
  place,
  since: civilDate,
  /** Last day there; null while it goes on. */
  until: civilDate.nullable(),
  /** Whence registered here, and when; null for who was born here. */
  cameFrom: z.object({ place, on: civilDate }).nullable(),
  /** Whither written off, and when; null while here. */
  leftFor: z.object({ place, on: civilDate }).nullable(),
});

/** What somebody is to the head of the household (DPR 223/1989, art. 4). */
export const householdRelation = z.enum([
  'head',
  'spouse',
  'civil-partner',
  'child',
  'parent',
  'sibling',
  'grandchild',
  'in-law',
  'cohabitant',
]);
export type HouseholdRelation = z.output<typeof householdRelation>;

/** The household on the day asked for, its head first when it has one (ANPR C021). */
export const householdFact = z.object({
  householdId: z.string().min(1).max(40),
  address: words,
  postalCode: z.string().regex(/^\d{5}$/),
  place,
  members: z.array(personName.extend({ relation: householdRelation })).min(1).max(60),
});

/** Citizenships held today (ANPR C018); empty: undefined. */
export const citizenshipFact = z.object({ citizenships: z.array(country).max(5) });

/** Civil state today (ANPR C017, C022, C023, C026). */
export const maritalStatusFact = z.object({
  status: z.enum([
    'unmarried',
    'married',
    'widowed',
    'divorced',
    'civil-union',
    'civil-union-dissolved',
    'civil-union-ended-by-death',
  ]),
});

/** The electronic identity card somebody holds. */
export const identityCardFact = z.object({
  number: z.string().regex(/^[A-Z0-9]{5,12}$/),
  issuedBy: words,
  issuedOn: civilDate,
  expiresOn: civilDate,
});

/** An act of civil status as its certificate quotes it (DPR 396/2000). */
const actNumber = { year: z.int().min(1866).max(2200), number: z.string().regex(/^\d{1,6}$/), part: z.enum(['I', 'II']), series: z.string().regex(/^[ABC]$/).nullable(), office: place };
export const birthAct = z.object({ ...actNumber, child: personName, on: civilDate, at: place, parents: z.array(personName).max(2) });
export const marriageAct = z.object({ ...actNumber, spouses: z.tuple([personName, personName]), on: civilDate, at: place });
export const deathAct = z.object({ ...actNumber, deceased: personName, on: civilDate, at: place });

/** Every kind of fact, with the shape of its answer: a source is asked kind by kind, as ANPR's services are. */
export const factSchemas = {
  person: personFact,
  residence: residenceFact,
  household: householdFact,
  citizenship: citizenshipFact,
  'marital-status': maritalStatusFact,
  'identity-card': identityCardFact,
  birth: birthAct,
  marriage: marriageAct,
  death: deathAct,
} as const;
export type FactKind = keyof typeof factSchemas;
export type FactOf = { readonly [Kind in FactKind]: z.output<(typeof factSchemas)[Kind]> };

/** What was asked of a source for one certificate: the subject, and what else its type needs. */
export type Facts = Pick<FactOf, 'person'> & Partial<Omit<FactOf, 'person'>>;

/** Of whom, and of which day; null: today. Acts, cards and persons know no other day than today. */
export interface FactQuestion {
  readonly taxCode: string;
  readonly onDay: string | null;
}

/**
 * Why a source has no answer: `not-found`, nobody has this tax code; `not-known`, the person is known and this fact is not
 * (no act, no card, not registered here on that day); `unavailable` alone may be different a moment later.
 */
export type FactRefusalCode = 'not-found' | 'not-known' | 'unavailable';
export type FactAnswer<Kind extends FactKind> = { readonly value: FactOf[Kind] } | { readonly refusal: FactRefusalCode };

/**
 * Where facts about people come from: a town's own front-office system, the national register, or the specimen registry. A
 * source answers or refuses; it does not throw for weather, only for a misuse.
 */
export interface FactSource {
  /** Whether its people are invented: everything issued from it says SPECIMEN. */
  readonly specimen: boolean;
  /** One fact. `signal` ends the wait with `unavailable`. */
  ask<Kind extends FactKind>(kind: Kind, of: FactQuestion, options: { readonly signal: AbortSignal }): Promise<FactAnswer<Kind>>;
}
