import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { Fence } from '@videosportello/protocol/grant.ts';
import type { PriorityClass, VisitState } from '@videosportello/protocol/messages/visit.ts';
import type { Header, PlanStep } from '../../history/line.ts';
import type { Breach } from '../report.ts';

/*
 * The smallest queue that obeys the rules, for histories that the checker must pass. Each guard can be taken out by the name
 * of the breach that it prevents.
 */

export interface ModelVisit {
  readonly id: string;
  readonly kioskId: string;
  state: VisitState;
  class: PriorityClass;
  ticketId: string;
  order: number;
  since: number;
  plan: readonly PlanStep[];
  operatorId: string;
  offerId: string;
  offerEnds: number;
  fence: Fence;
  readonly refusals: Map<string, number>;
}
export interface ModelOperator {
  readonly id: string;
  readonly capacity: number;
  readonly lanes: readonly string[];
  presence: 'available' | 'not-ready';
  isHere: boolean;
  session: number;
  leaseEnds: number;
  readonly slots: Map<string, 'offered' | 'in-call' | 'wrap-up'>;
}
export interface ModelKiosk {
  readonly id: string;
  isHere: boolean;
  session: number;
  graceEnds: number;
  visit: ModelVisit | undefined;
}
/** What the model tells its clients and its stream. */
export interface ModelOutput {
  visitChanged(visit: ModelVisit): void;
  offerMade(operator: ModelOperator, visit: ModelVisit): void;
  offerWithdrawn(operator: ModelOperator, offerId: string, why: 'expired' | 'citizen-left' | 'superseded'): void;
  visitLost(operator: ModelOperator, visitId: string): void;
  deskChanged(operator: ModelOperator): void;
  step(kind: string, visit: ModelVisit, more?: { operator?: string; reason?: string }): void;
}
export type Answer = { readonly visit?: ModelVisit | undefined; readonly fail?: ErrorCode; readonly kept?: { readonly name: string; readonly until: number } };

export type ModelQueue = ReturnType<typeof createModelQueue>;

/** Longer than any story. */
const KEPT_MS = 3_600_000;
const hex = (number: number) => number.toString(16).padStart(24, '0');

