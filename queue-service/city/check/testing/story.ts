import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { Fence } from '@videosportello/protocol/grant.ts';
import { HISTORY_VERSION, headerLine, historyLine } from '../../history/line.ts';
import type { FaultLine, Header, HistoryLine, PlanStep } from '../../history/line.ts';
import type { StreamLine } from '../../history/service-stream.ts';
import { createChecker } from '../checker.ts';
import type { CheckOptions, CheckReport } from '../checker.ts';

const hex = (number: number) => number.toString(16).padStart(24, '0');
/** The operators of every story: two with room for one, one with room for two. */
export const [ANNA, BRUNO, CARLA] = [`op_${hex(1)}`, `op_${hex(2)}`, `op_${hex(3)}`];
const LANE = 'valfiorita.it';

type View = { state: 'alone' | 'waiting' | 'offered' | 'with-operator' | 'wrap-up' | 'ended'; fence?: Fence };
interface Told {
  readonly visitId: string;
  fence: Fence;
  class: 'walk-up' | 'assisted' | 'coming-back';
  ticketId: string;
}
type Ending = { readonly drained?: boolean } & Partial<CheckOptions>;
type Fields = Record<string, unknown>;

/** A history written by hand, line by line; each step writes what its client sends and sees when all goes well. */
export function createStory(options: { readonly lagMs?: number; readonly lanes?: Record<string, readonly string[]> } = {}) {
  const header: Header = headerLine.parse({
    line: 'header',
    format: 'videosportello-history',
    version: HISTORY_VERSION,
    seq: 1,
    at: 0,
    who: 'city',
    seed: 1,
    startsAt: Date.UTC(2026, 10, 23, 8),
    lagMs: options.lagMs ?? 0,
    towns: ['Valfiorita'],
    rules: ['2026-1'],
    classes: ['coming-back', 'assisted', 'walk-up'],
    operators: [ANNA, BRUNO, CARLA].map((operatorId) => ({
      operatorId,
      capacity: operatorId === CARLA ? 2 : 1,
      lanes: options.lanes?.[operatorId ?? ''] ?? [LANE],
    })),
    policy: {
      offerMs: 15_000,
      operatorLeaseMs: 4_000,
      instanceLeaseMs: 5_000,
      kioskGraceMs: 30_000,
      refusalMs: 30_000,
      handOverMs: 600_000,
      sweepMs: 200,
      wideningMs: [0, 60_000],
    },
  });
  const lines: HistoryLine[] = [];
  const stream: StreamLine[] = [];
  const sessions = new Map<string, number>();
  const visits = new Map<string, Told>();
  let now = 0;
  let requests = 0;
  let fences = 0;
  let offers = 0;
  const nextFence = (): Fence => ({ epoch: 1, counter: (fences += 1) });
  const toldOf = (kiosk: string): Told => visits.get(kiosk) as Told;
  const write = (who: string, fields: Fields) => lines.push(historyLine.parse({ seq: lines.length + 2, at: now, who, ...fields }));
  const session = (who: string) => sessions.get(who) ?? 1;
  const ask = (who: string, op: string, fields: Fields = {}): string => {
    const id = `r${(requests += 1)}`;
    write(who, { line: 'invoke', session: session(who), id, op, ...fields });
    return id;
  };
  const answer = (who: string, id: string, fields: Fields = {}, of = session(who)) =>
    write(who, { line: 'ok', session: of, id, ...fields });
  const fail = (who: string, id: string, code: ErrorCode) => write(who, { line: 'fail', session: session(who), id, code });
  const saw = (who: string, what: string, fields: Fields = {}) => write(who, { line: 'saw', session: session(who), what, ...fields });
  const view = (told: Told, { state, fence = told.fence }: View) => ({
    visitId: told.visitId,
    state,
    fence,
    ...(state === 'waiting' || state === 'offered' ? { ticket: { ticketId: told.ticketId, class: told.class, place: 1 } } : {}),
  });

  const story = {
    header,
    lines,
    ask,
    answer,
    fail,
    saw,
    visitId: (kiosk: string) => toldOf(kiosk).visitId,
    /** Time goes on to this moment, ms. */
    at(ms: number) {
      now = ms;
      return story;
    },
    fault(fault: string, what: FaultLine['what'], targets?: readonly string[]) {
      write('city', { line: 'fault', fault, what, ...(targets ? { targets } : {}) });
    },
    unknown: (who: string, id: string) => write(who, { line: 'unknown', session: session(who), id }),
    hello(who: string, fields: Fields = who.startsWith('op_') ? { desk: { presence: 'not-ready', visits: [] } } : {}, more: Fields = {}) {
      sessions.set(who, (sessions.get(who) ?? 0) + 1);
      answer(who, ask(who, 'hello', more), fields);
    },
    /** What this desk holds, for its hello. */
    desk: (presence: 'available' | 'not-ready', ...kiosks: readonly string[]) => ({
      desk: { presence, visits: kiosks.map((kiosk) => view(toldOf(kiosk), { state: 'with-operator' })) },
    }),
    see: (kiosk: string, state: View['state']) => saw(kiosk, 'visit.changed', { visit: view(toldOf(kiosk), { state }) }),
    shown: (kiosk: string, state: View['state']) => ({ visit: view(toldOf(kiosk), { state }) }),
    available(operator: string) {
      story.hello(operator);
      answer(operator, ask(operator, 'presence.set', { presence: 'available' }), { desk: { presence: 'available', visits: [] } });
    },
    open(kiosk: string) {
      if (!sessions.has(kiosk)) story.hello(kiosk);
      const id = ask(kiosk, 'visit.open');
      const told: Told = { visitId: `v_${hex((requests += 1))}`, fence: nextFence(), class: 'walk-up', ticketId: `t_${hex(requests)}` };
      visits.set(kiosk, told);
      answer(kiosk, id, { visit: view(told, { state: 'alone' }) });
    },
    ticket(kiosk: string, plan: readonly PlanStep[] = [{ lane: LANE, afterMs: 0 }]) {
      const told = toldOf(kiosk);
      answer(kiosk, ask(kiosk, 'ticket.open', { visitId: told.visitId, plan }), { visit: view(told, { state: 'waiting' }) });
    },
    /** A visit that waits. */
    queue(kiosk: string, of: Told['class'] = 'walk-up', plan?: readonly PlanStep[]) {
      story.open(kiosk);
      toldOf(kiosk).class = of;
      story.ticket(kiosk, plan);
    },
    offer(operator: string, kiosk: string): string {
      const told = toldOf(kiosk);
      told.fence = nextFence();
      const offerId = `o_${hex((offers += 1))}`;
      saw(operator, 'offer.made', { offer: { offerId, visitId: told.visitId, kioskId: kiosk, class: told.class, remainingMs: 15_000 } });
      story.see(kiosk, 'offered');
      return offerId;
    },
    accept(operator: string, kiosk: string, offerId: string) {
      answer(operator, ask(operator, 'offer.accept', { offerId }), { visit: view(toldOf(kiosk), { state: 'with-operator' }) });
      story.see(kiosk, 'with-operator');
    },
    take(operator: string, kiosk: string) {
      story.accept(operator, kiosk, story.offer(operator, kiosk));
    },
    /** The visit is back in the queue, as after a hand-over or when its operator has lapsed. */
    requeue(kiosk: string, of: Told['class'] = 'coming-back') {
      const told = toldOf(kiosk);
      told.fence = nextFence();
      told.class = of;
      story.see(kiosk, 'waiting');
    },
    /** The citizen takes his place along; it is kept until this moment, ms. */
    keep(kiosk: string, name: string, until = 3_600_000) {
      answer(kiosk, ask(kiosk, 'ticket.keep', { visitId: toldOf(kiosk).visitId }), { kept: { name, until } });
    },
    /** Somebody shows a kept ticket at a kiosk where nobody stands, and waits. */
    show(kiosk: string, name: string, plan: readonly PlanStep[] = [{ lane: LANE, afterMs: 0 }]) {
      if (!sessions.has(kiosk)) story.hello(kiosk);
      const id = ask(kiosk, 'ticket.show', { kept: name, plan });
      const told: Told = { visitId: `v_${hex((requests += 1))}`, fence: nextFence(), class: 'walk-up', ticketId: `t_${hex(requests)}` };
      visits.set(kiosk, told);
      answer(kiosk, id, { visit: view(told, { state: 'waiting' }) });
    },
    end(kiosk: string) {
      answer(kiosk, ask(kiosk, 'visit.end', { visitId: toldOf(kiosk).visitId }));
    },
    finishTalk(operator: string, kiosk: string) {
      answer(operator, ask(operator, 'visit.end', { visitId: toldOf(kiosk).visitId }));
      story.see(kiosk, 'ended');
      answer(operator, ask(operator, 'wrap-up.done', { visitId: toldOf(kiosk).visitId }));
    },
    step(kind: string, kiosk: string, more: Fields = {}) {
      const { visitId, fence } = toldOf(kiosk);
      const event = { id: `${stream.length + 1}-0`, at: header.startsAt + now, visitId, kioskId: kiosk, kind, fence, ...more };
      stream.push({ line: 'step', event } as StreamLine);
    },
    /** The step of this place in the stream comes once more. */
    repeatStep: (index: number) => stream.push(stream[index] as StreamLine),
    decision(id: string) {
      stream.push({ line: 'decision', decision: { id, at: header.startsAt + now } });
    },
    /** Ends the story a minute later and gives what the checker says of it. */
    check(given: Ending = {}): CheckReport {
      now += 60_000;
      write('city', { line: 'end', drained: given.drained ?? false });
      const checker = createChecker(header, { hasStream: false, ...given });
      for (const line of lines) {
        while (stream[0] !== undefined && momentOf(stream[0]) <= line.at) checker.takeStream(stream.shift() as StreamLine);
        checker.take(line);
      }
      return checker.finish();
    },
    /** The names of what was found. */
    names: (given: Ending = {}): string[] => story.check(given).findings.map((finding) => finding.name),
  };
  const momentOf = (line: StreamLine): number =>
    line.line === 'end' ? Infinity : (line.line === 'step' ? line.event.at : line.decision.at) - header.startsAt;
  return story;
}
