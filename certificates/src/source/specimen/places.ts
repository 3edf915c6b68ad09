import type { Place } from '../facts.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A place somebody can be born in, with the code that goes into tax codes. */
export interface CodedPlace extends Place {
  readonly code: string;
}

/** Municipalities that do not exist, with provinces and codes that are nobody's. */
export const OTHER_TOWNS = [
  { name: 'Montesereno', province: 'XM', code: 'X001' },
  { name: 'Rivachiara', province: 'XR', code: 'X002' },
  { name: 'Castel Lodola', province: 'XM', code: 'X003' },
  { name: 'Acquabianca', province: 'XR', code: 'X004' },
  { name: 'Sant’Orsola al Colle', province: 'XM', code: 'X005' },
  { name: 'Pieve d’Àrgine', province: 'XR', code: 'X006' },
] as const satisfies readonly CodedPlace[];

/** States by citizenship (ISO 3166-1 alpha-3), with their own codes (Agenzia delle Entrate, codici degli stati esteri). */
export const STATES = {
  ALB: { name: 'Albania', province: null, code: 'Z100' },
  CZE: { name: 'Repubblica Ceca', province: null, code: 'Z156' },
  DEU: { name: 'Germania', province: null, code: 'Z112' },
  DNK: { name: 'Danimarca', province: null, code: 'Z107' },
  ESP: { name: 'Spagna', province: null, code: 'Z131' },
  FRA: { name: 'Francia', province: null, code: 'Z110' },
  HRV: { name: 'Croazia', province: null, code: 'Z149' },
  HUN: { name: 'Ungheria', province: null, code: 'Z134' },
  IRL: { name: 'Irlanda', province: null, code: 'Z116' },
  ISL: { name: 'Islanda', province: null, code: 'Z117' },
  LTU: { name: 'Lituania', province: null, code: 'Z146' },
  LVA: { name: 'Lettonia', province: null, code: 'Z145' },
  MAR: { name: 'Marocco', province: null, code: 'Z330' },
  MLT: { name: 'Malta', province: null, code: 'Z121' },
  POL: { name: 'Polonia', province: null, code: 'Z127' },
  PRT: { name: 'Portogallo', province: null, code: 'Z128' },
  ROU: { name: 'Romania', province: null, code: 'Z129' },
  SVN: { name: 'Slovenia', province: null, code: 'Z150' },
  SWE: { name: 'Svezia', province: null, code: 'Z132' },
  TUR: { name: 'Turchia', province: null, code: 'Z243' },
  UKR: { name: 'Ucraina', province: null, code: 'Z138' },
  VNM: { name: 'Vietnam', province: null, code: 'Z251' },
} as const satisfies Readonly<Record<string, CodedPlace>>;
export type State = keyof typeof STATES;

/** Where Italians of the town go abroad, with invented addresses. */
export const ABROAD = [
  { place: STATES.DEU, address: 'Lindenweg 14', postalCode: '00814' },
  { place: STATES.DEU, address: 'Mühlgaße 3', postalCode: '00231' },
  { place: STATES.FRA, address: 'Rue de l’Écluse 27', postalCode: '00575' },
  { place: STATES.ESP, address: 'Calle del Peñón 8', postalCode: '00319' },
] as const;

/** A place on paper, without its code. */
export const withoutCode = ({ name, province }: Place): Place => ({ name, province });

const STREETS = [
  'Via dei Tigli',
  'Via Roma',
  'Piazza della Fonte',
  'Via del Mulino',
  'Viale dei Ciliegi',
  'Vicolo Santa Lucìa',
  'Via della Libertà',
  'Via Vecchia Stazione',
  'Largo delle Rose',
  'Via dell’Orologio',
  'Strada dei Colli',
  'Borgo San Nicolò',
  'Via Prà Lungo',
  'Via Papa Clemente X',
  'Località Ca’ de’ Mori',
] as const;

/** A street and number of the town. */
export function inventAddress(random: SeededRandom): string {
  const number = `${random.pick(STREETS)} ${1 + random.integer(90)}`;
  return random.oneIn(7) ? `${number}/${random.pick(['A', 'B', 'C'])}` : number;
}

/** Where the homeless are registered: a street that exists on paper only (DPR 223/1989, art. 2; L. 1228/1954, art. 2). */
export const STREET_OF_THE_HOMELESS = 'Via della Casa Comunale 1';
