import { loadOf, meanWaitMs, serviceLevel } from '../../src/staffing/erlang-c.ts';
import { SERVICE_LEVEL_MS } from './measures.ts';
import type { MeasureResult } from './measures.ts';

/** What a run was like, in one object; spans in ms unless they say otherwise. */
export interface CitySummary {
  readonly seed: number;
  readonly kiosks: number;
  readonly operators: number;
  readonly nodes: number;
  readonly hours: number;
  /** Whether everybody had been helped or had left when the run ended. */
  readonly drained: boolean;
  readonly arrivals: number;
  /** Found no free kiosk, or none that would begin. */
  readonly sentAway: number;
  readonly tickets: number;
  readonly waits: { readonly count: number; readonly meanMs: number; readonly p50Ms: number; readonly p95Ms: number };
  /** Share of those helped who waited no longer than `withinMs`. */
  readonly serviceLevel: { readonly withinMs: number; readonly share: number };
  readonly abandonment: number;
  /** Places that were taken along by people who come back later. */
  readonly kept: number;
  readonly longestQueue: number;
  readonly occupancy: number;
  readonly fairness: {
    readonly meanMsByTown: Readonly<Record<string, number>>;
    readonly meanMsByClass: Readonly<Record<string, number>>;
    /** Jain's index of the operators' talks: 1 when all had the same number. */
    readonly operators: number;
  };
  /** Of those who were shown a range of waiting time, the share whose wait was inside the first one shown. */
  readonly estimates: { readonly shown: number; readonly insideShare: number };
  /** What the formula says for as many visits, as long talks and as many slots; null where it says nothing: too few for the load. */
  readonly erlangC: {
    readonly load: number;
    readonly operators: number;
    readonly meanMs: number | null;
    readonly serviceLevel: number | null;
  };
  readonly faults: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  readonly wallMs: number;
  /** Simulated time for each unit of this machine's. */
  readonly speed: number;
  readonly steps: number;
  readonly gridMs: number;
}

const mean = (values: readonly number[]) => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
const rounded = (value: number, digits = 3) => Number(value.toFixed(digits));
const quantile = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
/** R. Jain et al., "A quantitative measure of fairness" (DEC TR-301, 1984). */
const jain = (values: readonly number[]) => {
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return squares === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) ** 2 / (values.length * squares);
};

/** The formula's answer; it knows no impatience, no skills and no faults. */
function erlangC({ visits, talks, busyMs, meanSlots }: MeasureResult, hours: number): CitySummary['erlangC'] {
  const all = talks.reduce((sum, count) => sum + count, 0);
  const operators = Math.max(1, Math.round(meanSlots));
  const demand = { visitsPerHour: visits / hours, handlingMs: Math.max(1, busyMs / Math.max(1, all)) };
  const load = loadOf(demand);
  const isEnough = load < operators;
  return {
    load: rounded(load, 2),
    operators,
    meanMs: isEnough ? Math.round(meanWaitMs(demand, operators)) : null,
    serviceLevel: isEnough ? rounded(serviceLevel(demand, operators, SERVICE_LEVEL_MS)) : null,
  };
}

export function summaryOf(
  measured: MeasureResult,
  run: Pick<CitySummary, 'seed' | 'kiosks' | 'operators' | 'nodes' | 'hours' | 'drained' | 'faults' | 'simulatedMs' | 'wallMs' | 'steps' | 'gridMs'>,
): CitySummary {
  const { waits, estimates } = measured;
  const sorted = waits.map(({ waitMs }) => waitMs).toSorted((a, b) => a - b);
  const meanBy = (key: 'town' | 'class') =>
    Object.fromEntries(
      Object.entries(Object.groupBy(waits, (wait) => wait[key])).map(([name, group]) => [name, Math.round(mean((group ?? []).map(({ waitMs }) => waitMs)))]),
    );
  return {
    ...run,
    arrivals: measured.arrivals,
    sentAway: measured.sentAway,
    tickets: measured.visits,
    waits: { count: waits.length, meanMs: Math.round(mean(sorted)), p50Ms: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95) },
    serviceLevel: {
      withinMs: SERVICE_LEVEL_MS,
      share: rounded(sorted.filter((waitMs) => waitMs <= SERVICE_LEVEL_MS).length / Math.max(1, sorted.length)),
    },
    abandonment: rounded(measured.abandoned / Math.max(1, measured.visits)),
    kept: measured.kept,
    longestQueue: measured.longestQueue,
    occupancy: rounded(measured.occupancy),
    fairness: { meanMsByTown: meanBy('town'), meanMsByClass: meanBy('class'), operators: rounded(jain(measured.talks)) },
    estimates: { shown: estimates.shown, insideShare: rounded(estimates.kept / Math.max(1, estimates.shown)) },
    erlangC: erlangC(measured, run.hours),
    speed: rounded(run.simulatedMs / Math.max(1, run.wallMs), 1),
  };
}
