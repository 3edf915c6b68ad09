import { startTouchToFace } from './touch-to-face.ts';
import type { Start } from './touch-to-face.ts';

/** A distribution of measured times. */
export interface Metric {
  readonly unit: 'ms';
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly n: number;
}
export type CallMetrics = Readonly<Record<'touchToFace.cold' | 'touchToFace.warm', Metric>>;

export interface CallBenchOptions {
  /** Calls of each kind. */
  readonly calls: number;
  /** Added on each way between the pages and both services, ms. 0: no relay in between. */
  readonly delayMs: number;
  readonly onCall?: (start: Start, ms: number) => void;
}

/** Measures how long two people wait for each other's face, cold and warm; two contexts of one Chromium with fake cameras. */
export async function runCallBench({ calls, delayMs, onCall = () => {} }: CallBenchOptions): Promise<CallMetrics> {
  await using way = await startTouchToFace(delayMs);
  const measure = async (start: Start): Promise<Metric> => {
    const times: number[] = [];
    // The first call of a browser starts its media processes and is not counted.
    for (let call = 0; call <= calls; call += 1) {
      const time = await way.call(start);
      if (call === 0) continue;
      times.push(time);
      onCall(start, time);
    }
    return metricOf(times);
  };
  return { 'touchToFace.cold': await measure('cold'), 'touchToFace.warm': await measure('warm') };
}

/** Percentiles by nearest rank. */
export function metricOf(times: readonly number[]): Metric {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN) * 10) / 10;
  return { unit: 'ms', p50: at(0.5), p95: at(0.95), p99: at(0.99), n: sorted.length };
}
