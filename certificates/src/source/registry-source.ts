import type { CivilDate } from '../rules/civil-date.ts';

/** A person as the registry of the resident population knows him today. */
export interface ResidentPerson {
  readonly taxCode: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  readonly birthDate: CivilDate;
  readonly birthPlace: string;
  /** ISO 3166-1 alpha-3. */
  readonly nationality: string;
  /** Street and number. */
  readonly address: string;
  readonly residentSince: CivilDate;
  readonly householdId: string;
}

/** Why a source has no answer about somebody; `unavailable` alone may be different a moment later. */
export type SourceRefusalCode = 'not-found' | 'deceased' | 'not-resident' | 'unavailable';

/** An answer of a source that is no person: typed, so that nobody reads a text. */
export type SourceAnswer<Value> = { readonly value: Value } | { readonly refusal: SourceRefusalCode };

/**
 * Where facts about people come from: a town's own registry system, the national register, or the specimen registry. A
 * source answers or refuses; it does not throw for weather ({@link SourceRefusalCode} `unavailable`), only for a
 * misuse.
 */
export interface RegistrySource {
  /** Whether its people are invented: everything issued from it says SPECIMEN. */
  readonly specimen: boolean;
  /** The resident with this tax code. `signal` ends the wait with `unavailable`. */
  findByTaxCode(taxCode: string, options: { readonly signal: AbortSignal }): Promise<SourceAnswer<ResidentPerson>>;
  /** Everybody of a household, its head first. */
  findHousehold(
    householdId: string,
    options: { readonly signal: AbortSignal },
  ): Promise<SourceAnswer<readonly ResidentPerson[]>>;
}
