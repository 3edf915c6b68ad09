import type { Language, Service } from '@videosportello/protocol/messages/visit.ts';
import { minutes } from '@videosportello/protocol/units.ts';
import type { Draws } from './draws.ts';
import { towns } from './towns.ts';

/** A time at work or away from it, ms from the start of the run. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One person at a desk: what he can do, and when he is there. */
export interface OperatorPlan {
  /** Subject of the sign-in. */
  readonly subject: string;
  readonly displayName: string;
  readonly languages: Language[];
  readonly skills: Service[];
  readonly towns: string[];
  readonly signLanguage: boolean;
  readonly capacity: number;
  readonly shift: Span;
  readonly breaks: readonly (Span & { readonly reason: 'break' | 'training' })[];
}

const HOUR = minutes(60);

/** Everybody at work all the time, one visit each, able to help anybody: what the formula of Erlang C assumes. */
export const planPlainOperators = (count: number): OperatorPlan[] =>
  Array.from({ length: count }, (_, index) => ({
    subject: `operator-${index + 1}`,
    displayName: `Operator ${index + 1}`,
    languages: ['it', 'en'],
    skills: ['residence-certificate', 'other-certificate', 'information'],
    towns: [],
    signLanguage: true,
    capacity: 1,
    shift: { from: 0, to: Infinity },
    breaks: [],
  }));

/** Who works how: most the whole run, some come later or leave earlier; a pause of a quarter of an hour each two hours. */
export function planOperators(count: number, hours: number, draws: Draws): OperatorPlan[] {
  const end = hours * HOUR;
  return Array.from({ length: count }, (_, index): OperatorPlan => {
    const isLocal = draws.chance(0.5);
    const isLate = draws.chance(0.1);
    const isEarly = !isLate && draws.chance(0.1);
    const shift = { from: isLate ? draws.between(0.1, 0.3) * end : 0, to: isEarly ? draws.between(0.7, 0.9) * end : Infinity };
    const breaks = [];
    for (let at = draws.between(0.5, 2.5) * HOUR; at < Math.min(shift.to, end) - 0.5 * HOUR; at += draws.between(2, 3) * HOUR) {
      if (at > shift.from) breaks.push({ from: at, to: at + minutes(draws.between(5, 15)), reason: draws.chance(0.9) ? 'break' : 'training' } as const);
    }
    return {
      subject: `operator-${index + 1}`,
      displayName: `Operator ${index + 1}`,
      languages: draws.chance(0.35) || index === 0 ? ['it', 'en'] : ['it'],
      skills: draws.chance(0.75) || index === 0 ? ['residence-certificate', 'other-certificate', 'information'] : ['residence-certificate', 'information'],
      towns: isLocal && index > 0 ? [draws.pick(towns).name] : [],
      signLanguage: index === 0 || draws.chance(0.05),
      capacity: draws.pick([{ of: 1, weight: 85 }, { of: 2, weight: 12 }, { of: 3, weight: 3 }]).of,
      shift,
      breaks,
    };
  });
}

/** How many visits all operators can have in hand at a moment. */
export const slotsAt = (operators: readonly OperatorPlan[], at: number): number =>
  operators
    .filter(({ shift, breaks }) => shift.from <= at && at < shift.to && !breaks.some(({ from, to }) => from <= at && at < to))
    .reduce((sum, { capacity }) => sum + capacity, 0);
