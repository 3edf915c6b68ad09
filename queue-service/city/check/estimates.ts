import type { Picture, Visit } from './picture.ts';
import type { Rule } from './rule.ts';

/** How honest the first estimate of a wait was; no breach, a measure. */
export interface EstimateCounts {
  /** Waits for which a range was shown and whose end was seen. */
  readonly given: number;
  readonly within: number;
  /** Waited less than the range. */
  readonly shorter: number;
  /** Waited longer. */
  readonly longer: number;
}

/** Compares the range first shown with the time until the kiosk first saw its visit offered or with an operator. */
export function createEstimates(picture: Picture): Rule & { readonly counts: EstimateCounts } {
  const counts = { given: 0, within: 0, shorter: 0, longer: 0 };
  const shown = new WeakMap<Visit, { readonly at: number; readonly fromMs: number; readonly toMs: number }>();
  return {
    counts,
    after(line) {
      if (line.line === 'fault' || line.line === 'end' || picture.operators.has(line.who)) return;
      const visit = picture.kiosks.get(line.who)?.visit;
      if (visit?.viewSeq !== line.seq) return;
      const { state, ticket } = visit.view;
      const first = shown.get(visit);
      if (state === 'waiting' && ticket?.estimate && !first) shown.set(visit, { at: line.at, ...ticket.estimate });
      if (!first || state === 'waiting') return;
      shown.delete(visit);
      // Who goes on alone has ended his wait himself.
      if (state === 'alone') return;
      const waited = line.at - first.at;
      counts.given += 1;
      counts[waited < first.fromMs ? 'shorter' : waited > first.toMs ? 'longer' : 'within'] += 1;
    },
  };
}
