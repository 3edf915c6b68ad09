import { join } from 'node:path';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import { meanWaitMs, serviceLevel } from '../../src/staffing/erlang-c.ts';
import { runCity } from '../run/city.ts';
import { SERVICE_LEVEL_MS } from '../run/measures.ts';
import type { CitySummary } from '../run/summary.ts';
import { intervalOf } from './interval.ts';
import type { Interval } from './interval.ts';

/** A quantity as the formula has it and as the runs have it. */
export interface Compared extends Interval {
  readonly formula: number;
  /** Whether the formula's value is within the runs' 95 % interval. */
  readonly isInside: boolean;
}

/** What a study of the plain world says. */
export interface ErlangStudy {
  readonly seeds: readonly number[];
  readonly operators: number;
  readonly load: number;
  readonly talkMs: number;
  readonly gridMs: number;
  /** Waits that were measured, and people who found no free kiosk: with any, the formula does not apply. */
  readonly waits: number;
  readonly sentAway: number;
  readonly meanWaitMs: Compared;
  /** Share of those who waited no longer than `withinMs`. */
  readonly serviceLevel: Compared & { readonly withinMs: number };
}

const TALK_MS = minutes(1);
/**
 * A run begins with an empty queue, which is shorter than it will be: the waits of this time are left out. With six operators at
 * 70 % and talks of a minute a queue forgets its beginning with a time constant of some six minutes, 1 / (c·µ·(1 − √ρ)²).
 */
const WARM_UP_MS = minutes(30);
/**
 * The formula knows no steps of time. In the city an offer, the end of a talk and what is put away each wait for the next step, at
 * most three of them on a talk of a minute: with this grid less than a thousandth.
 */
const GRID_MS = 10;

/** Many seeds of the plain world on real processes, beside Erlang C. @throws Error as runCity. */
export async function studyErlang(
  options: { readonly seeds: readonly number[]; readonly operators: number; readonly kiosks: number; readonly hours: number; readonly load: number },
  folder: string,
  onRun: (done: CitySummary) => void,
): Promise<ErlangStudy> {
  const { operators, load, seeds } = options;
  const summaries: CitySummary[] = [];
  for (const seed of seeds) {
    const world = { world: 'plain', faults: 'none', nodes: 1, isRealTime: false, gridMs: GRID_MS, talkMs: TALK_MS, waitsFromMs: WARM_UP_MS } as const;
    const summary = await runCity({ ...options, ...world, seed, history: join(folder, 'history.jsonl') });
    summaries.push(summary);
    onRun(summary);
  }
  return erlangStudyOf(summaries, { seeds, operators, load, talkMs: TALK_MS, gridMs: GRID_MS });
}

/** The runs of a study beside the formula. @throws RangeError as {@link intervalOf} */
export function erlangStudyOf(
  runs: readonly Pick<CitySummary, 'waits' | 'serviceLevel' | 'sentAway'>[],
  study: Pick<ErlangStudy, 'seeds' | 'operators' | 'load' | 'talkMs' | 'gridMs'>,
): ErlangStudy {
  const { operators, load, talkMs } = study;
  const demand = { visitsPerHour: (load * operators * minutes(60)) / talkMs, handlingMs: talkMs };
  const beside = (formula: number, of: (run: (typeof runs)[number]) => number): Compared => {
    const interval = intervalOf(runs.map((run) => ({ sum: of(run) * run.waits.count, count: run.waits.count })));
    return { ...interval, formula, isInside: interval.from <= formula && formula <= interval.to };
  };
  return {
    ...study,
    waits: runs.reduce((sum, { waits }) => sum + waits.count, 0),
    sentAway: runs.reduce((sum, { sentAway }) => sum + sentAway, 0),
    meanWaitMs: beside(meanWaitMs(demand, operators), ({ waits }) => waits.meanMs),
    serviceLevel: { ...beside(serviceLevel(demand, operators, SERVICE_LEVEL_MS), (run) => run.serviceLevel.share), withinMs: SERVICE_LEVEL_MS },
  };
}

const inSeconds = (spanMs: number) => `${(spanMs / seconds(1)).toFixed(1)} s`;
const inPercent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The study in a few lines of plain text. */
export function erlangInWords({ seeds, operators, load, talkMs, waits, sentAway, ...study }: ErlangStudy): string {
  const line = (what: string, { formula, mean, from, to, isInside }: Compared, told: (value: number) => string) =>
    `${what}: Erlang C ${told(formula)}; runs ${told(mean)}, 95 % interval ${told(from)} to ${told(to)}: ${isInside ? 'inside' : 'OUTSIDE'}`;
  return [
    `${seeds.length} runs, ${operators} operators at ${inPercent(load)}, talks of ${inSeconds(talkMs)}, ${waits} waits, ${sentAway} found no free kiosk`,
    line('mean wait', study.meanWaitMs, inSeconds),
    line(`within ${inSeconds(study.serviceLevel.withinMs)}`, study.serviceLevel, inPercent),
  ].join('\n');
}
