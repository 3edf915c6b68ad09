import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { KioskVisit, PriorityClass } from '@videosportello/protocol/messages/visit.ts';
import type { Stage } from './stage.ts';

/** Within so long most citizens should be with an operator, ms. */
export const SERVICE_LEVEL_MS = 20_000;

interface Wait {
  readonly since: number;
  readonly town: string;
  readonly class: PriorityClass;
  offered: boolean;
  estimate: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Left the queue for the first time. */
  isDone: boolean;
}

/** What a finished wait was like. */
export interface Waited {
  readonly waitMs: number;
  readonly town: string;
  readonly class: PriorityClass;
}

/** What a kiosk's page is told of its visit, as far as it counts here. */
export type Seen = Pick<KioskVisit, 'visitId' | 'state'> & { readonly ticket?: Pick<NonNullable<KioskVisit['ticket']>, 'class' | 'estimate'> | undefined };

/** Gathers what the city's people live through. */
export interface Measures {
  arrived(): void;
  /** No kiosk was free, or none would begin. */
  sentAway(): void;
  sees(visit: Seen): void;
  offered(visitId: VisitId): void;
  gaveUp(visitId: VisitId): void;
  /** Takes his place along, to come back later. */
  keeps(visitId: VisitId): void;
  ended(visitId: VisitId): void;
  /** Slots in hand of an operator. */
  slots(operatorId: string, inHand: number): void;
  presence(operatorId: string, presence: 'available' | 'not-ready' | 'gone', capacity: number): void;
  readonly result: () => MeasureResult;
}

export interface MeasureResult {
  readonly arrivals: number;
  readonly sentAway: number;
  readonly visits: number;
  readonly waits: readonly Waited[];
  readonly abandoned: number;
  /** Places that were taken along. */
  readonly kept: number;
  readonly longestQueue: number;
  readonly estimates: { readonly shown: number; readonly kept: number };
  /** Share of the operators' slots that were in use while they were there. */
  readonly occupancy: number;
  /** Talks of each operator. */
  readonly talks: readonly number[];
  /** Time that operators' slots were in use, ms. */
  readonly busyMs: number;
  /** Offered slots in the mean over the run, for comparison with a formula. */
  readonly meanSlots: number;
}

/** Counts from the start; waits that began before `waitsFromMs` are left out, as those of a queue that has just opened. */
export function createMeasures(stage: Pick<Stage, 'now'>, townOf: (visitId: VisitId) => string, waitsFromMs = 0): Measures {
  const waits = new Map<VisitId, Wait>();
  const done: Waited[] = [];
  let [arrivals, sentAway, abandoned, kept, longestQueue, visits, waiting] = [0, 0, 0, 0, 0, 0, 0];
  const estimates = { shown: 0, kept: 0 };
  const desks = new Map<string, { slots: number; capacity: number; isHere: boolean; at: number; busyMs: number; hereMs: number; talks: number }>();
  const desk = (operatorId: string) => {
    const known = desks.get(operatorId) ?? { slots: 0, capacity: 0, isHere: false, at: 0, busyMs: 0, hereMs: 0, talks: 0 };
    desks.set(operatorId, known);
    const spanMs = stage.now - known.at;
    known.busyMs += spanMs * known.slots;
    // Who is in a pause but still has somebody in hand is at work with that much.
    known.hereMs += spanMs * (known.isHere ? known.capacity : known.slots);
    known.at = stage.now;
    return known;
  };
  const leaves = (wait: Wait) => {
    if (wait.isDone) return false;
    wait.isDone = true;
    waiting -= 1;
    return true;
  };
  return {
    arrived: () => void (arrivals += 1),
    sentAway: () => void (sentAway += 1),
    sees({ visitId, state, ticket }) {
      const wait = waits.get(visitId);
      if (ticket && !wait) {
        waits.set(visitId, { since: stage.now, town: townOf(visitId), class: ticket.class, offered: false, estimate: ticket.estimate, isDone: false });
        visits += 1;
        waiting += 1;
        longestQueue = Math.max(longestQueue, waiting);
      }
      if (ticket?.estimate && wait && !wait.isDone) wait.estimate ??= ticket.estimate;
      if (state !== 'with-operator' || !wait || !leaves(wait)) return;
      const waitMs = stage.now - wait.since;
      if (wait.since < waitsFromMs) return;
      done.push({ waitMs, town: wait.town, class: wait.class });
      if (!wait.estimate) return;
      estimates.shown += 1;
      if (waitMs >= wait.estimate.fromMs && waitMs <= wait.estimate.toMs) estimates.kept += 1;
    },
    offered(visitId) {
      const wait = waits.get(visitId);
      if (wait) wait.offered = true;
    },
    gaveUp(visitId) {
      const wait = waits.get(visitId);
      if (wait && leaves(wait)) abandoned += 1;
    },
    keeps(visitId) {
      const wait = waits.get(visitId);
      if (wait && leaves(wait)) kept += 1;
    },
    ended(visitId) {
      const wait = waits.get(visitId);
      if (wait && leaves(wait)) abandoned += 1;
      waits.delete(visitId);
    },
    slots(operatorId, inHand) {
      const known = desk(operatorId);
      if (inHand > known.slots) known.talks += 1;
      known.slots = inHand;
    },
    presence(operatorId, presence, capacity) {
      const known = desk(operatorId);
      known.capacity = capacity;
      known.isHere = presence === 'available';
    },
    result() {
      const all = [...desks.keys()].map(desk);
      const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0);
      return {
        arrivals,
        sentAway,
        visits,
        waits: done,
        abandoned,
        kept,
        longestQueue,
        estimates,
        occupancy: sum(({ busyMs }) => busyMs) / Math.max(1, sum(({ hereMs }) => hereMs)),
        busyMs: sum(({ busyMs }) => busyMs),
        talks: all.map(({ talks }) => talks),
        meanSlots: sum(({ hereMs }) => hereMs) / Math.max(1, stage.now),
      };
    },
  };
}
