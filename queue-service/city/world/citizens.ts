import type { Language, Need, Service } from '@videosportello/protocol/messages/visit.ts';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import type { Draws } from './draws.ts';
import { slotsAt } from './operators.ts';
import type { OperatorPlan } from './operators.ts';
import { towns } from './towns.ts';

/** One person who comes to a kiosk; all spans ms. */
export interface Citizen {
  /** When he comes, from the start of the run. */
  readonly at: number;
  readonly town: string;
  readonly language: Language;
  readonly service: Service;
  readonly needs: Need[];
  /** How long he is busy alone before he asks for a person. */
  readonly aloneMs: number;
  /** Whether he asks for a person at all. */
  readonly isHelped: boolean;
  /** How long he waits before he gives up. */
  readonly patienceMs: number;
  /** He goes away while he waits, and tells nobody. */
  readonly isNoShow: boolean;
  readonly talkMs: number;
}

/** How busy the operators are in each hour by default: two hours below what they can do, one above. */
export const LOAD_PATTERN = [0.95, 0.95, 1.1] as const;

const HOUR = minutes(60);
/** Mean length of a talk, and of what an operator does around one: the answer to the offer and the notes after it. */
export const TALK_MS = minutes(6);
export const WRAP_UP_MS = seconds(30);
export const ANSWER_MS = seconds(3);
const HELPED = 0.9;
/** How often the number of those at work is looked at again. */
const LOOK_MS = minutes(5);

/** How many come within an hour that is half over at 0.5, against the mean of the hour: a wave, as of buses. */
const wave = (at: number) => 1 + 0.15 * Math.sin((2 * Math.PI * at) / HOUR);

export interface WorldOptions {
  readonly hours: number;
  /** Of what the operators can do; absent: {@link LOAD_PATTERN} */
  readonly load?: number | undefined;
  /** Everybody patient and of one kind, the same number each hour, talks of exponential length and nothing after them: as Erlang C assumes. */
  readonly isPlain: boolean;
  /** Mean length of a talk, ms; absent: {@link TALK_MS} */
  readonly talkMs?: number | undefined;
}

/** Everybody who comes, in order. */
export function planCitizens({ hours, load, isPlain, talkMs = TALK_MS }: WorldOptions, operators: readonly OperatorPlan[], draws: Draws): Citizen[] {
  const citizens: Citizen[] = [];
  for (let from = 0; from < hours * HOUR; from += LOOK_MS) {
    const busy = load ?? LOAD_PATTERN[Math.floor(from / HOUR) % LOAD_PATTERN.length] ?? 1;
    const perMs = (busy * (isPlain ? 1 : wave(from + LOOK_MS / 2)) * slotsAt(operators, from + LOOK_MS / 2)) / (isPlain ? talkMs : talkMs + WRAP_UP_MS + ANSWER_MS) / (isPlain ? 1 : HELPED);
    if (perMs === 0) continue;
    const to = Math.min(from + LOOK_MS, hours * HOUR);
    for (let at = from + draws.exponential(1 / perMs); at < to; at += draws.exponential(1 / perMs)) {
      citizens.push(isPlain ? plainCitizen(at, talkMs, draws) : citizenAt(at, talkMs, draws));
    }
  }
  return citizens;
}

const plainCitizen = (at: number, talkMs: number, draws: Draws): Citizen => ({
  at,
  town: draws.pick(towns).name,
  language: 'it',
  service: 'residence-certificate',
  needs: [],
  aloneMs: seconds(8),
  isHelped: true,
  patienceMs: Infinity,
  isNoShow: false,
  talkMs: draws.exponential(talkMs),
});

function citizenAt(at: number, talkMs: number, draws: Draws): Citizen {
  const needs: Need[] = [
    ...(draws.chance(0.08) ? ['assisted' as const] : []),
    ...(draws.chance(0.004) ? ['sign-language' as const] : []),
    ...(draws.chance(0.02) ? ['text-only' as const] : []),
  ];
  return {
    at,
    town: draws.pick(towns).name,
    language: draws.chance(0.08) ? 'en' : 'it',
    service: draws.pick([
      { of: 'residence-certificate' as const, weight: 60 },
      { of: 'other-certificate' as const, weight: 25 },
      { of: 'information' as const, weight: 15 },
    ]).of,
    needs,
    aloneMs: Math.max(seconds(8), draws.logNormal(seconds(40), 0.5)),
    isHelped: draws.chance(HELPED),
    patienceMs: draws.exponential(minutes(25)) + seconds(30),
    isNoShow: draws.chance(0.01),
    talkMs: Math.min(Math.max(draws.logNormal(talkMs, 0.6), seconds(20)), minutes(45)),
  };
}