export function createModelQueue(header: Header, without: Breach | undefined, clock: () => number, out: ModelOutput) {
  const { policy, classes } = header;
  const visits = new Map<string, ModelVisit>();
  /** Places of those who come back later. */
  const kept = new Map<string, { readonly order: number; isUsed: boolean }>();
  const operators = new Map<string, ModelOperator>();
  const kiosks = new Map<string, ModelKiosk>();
  for (const { operatorId, capacity, lanes } of header.operators) {
    const fresh = { presence: 'not-ready' as const, isHere: false, session: 0, leaseEnds: Infinity };
    operators.set(operatorId, { id: operatorId, capacity, lanes, ...fresh, slots: new Map() });
  }
  let epoch = 1;
  let counter = 0;
  let number = 0;
  /** No offers before this moment: the queue is being rebuilt. */
  let closedUntil = 0;
  const nextFence = (): Fence => ({ epoch, counter: (counter += 1) });
  const operatorOf = (id: string) => operators.get(id) as ModelOperator;

  const couldTake = (operator: ModelOperator, visit: ModelVisit): boolean => {
    const now = clock();
    const room = without === 'capacity-exceeded' ? operator.capacity + 1 : operator.capacity;
    const isFree = operator.isHere && (operator.presence === 'available' || without === 'presence-ignored') && (without === 'second-offer' || ![...operator.slots.values()].includes('offered'));
    const isLane =
      without === 'wrong-lane' || visit.plan.some(({ lane, afterMs }) => operator.lanes.includes(lane) && visit.since + afterMs <= now);
    return isFree && !operator.slots.has(visit.id) && operator.slots.size < room && isLane && ((visit.refusals.get(operator.id) ?? 0) <= now || without === 'refusal-ignored');
  };

  const assign = (): void => {
    if (clock() < closedUntil) return;
    const rank = (visit: ModelVisit) => (without === 'class-skipped' ? -classes.indexOf(visit.class) : classes.indexOf(visit.class));
    const age = (visit: ModelVisit) => (without === 'overtaking' ? -visit.order : visit.order);
    const line = [...visits.values()]
      .filter(({ state, kioskId }) => state === 'waiting' && (kiosks.get(kioskId)?.isHere || without === 'absent-citizen'))
      .toSorted((a, b) => rank(a) - rank(b) || age(a) - age(b));
    for (const visit of line) {
      const operator = operators.values().find((candidate) => couldTake(candidate, visit));
      if (!operator) continue;
      visit.fence = nextFence();
      const offerId = `o_${hex((number += 1))}`;
      Object.assign(visit, { state: 'offered', operatorId: operator.id, offerId, offerEnds: clock() + policy.offerMs });
      operator.slots.set(visit.id, 'offered');
      out.step('offered', visit, { operator: operator.id });
      out.visitChanged(visit);
      out.offerMade(operator, visit);
    }
  };

  const requeue = (visit: ModelVisit): void => {
    Object.assign(visit, { state: 'waiting', operatorId: '', offerId: '' });
    out.visitChanged(visit);
  };
  const withdraw = (visit: ModelVisit, why: 'expired' | 'citizen-left' | 'superseded' | undefined): void => {
    const operator = operatorOf(visit.operatorId);
    operator.slots.delete(visit.id);
    if (why) out.offerWithdrawn(operator, visit.offerId, why);
    out.deskChanged(operator);
  };
  const end = (visit: ModelVisit, reason: string): void => {
    const { operatorId, state } = visit;
    if (state === 'offered') withdraw(visit, 'citizen-left');
    out.step('ended', visit, { reason, ...(operatorId === '' ? {} : { operator: operatorId }) });
    const isZombie = without === 'zombie-visit' && state === 'waiting';
    if (!isZombie) visit.state = 'ended';
    const kiosk = kiosks.get(visit.kioskId);
    if (kiosk?.visit === visit) kiosk.visit = undefined;
    if (state === 'with-operator') {
      operatorOf(operatorId).slots.set(visit.id, 'wrap-up');
      out.deskChanged(operatorOf(operatorId));
    } else if (!isZombie) visits.delete(visit.id);
    out.visitChanged({ ...visit, state: 'ended' });
  };
  /** A talk goes back to the head of the queue. */
  const bringBack = (visit: ModelVisit): void => {
    visit.class = 'coming-back';
    visit.fence = nextFence();
    requeue(visit);
    out.step('requeued', visit);
  };
  const lapse = (operator: ModelOperator): void => {
    Object.assign(operator, { isHere: false, presence: 'not-ready', leaseEnds: Infinity });
    for (const [visitId, slot] of operator.slots) {
      const visit = visits.get(visitId);
      operator.slots.delete(visitId);
      if (visit?.operatorId !== operator.id) continue;
      if (slot === 'offered') {
        out.step('offer-expired', visit, { operator: operator.id });
        out.offerWithdrawn(operator, visit.offerId, 'expired');
        requeue(visit);
      } else if (slot === 'in-call') {
        out.step('operator-lost', visit, { operator: operator.id });
        out.visitLost(operator, visitId);
        bringBack(visit);
      } else {
        out.step('wrapped-up', visit, { operator: operator.id, reason: 'not-set' });
        visits.delete(visitId);
      }
    }
  };

  return {
    operators,
    kiosks,
    visits,
    assign,
    addKiosk(id: string): void {
      kiosks.set(id, { id, isHere: false, session: 0, graceEnds: Infinity, visit: undefined });
    },
    /** Every {@link Header.policy} `sweepMs`. */
    sweep(): void {
      const now = clock();
      if (now < closedUntil) return;
      for (const visit of visits.values()) {
        if (visit.state !== 'offered' || visit.offerEnds > now || without === 'offer-past-lease') continue;
        const operator = operatorOf(visit.operatorId);
        out.step('offer-expired', visit, { operator: operator.id });
        operator.presence = 'not-ready';
        withdraw(visit, 'expired');
        requeue(visit);
      }
      for (const operator of operators.values()) if (operator.leaseEnds <= now) lapse(operator);
      for (const kiosk of kiosks.values()) {
        if (kiosk.graceEnds > now) continue;
        kiosk.graceEnds = Infinity;
        if (kiosk.visit) end(kiosk.visit, 'kiosk-lost');
      }
      assign();
    },
    /** The socket of this session is gone. */
    close(who: string, session: number): void {
      const operator = operators.get(who);
      const kiosk = kiosks.get(who);
      if (operator?.session === session) Object.assign(operator, { isHere: false, leaseEnds: clock() + policy.operatorLeaseMs });
      const graceEnds = kiosk?.visit ? clock() + policy.kioskGraceMs : Infinity;
      if (kiosk?.session === session) Object.assign(kiosk, { isHere: false, graceEnds });
    },
    kioskHello(kioskId: string, session: number): Answer {
      const kiosk = kiosks.get(kioskId) as ModelKiosk;
      Object.assign(kiosk, { isHere: true, session, graceEnds: Infinity });
      assign();
      return { visit: kiosk.visit };
    },
    operatorHello(operatorId: string, session: number): Answer {
      Object.assign(operatorOf(operatorId), { isHere: true, session, leaseEnds: Infinity });
      assign();
      return {};
    },
    openVisit(kioskId: string): Answer {
      const kiosk = kiosks.get(kioskId) as ModelKiosk;
      if (kiosk.visit) return { fail: 'kiosk-busy' };
      const fresh = { ticketId: '', order: 0, since: clock(), plan: [], operatorId: '', offerId: '', offerEnds: 0, fence: nextFence() };
      const visit: ModelVisit = { id: `v_${hex((number += 1))}`, kioskId, state: 'alone', class: 'walk-up', ...fresh, refusals: new Map() };
      visits.set(visit.id, visit);
      kiosk.visit = visit;
      out.step('opened', visit);
      return { visit };
    },
    /** The running visit of a kiosk, for the requests below. */
    visitOf: (kioskId: string, visitId: string): ModelVisit | undefined => {
      const visit = kiosks.get(kioskId)?.visit;
      return visit?.id === visitId ? visit : undefined;
    },
    openTicket(visit: ModelVisit, plan: readonly PlanStep[], of: PriorityClass): Answer {
      if (visit.state === 'alone') {
        const ticketId = `t_${hex((number += 1))}`;
        Object.assign(visit, { state: 'waiting', class: of, plan, ticketId, order: (number += 1), since: clock() });
        out.step('queued', visit);
        out.visitChanged(visit);
        assign();
      }
      return { visit };
    },
    /** The citizen leaves with his ticket, and may come back with it anywhere. */
    leaveWithTicket(visit: ModelVisit): Answer {
      if (visit.state !== 'waiting') return { fail: 'visit-state' };
      const name = `kept-${(number += 1)}`;
      kept.set(name, { order: visit.order, isUsed: false });
      end(visit, 'kept');
      assign();
      return { kept: { name, until: clock() + KEPT_MS } };
    },
    /** Somebody is back, at the place that he had. */
    comeBack(visit: ModelVisit, name: string, plan: readonly PlanStep[]): Answer {
      const place = kept.get(name);
      if (!place || (place.isUsed && without !== 'kept-ticket')) return { fail: 'ticket-used' };
      if (visit.state !== 'alone') return { fail: 'kiosk-busy' };
      place.isUsed = true;
      const order = without === 'overtaking' ? (number += 1) : place.order;
      Object.assign(visit, { state: 'waiting', class: 'coming-back', plan, ticketId: `t_${hex((number += 1))}`, order, since: clock() });
      out.step('queued', visit);
      out.visitChanged(visit);
      assign();
      return { visit };
    },
    setPlan(visit: ModelVisit, plan: readonly PlanStep[]): Answer {
      visit.plan = plan;
      assign();
      return {};
    },
    cancelTicket(visit: ModelVisit): Answer {
      if (visit.state === 'with-operator') return { fail: 'visit-state' };
      if (visit.state === 'offered') withdraw(visit, 'citizen-left');
      if (visit.state !== 'alone') out.step('cancelled', visit);
      Object.assign(visit, { state: 'alone', class: 'walk-up', ticketId: '', operatorId: '', offerId: '' });
      visit.refusals.clear();
      out.visitChanged(visit);
      assign();
      return { visit };
    },
    endByKiosk(visit: ModelVisit): Answer {
      end(visit, 'citizen');
      assign();
      return {};
    },
    setPresence(operatorId: string, presence: 'available' | 'not-ready'): Answer {
      const operator = operatorOf(operatorId);
      operator.presence = presence;
      const asked = [...operator.slots].find(([, slot]) => slot === 'offered');
      const visit = asked && visits.get(asked[0]);
      if (presence === 'not-ready' && visit) {
        out.step('declined', visit, { operator: operatorId });
        withdraw(visit, 'superseded');
        requeue(visit);
      }
      assign();
      return {};
    },
    accept(operatorId: string, offerId: string): Answer {
      const visit = visits.values().find((candidate) => candidate.offerId === offerId);
      if (!visit || visit.operatorId !== operatorId) return { fail: 'offer-gone' };
      if (visit.state !== 'offered') return visit.state === 'with-operator' ? { visit } : { fail: 'offer-gone' };
      if (visit.offerEnds <= clock() && without !== 'offer-past-lease') return { fail: 'offer-gone' };
      visit.state = 'with-operator';
      visit.refusals.clear();
      operatorOf(operatorId).slots.set(visit.id, 'in-call');
      out.step('accepted', visit, { operator: operatorId });
      out.visitChanged(visit);
      const taken = { ...visit };
      if (without === 'double-assignment') requeue(visit);
      assign();
      return { visit: taken };
    },
    decline(operatorId: string, offerId: string): Answer {
      const visit = visits.values().find((candidate) => candidate.offerId === offerId);
      if (!visit || visit.operatorId !== operatorId || visit.state !== 'offered') return { fail: 'offer-gone' };
      visit.refusals.set(operatorId, clock() + policy.refusalMs);
      out.step('declined', visit, { operator: operatorId });
      withdraw(visit, undefined);
      if (without === 'lost-visit') {
        visits.delete(visit.id);
        (kiosks.get(visit.kioskId) as ModelKiosk).visit = undefined;
      } else requeue(visit);
      assign();
      return {};
    },
    /** A request for a talk; `work` is done when it is his. */
    endByOperator(operatorId: string, visitId: string): Answer {
      const visit = visits.get(visitId);
      const isHis = visit?.operatorId === operatorId || without === 'stale-fence-accepted';
      if (!visit || !isHis || visit.state === 'ended') return { fail: 'visit-unknown' };
      if (visit.state !== 'with-operator') return without === 'stale-fence-accepted' ? {} : { fail: 'visit-state' };
      if (visit.operatorId === operatorId) end(visit, 'operator');
      assign();
      return {};
    },
    handOver(operatorId: string, visitId: string): Answer {
      const visit = visits.get(visitId);
      if (visit?.operatorId !== operatorId || visit.state !== 'with-operator') return { fail: 'visit-unknown' };
      visit.refusals.set(operatorId, clock() + policy.handOverMs);
      operatorOf(operatorId).slots.delete(visitId);
      out.step('handed-over', visit, { operator: operatorId });
      bringBack(visit);
      assign();
      return {};
    },
    wrapUp(operatorId: string, visitId: string): Answer {
      const operator = operatorOf(operatorId);
      const visit = visits.get(visitId);
      if (operator.slots.get(visitId) !== 'wrap-up' || !visit) return { fail: 'visit-unknown' };
      operator.slots.delete(visitId);
      out.step('wrapped-up', visit, { operator: operatorId, reason: 'served' });
      visits.delete(visitId);
      if (without !== 'idle-capable-operator') assign();
      return {};
    },
    /** The store is gone: what clients hold receipts for is known again, under a newer epoch, once all are back. */
    forget(rebuiltAt: number): void {
      epoch += 1;
      counter = 0;
      closedUntil = rebuiltAt;
      for (const visit of visits.values()) {
        if (visit.state === 'offered') Object.assign(visit, { state: 'waiting', operatorId: '', offerId: '' });
        if (visit.state === 'alone' || visit.state === 'ended') {
          visits.delete(visit.id);
          const kiosk = kiosks.get(visit.kioskId);
          if (kiosk?.visit === visit) kiosk.visit = undefined;
        }
      }
      for (const operator of operators.values()) {
        operator.presence = 'not-ready';
        for (const [visitId, slot] of operator.slots) if (slot !== 'in-call') operator.slots.delete(visitId);
      }
    },
  };
}
