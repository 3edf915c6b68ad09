import { join } from 'node:path';
import { seconds } from '@videosportello/protocol/units.ts';
import { runCity } from '../run/city.ts';
import { summaryOf } from '../run/summary.ts';
import type { CitySummary } from '../run/summary.ts';
import { planWorld } from '../world/plan-world.ts';
import { runPlainQueue } from './plain-queue.ts';

/** Who orders the queue: this service by its rules, one line for all, or a line for each skill. */
export const orders = ['service', 'one-line', 'by-skill'] as const;
type Order = (typeof orders)[number];

/** One row of the table: means over all seeds; spans in ms. */
export interface Row {
  readonly order: Order;
  readonly meanMs: number;
  readonly p95Ms: number;
  /** Share of those helped who waited no longer than twenty seconds. */
  readonly serviceLevel: number;
  readonly occupancy: number;
  /** Share of the tickets whose citizen gave up. */
  readonly abandonment: number;
  /** Mean wait of the people of the town that waits longest, against that of the town that waits least. */
  readonly townSpread: number;
  /** Jain's index of the operators' talks. */
  readonly operatorFairness: number;
}

export interface RulesStudy {
  readonly seeds: readonly number[];
  /** People who found no free kiosk in the service's runs; the plain queues have a place for everybody. */
  readonly sentAway: number;
  readonly rows: readonly Row[];
}

/** The same people and desks, ordered by the service on real processes, and by two plain queues. @throws Error as runCity. */
export async function studyRules(
  options: { readonly seeds: readonly number[]; readonly operators: number; readonly kiosks: number; readonly hours: number; readonly load: number },
  folder: string,
  onRun: (done: CitySummary) => void,
): Promise<RulesStudy> {
  const runs: Record<Order, CitySummary[]> = { service: [], 'one-line': [], 'by-skill': [] };
  for (const seed of options.seeds) {
    const settings = { ...options, seed, nodes: 1, gridMs: 250, isRealTime: false, faults: 'none', world: 'once' } as const;
    const summary = await runCity({ ...settings, history: join(folder, 'history.jsonl') });
    runs.service.push(summary);
    onRun(summary);
    const { plans, citizens, draws } = planWorld({ ...settings, isPlain: false });
    for (const order of ['one-line', 'by-skill'] as const) {
      const measured = runPlainQueue(order, { citizens, operators: plans, isPlain: false }, draws.fork(5));
      runs[order].push(summaryOf(measured, { ...summary, drained: true, wallMs: 0, steps: 0 }));
    }
  }
  return rulesStudyOf(options.seeds, runs);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** The table of a study. */
export function rulesStudyOf(
  seeds: readonly number[],
  runs: Readonly<Record<Order, readonly Pick<CitySummary, 'waits' | 'serviceLevel' | 'occupancy' | 'abandonment' | 'fairness' | 'sentAway'>[]>>,
): RulesStudy {
  const rows = orders.map((order): Row => {
    const of = (value: (run: (typeof runs)[Order][number]) => number) => mean(runs[order].map(value));
    return {
      order,
      meanMs: of(({ waits }) => waits.meanMs),
      p95Ms: of(({ waits }) => waits.p95Ms),
      serviceLevel: of(({ serviceLevel }) => serviceLevel.share),
      occupancy: of(({ occupancy }) => occupancy),
      abandonment: of(({ abandonment }) => abandonment),
      townSpread: of(({ fairness }) => {
        const waits = Object.values(fairness.meanMsByTown);
        return Math.max(...waits) / Math.max(seconds(1), Math.min(...waits));
      }),
      operatorFairness: of(({ fairness }) => fairness.operators),
    };
  });
  return { seeds, sentAway: runs.service.reduce((sum, run) => sum + run.sentAway, 0), rows };
}

const inSeconds = (spanMs: number) => `${(spanMs / seconds(1)).toFixed(1)} s`;
const inPercent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The table as plain text. */
export function rulesInWords({ seeds, sentAway, rows }: RulesStudy): string {
  const table = [
    ['', 'mean wait', '95 % within', 'within 20 s', 'busy', 'gave up', 'towns', 'operators'],
    ...rows.map((row) => [
      row.order,
      inSeconds(row.meanMs),
      inSeconds(row.p95Ms),
      inPercent(row.serviceLevel),
      inPercent(row.occupancy),
      inPercent(row.abandonment),
      row.townSpread.toFixed(2),
      row.operatorFairness.toFixed(3),
    ]),
  ];
  const lines = table.map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(10) : cell.padStart(13))).join(''));
  return [`${seeds.length} runs; ${sentAway} found no free kiosk at the service's`, ...lines].join('\n');
}
