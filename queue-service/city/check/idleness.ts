import { capableFrom } from './picture.ts';
import type { Operator, Picture, Visit } from './picture.ts';
import type { Findings } from './report.ts';
import type { Rule } from './rule.ts';

/** How long somebody may wait beside an operator who could take him, ms (domain.md part 8, design part 6). */
export const IDLE_MS = 100;

/**
 * `idle-capable-operator`: an operator who could be offered a visit, and a visit that could be offered to him, both for
 * longer than {@link IDLE_MS}; counted from the end of the settling when there was a fault.
 */
export function createIdleness(picture: Picture, findings: Findings): Rule {
  const { header, agenda, faults } = picture;
  /** Waiting visits by lanes that are open, and operators by lanes they serve who were idle once; others are taken out when met. */
  const visitsIn = new Map<string, Set<Visit>>();
  const lanesOf = new Map<Visit, string[]>();
  const operatorsIn = new Map<string, Set<Operator>>();
  /** The wait of a visit, by its beginning, that was told already. */
  const told = new WeakMap<Visit, number>();

  const put = <Member>(index: Map<string, Set<Member>>, lane: string, member: Member): void => {
    const members = index.get(lane);
    if (members) members.add(member);
    else index.set(lane, new Set([member]));
  };

  /** The moment until which the two may stand side by side; undefined while they do not, or a fault is running. */
  const dueOf = (visit: Visit, operator: Operator): number | undefined => {
    const kiosk = picture.kiosks.get(visit.kioskId);
    if (visit.waitingSince === undefined || operator.idleSince === undefined || !kiosk || faults.calmFrom === undefined) return undefined;
    const capable = capableFrom(picture, visit, operator);
    if (capable === undefined || capable === Infinity) return undefined;
    const since = Math.max(visit.waitingSince, operator.idleSince, capable, kiosk.link.calmFrom, operator.link.calmFrom, faults.calmFrom);
    return since + IDLE_MS + header.lagMs;
  };

  /** Judges a pair when the history has gone beyond `beyond`, or looks again when it is due later. */
  const look = (visit: Visit, operator: Operator, beyond: number): void => {
    const due = dueOf(visit, operator);
    if (due === undefined || told.get(visit) === visit.waitingSince) return;
    if (due > beyond) return agenda.later(due, () => look(visit, operator, due));
    told.set(visit, visit.waitingSince ?? 0);
    findings.add({
      name: 'idle-capable-operator',
      at: due,
      seqs: [visit.waitingSeq, operator.idleSeq],
      visitId: visit.visitId,
      operatorId: operator.operatorId,
      sentence: `${visit.visitId} went on waiting although ${operator.operatorId} was free for it.`,
    });
  };

  const lookFor = (operator: Operator, beyond: number): void => {
    if (operator.idleSince === undefined) return;
    for (const lane of operator.lanes) {
      for (const visit of visitsIn.get(lane) ?? []) look(visit, operator, beyond);
    }
  };

  const enter = (visit: Visit, lane: string, since: number, at: number): void => {
    if (visit.waitingSince !== since) return;
    put(visitsIn, lane, visit);
    lanesOf.get(visit)?.push(lane);
    agenda.later(at + IDLE_MS + header.lagMs, () => {
      if (visit.waitingSince !== since) return;
      for (const operator of operatorsIn.get(lane) ?? []) {
        if (operator.idleSince === undefined) operatorsIn.get(lane)?.delete(operator);
        else look(visit, operator, at + IDLE_MS + header.lagMs);
      }
    });
  };

  picture.onWaiting = (visit) => {
    const since = visit.waitingSince;
    const [plan] = visit.plans;
    if (since === undefined || plan === undefined || visit.ticket === undefined) return;
    lanesOf.set(visit, []);
    for (const { lane, afterMs } of plan) {
      const opens = visit.ticket.sinceMost + (afterMs > 0 ? afterMs + header.policy.sweepMs + header.lagMs : 0);
      if (opens <= since) enter(visit, lane, since, since);
      else agenda.later(opens, () => enter(visit, lane, since, opens));
    }
  };
  picture.onWaitingOver = (visit) => {
    for (const lane of lanesOf.get(visit) ?? []) visitsIn.get(lane)?.delete(visit);
    lanesOf.delete(visit);
  };
  picture.onIdle = (operator) => {
    const since = operator.idleSince ?? 0;
    for (const lane of operator.lanes) put(operatorsIn, lane, operator);
    const due = since + IDLE_MS + header.lagMs;
    agenda.later(due, () => {
      if (operator.idleSince === since) lookFor(operator, due);
    });
  };
  // Pairs that met while a fault was running were passed over.
  picture.onCalm = () => {
    const { calmFrom } = faults;
    if (calmFrom === undefined) return;
    const due = calmFrom + IDLE_MS + header.lagMs;
    agenda.later(due, () => {
      for (const operator of picture.operators.values()) lookFor(operator, due);
    });
  };
  return {};
}
