import { faultEnds } from '../history/line.ts';
import type { FaultKind, FaultLine } from '../history/line.ts';
import { HistoryError } from '../history/history-error.ts';

/** How long after a fault's end the service may still be putting itself in order, ms. */
export const SETTLE_MS = 6_000;

/** Faults that lose what the store knew. */
const storeLosses: readonly FaultKind[] = ['amnesia', 'replica-promoted'];

/** A fault that has begun. */
export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly seq: number;
  /** The clients it harms; undefined: it may harm anybody. */
  readonly targets: readonly string[] | undefined;
}

/** What is broken, and until when the service may be excused. */
export interface Faults {
  /**
   * Takes a line in. `isClient` tells whether a target is a kiosk or an operator; a fault with another target is everybody's.
   * @returns the fault that begins, or the one that ends.
   * @throws HistoryError `bad-request` when it ends what has not begun.
   */
  take(line: FaultLine, isClient: (who: string) => boolean): { begins: boolean; fault: Fault };
  /** Whether no fault of everybody's is running, and none has ended less than {@link SETTLE_MS} before `from`. */
  isCalmSince(from: number): boolean;
  /** Moment from which the service is in order again, ms; undefined while a fault of everybody's is running. */
  readonly calmFrom: number | undefined;
  /** The line at which the store last lost something, 0 when it never did; and when. */
  readonly storeLostSeq: number;
  readonly storeLostAt: number;
}

export function createFaults(): Faults {
  const running = new Map<string, Fault>();
  let calmFrom = 0;
  let storeLostSeq = 0;
  let storeLostAt = 0;
  const isAnyGeneral = () => running.values().some(({ targets }) => targets === undefined);
  const isBeginning = (what: string): what is FaultKind => Object.hasOwn(faultEnds, what);
  return {
    take(line, isClient) {
      const { what, fault: id } = line;
      if (isBeginning(what)) {
        if (running.has(id)) throw new HistoryError('bad-request', `Line ${line.seq} begins a fault that is running.`);
        const targets = !storeLosses.includes(what) && line.targets?.every(isClient) ? line.targets : undefined;
        const fault: Fault = { id, kind: what, seq: line.seq, targets };
        running.set(id, fault);
        if (storeLosses.includes(what)) [storeLostSeq, storeLostAt] = [line.seq, line.at];
        return { begins: true, fault };
      }
      const fault = running.get(id);
      if (fault === undefined || (what !== 'over' && what !== faultEnds[fault.kind])) {
        throw new HistoryError('bad-request', `Line ${line.seq} ends a fault that is not running.`);
      }
      running.delete(id);
      if (fault.targets === undefined) calmFrom = Math.max(calmFrom, line.at + SETTLE_MS);
      if (storeLosses.includes(fault.kind)) [storeLostSeq, storeLostAt] = [line.seq, line.at];
      return { begins: false, fault };
    },
    isCalmSince: (from) => calmFrom <= from && !isAnyGeneral(),
    get calmFrom() {
      return isAnyGeneral() ? undefined : calmFrom;
    },
    get storeLostSeq() {
      return storeLostSeq;
    },
    get storeLostAt() {
      return storeLostAt;
    },
  };
}
