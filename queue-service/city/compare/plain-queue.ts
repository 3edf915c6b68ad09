import { visitId as visitIdSchema } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { createAgenda } from '../run/agenda.ts';
import { createMeasures } from '../run/measures.ts';
import type { MeasureResult } from '../run/measures.ts';
import { ANSWER_MS, WRAP_UP_MS } from '../world/citizens.ts';
import type { Citizen } from '../world/citizens.ts';
import type { Draws } from '../world/draws.ts';
import type { OperatorPlan } from '../world/operators.ts';

/**
 * How a queue without rules goes on when nobody who is free can help its head: `one-line`, all wait until somebody can; or
 * `by-skill`, there is a line for each skill, and a free operator takes who came first of those he can help.
 */
export type PlainOrder = 'one-line' | 'by-skill';

interface Waiting {
  readonly visitId: VisitId;
  readonly citizen: Citizen;
  /** His patience, to be forgotten when he is served. */
  patience: unknown;
  /** When he goes without a word; Infinity: he does not. */
  readonly goesAt: number;
}
interface Desk {
  readonly plan: OperatorPlan;
  inHand: number;
}

/** How long an operator looks for somebody who is not there, ms; as in the city. */
const SEARCH_MS = 25_000;

/** Whether an operator can help somebody as he is: his language, his service, his signs. */
const canHelp = ({ languages, skills, signLanguage }: OperatorPlan, { language, service, needs }: Citizen): boolean =>
  languages.includes(language) && skills.includes(service) && (signLanguage || !needs.includes('sign-language'));

const isAtWork = ({ shift, breaks }: OperatorPlan, at: number): boolean =>
  shift.from <= at && at < shift.to && !breaks.some(({ from, to }) => from <= at && at < to);

/**
 * A counter as it is without a queue like ours: everybody in the order in which he came, whatever his town, class or need; the
 * longest idle of those who can help him takes him. No kiosks, no network, no faults; the same people, desks and times.
 * @param world `isPlain`: an offer is taken at once, and nothing is noted after a talk; `waitsFromMs`: earlier waits are not measured.
 */
export function runPlainQueue(
  order: PlainOrder,
  world: { readonly citizens: readonly Citizen[]; readonly operators: readonly OperatorPlan[]; readonly isPlain: boolean; readonly waitsFromMs?: number },
  draws: Draws,
): MeasureResult {
  const { citizens, operators, isPlain } = world;
  const agenda = createAgenda();
  const clock = { now: 0 };
  const townOf = new Map<VisitId, string>();
  const measures = createMeasures(clock, (visitId) => townOf.get(visitId) ?? 'unknown', world.waitsFromMs);
  const line: Waiting[] = [];
  /** The longest idle first. */
  const desks: Desk[] = operators.map((plan) => ({ plan, inHand: 0 }));
  const after = (delayMs: number, act: () => void) => agenda.plan(clock.now + delayMs, act);

  const serve = (desk: Desk, { visitId, citizen, goesAt, patience }: Waiting) => {
    agenda.cancel(patience);
    desk.inHand += 1;
    measures.slots(desk.plan.subject, desk.inHand);
    after(isPlain ? 0 : Math.min(draws.exponential(ANSWER_MS - 1_000) + 1_000, 12_000), () => {
      measures.sees({ visitId, state: 'with-operator' });
      after(clock.now < goesAt ? citizen.talkMs : SEARCH_MS, () => {
        measures.ended(visitId);
        after(isPlain ? 0 : draws.logNormal(WRAP_UP_MS, 0.4), () => {
          desk.inHand -= 1;
          measures.slots(desk.plan.subject, desk.inHand);
          desks.push(...desks.splice(desks.indexOf(desk), 1));
          assign();
        });
      });
    });
  };
  const assign = () => {
    for (let index = 0; index < line.length; ) {
      const head = line[index];
      const desk = head && desks.find(({ plan, inHand }) => inHand < plan.capacity && isAtWork(plan, clock.now) && canHelp(plan, head.citizen));
      if (head && desk) {
        line.splice(index, 1);
        serve(desk, head);
      } else if (order === 'one-line') return;
      else index += 1;
    }
  };
  const arrive = (citizen: Citizen, visitId: VisitId) => {
    measures.sees({ visitId, state: 'waiting', ticket: { class: 'walk-up' } });
    const goesAt = citizen.isNoShow ? clock.now + draws.between(20_000, citizen.patienceMs) : Infinity;
    const waiting: Waiting = { visitId, citizen, goesAt, patience: undefined };
    line.push(waiting);
    if (Number.isFinite(citizen.patienceMs) && !citizen.isNoShow) {
      waiting.patience = after(citizen.patienceMs, () => {
        line.splice(line.indexOf(waiting), 1);
        measures.gaveUp(visitId);
        measures.ended(visitId);
        // He may have stood in everybody's way.
        assign();
      });
    }
    assign();
  };

  for (const [index, citizen] of citizens.entries()) {
    const visitId = visitIdSchema.parse(`v_${index.toString(16).padStart(24, '0')}`);
    townOf.set(visitId, citizen.town);
    agenda.plan(citizen.at, () => measures.arrived());
    if (citizen.isHelped) agenda.plan(citizen.at + citizen.aloneMs, () => arrive(citizen, visitId));
  }
  for (const { plan } of desks) {
    const say = () => {
      measures.presence(plan.subject, isAtWork(plan, clock.now) ? 'available' : 'not-ready', plan.capacity);
      assign();
    };
    for (const at of [plan.shift.from, plan.shift.to, ...plan.breaks.flatMap(({ from, to }) => [from, to])]) if (Number.isFinite(at)) agenda.plan(at, say);
  }
  for (let at = agenda.next(); at !== undefined; at = agenda.next()) {
    clock.now = at;
    agenda.runDue(at);
  }
  return measures.result();
}
