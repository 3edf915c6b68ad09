import { metricOf } from '../metric.ts';
import type { Metric } from '../metric.ts';
import { startTouchToFace } from './touch-to-face.ts';
import type { Start } from './touch-to-face.ts';

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
