import { createHash } from 'node:crypto';
import type { Language, Need, PriorityClass, Service } from '@videosportello/protocol/messages/visit.ts';
import { seconds } from '@videosportello/protocol/units.ts';
import { POOL_REACH, townWord } from './rules.ts';
import type { RoutingRules } from './rules.ts';

/**
 * What somebody must be able to do to help, as one word: `valfiorita.it.residence-certificate`, with `.signs` for sign
 * language. A star stands for "whichever". Tickets stand in lanes, operators serve lanes; scripts compare the words only.
 */
export type Lane = string;

/** The service of a ticket that has none yet: everybody may ask "what can I do for you?". */
const UNSAID = 'any';

interface Wanted {
  /** The kiosk's town, as it is shown. */
  readonly town: string;
  readonly language: Language;
  readonly service: Service | undefined;
  readonly needs: readonly Need[];
}

/** One lane of a ticket and how long after the start of its wait it opens, ms. */
export interface PlanStep {
  readonly lane: Lane;
  readonly afterMs: number;
}

const laneOf = (reach: string, language: string, service: string, signs: boolean): Lane =>
  `${reach}.${language}.${service}${signs ? '.signs' : ''}`;

/** The lanes of a ticket in the order in which they open. A lane that is in an earlier step does not come again. */
export function planOf(rules: RoutingRules, wanted: Wanted): PlanStep[] {
  const signs = wanted.needs.includes('sign-language');
  const isOfPool = rules.towns.some((town) => townWord(town) === townWord(wanted.town));
  const plan: PlanStep[] = [];
  for (const step of rules.widening) {
    const lane = laneOf(
      step.reach === 'town' && isOfPool ? townWord(wanted.town) : POOL_REACH,
      step.language === 'own' ? wanted.language : '*',
      step.service === 'own' ? (wanted.service ?? UNSAID) : '*',
      signs,
    );
    if (!plan.some((earlier) => earlier.lane === lane)) plan.push({ lane, afterMs: seconds(step.afterSeconds) });
  }
  return plan;
}

/** A plan as scripts read it: `lane=afterMs`, separated by spaces. */
export const planText = (plan: readonly PlanStep[]): string => plan.map(({ lane, afterMs }) => `${lane}=${afterMs}`).join(' ');

/** The place of a class in the order of the rules, from 0. */
export const rankOf = (rules: RoutingRules, of: PriorityClass): number => rules.classes.indexOf(of);

/** What an operator can do. */
export interface Shift {
  readonly languages: readonly Language[];
  readonly skills: readonly Service[];
  /** Towns whose kiosks he is asked for first, as they are shown; none: every town of the pool. */
  readonly towns: readonly string[];
  readonly signLanguage: boolean;
}

/** All lanes that an operator serves, in the order of the alphabet. */
export function lanesServed(rules: RoutingRules, shift: Shift): Lane[] {
  const towns = shift.towns.length === 0 ? rules.towns : shift.towns;
  const reaches = [POOL_REACH, ...towns.map(townWord)];
  const languages = [...shift.languages, '*'];
  const services = [...shift.skills, UNSAID, '*'];
  const signs = shift.signLanguage ? [false, true] : [false];
  const lanes = reaches.flatMap((reach) =>
    languages.flatMap((language) => services.flatMap((service) => signs.map((sign) => laneOf(reach, language, service, sign)))),
  );
  return [...new Set(lanes)].toSorted();
}

/** The name of a set of lanes: operators who can do the same share it. */
export const profileOf = (lanes: readonly Lane[]): string => createHash('sha256').update(lanes.join(' ')).digest('hex').slice(0, 16);
