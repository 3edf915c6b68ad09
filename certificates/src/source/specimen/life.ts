import type { CivilDate } from '../../rules/civil-date.ts';
import type { FactOf, Place } from '../facts.ts';

/** Where an act of civil status stands; `part` and `series` as the registers of DPR 396/2000 are divided. */
export interface ActNumber {
  readonly year: number;
  readonly number: string;
  readonly part: 'I' | 'II';
  readonly series: 'A' | 'B' | 'C' | null;
}

type Step =
  /** `act` is null where another office keeps it and none here has a copy. */
  | { readonly kind: 'born'; readonly act: ActNumber | null }
  /** Entered the town's registry, by birth (`from: null`) or from another place. */
  | { readonly kind: 'registered'; readonly homeId: string; readonly from: Place | null }
  /** Went to another home in the town. */
  | { readonly kind: 'moved'; readonly homeId: string }
  /** Written off, for `to`; `abroad` with the address of an Italian citizen, who stays in the list of those abroad (AIRE). */
  | {
      readonly kind: 'left';
      readonly to: Place;
      readonly abroad: { readonly address: string; readonly postalCode: string } | null;
    }
  | {
      readonly kind: 'united';
      readonly bond: 'marriage' | 'civil-union';
      /** Tax codes, in the order of the act. */
      readonly spouses: readonly [string, string];
      readonly at: Place;
      readonly act: ActNumber | null;
    }
  /** Divorce, or dissolution of the union. */
  | { readonly kind: 'parted' }
  | { readonly kind: 'widowed' }
  | { readonly kind: 'citizenship'; readonly held: readonly string[] }
  | { readonly kind: 'card'; readonly number: string; readonly issuedBy: string; readonly expiresOn: CivilDate }
  /** From here on nothing is certified of this person, until `cleared`. */
  | { readonly kind: 'barred' }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'died'; readonly at: Place; readonly act: ActNumber | null };

/** Something that happened to one person, on a day. */
export type LifeEvent = { readonly on: CivilDate } & Step;
export type LifeEventKind = LifeEvent['kind'];

export type MaritalStatus = FactOf['marital-status']['status'];

/** What is so of one person on one day. */
export interface LifeOn {
  /** `elsewhere`: not yet born, or never registered here so far. */
  readonly status: 'elsewhere' | 'resident' | 'resident-abroad' | 'emigrated' | 'deceased';
  /** Where registered in the town, or null. */
  readonly homeId: string | null;
  /** Since when in that home. */
  readonly homeSince: CivilDate | null;
  /** The last entry from another place; null for who entered by birth. */
  readonly cameFrom: { readonly place: Place; readonly on: CivilDate } | null;
  readonly maritalStatus: MaritalStatus;
  /** Tax code of spouse or civil partner. */
  readonly partner: string | null;
  /** Tax code of the spouse whose death ended the last marriage: kinship by marriage outlasts it (Civil Code, art. 78). */
  readonly lateSpouse: string | null;
  readonly citizenships: readonly string[];
  readonly certifiable: boolean;
  readonly card: {
    readonly number: string;
    readonly issuedBy: string;
    readonly issuedOn: CivilDate;
    readonly expiresOn: CivilDate;
  } | null;
  readonly deathDate: CivilDate | null;
}

const UNBORN: LifeOn = {
  status: 'elsewhere',
  homeId: null,
  homeSince: null,
  cameFrom: null,
  maritalStatus: 'unmarried',
  partner: null,
  lateSpouse: null,
  citizenships: [],
  certifiable: true,
  card: null,
  deathDate: null,
};

/**
 * What is so of a person on `day`, from the events of the life: those of the day itself have happened. Only death ends with
 * the day it falls on: on that day who dies still belongs to home and household, and the partner is still a partner, since
 * the household at the date of death is the one that death left.
 *
 * @param taxCode of the person whose life it is
 * @param life in the order of days
 */
export function factsOn(taxCode: string, life: readonly LifeEvent[], day: CivilDate): LifeOn {
  let now = UNBORN;
  for (const event of life) {
    if (event.on > day) break;
    now = after(taxCode, now, event, event.on === day);
  }
  return now;
}

function after(taxCode: string, now: LifeOn, event: LifeEvent, isToday: boolean): LifeOn {
  switch (event.kind) {
    case 'born':
      return now;
    case 'registered':
      return {
        ...now,
        status: 'resident',
        homeId: event.homeId,
        homeSince: event.on,
        cameFrom: event.from === null ? null : { place: event.from, on: event.on },
      };
    case 'moved':
      return { ...now, homeId: event.homeId, homeSince: event.on };
    case 'left':
      return { ...now, status: event.abroad === null ? 'emigrated' : 'resident-abroad', homeId: null, homeSince: null };
    case 'united': {
      const partner = event.spouses.find((code) => code !== taxCode) ?? null;
      return { ...now, maritalStatus: event.bond === 'marriage' ? 'married' : 'civil-union', partner, lateSpouse: null };
    }
    case 'parted': {
      const maritalStatus = now.maritalStatus === 'married' ? 'divorced' : 'civil-union-dissolved';
      return { ...now, maritalStatus, partner: null };
    }
    case 'widowed': {
      const wasMarried = now.maritalStatus === 'married';
      const maritalStatus = wasMarried ? 'widowed' : 'civil-union-ended-by-death';
      const lateSpouse = wasMarried ? now.partner : null;
      return { ...now, maritalStatus, lateSpouse, partner: isToday ? now.partner : null };
    }
    case 'citizenship':
      return { ...now, citizenships: event.held };
    case 'card': {
      const { number, issuedBy, on, expiresOn } = event;
      return { ...now, card: { number, issuedBy, issuedOn: on, expiresOn } };
    }
    case 'barred':
      return { ...now, certifiable: false };
    case 'cleared':
      return { ...now, certifiable: true };
    case 'died':
      return {
        ...now,
        status: 'deceased',
        deathDate: event.on,
        ...(isToday ? {} : { homeId: null, homeSince: null, partner: null }),
      };
  }
}
