import type { PriorityClass } from '@videosportello/protocol/messages/visit.ts';
import { HISTORY_VERSION, headerLine, historyLine } from '../../history/line.ts';
import type { Desk, Header, HistoryLine, Invoke, Operation, PlanStep, VisitView } from '../../history/line.ts';
import { streamLine } from '../../history/service-stream.ts';
import type { StreamLine } from '../../history/service-stream.ts';
import { createAgenda } from '../agenda.ts';
import type { Breach } from '../report.ts';
import { createHarm } from './model-faults.ts';
import type { Client } from './model-faults.ts';
import { createModelQueue } from './model-queue.ts';
import type { Answer, ModelOperator, ModelVisit } from './model-queue.ts';
import { createSeededRandom } from '../../seeded-random.ts';

/** A history of a small invented city, with what its service said of itself. */
export interface ModelRun {
  readonly header: Header;
  readonly lines: readonly HistoryLine[];
  readonly stream: readonly StreamLine[];
}

const STARTS_AT = Date.UTC(2026, 10, 23, 8);
const hex = (number: number) => number.toString(16).padStart(24, '0');
const lanes = ['valfiorita.it', 'pool.it', 'pool.signs'] as const;

/**
 * Plays a random city against the model queue.
 * @param options `without`: the guard that is taken out; `isCalm`: nothing breaks; `forMs`: how long citizens come.
 */
export function playCity(
  seed: number,
  options: { readonly without?: Breach; readonly isCalm?: boolean; readonly forMs?: number } = {},
): ModelRun {
  const { without, isCalm = false } = options;
  const random = createSeededRandom(seed);
  const between = (from: number, to: number) => from + random.integer(to - from + 1);
  const agenda = createAgenda();
  const lagMs = random.chance(0.3) ? 40 : 0;
  const coalesces = random.chance(0.5);
  const forMs = options.forMs ?? between(40_000, 120_000);
  const leases = { operatorLeaseMs: 4_000, instanceLeaseMs: 5_000, kioskGraceMs: 30_000 };
  const policy = { ...leases, offerMs: 15_000, refusalMs: 8_000, handOverMs: 60_000 };
  const header = headerLine.parse({
    line: 'header',
    format: 'videosportello-history',
    version: HISTORY_VERSION,
    seq: 1,
    at: 0,
    who: 'city',
    seed,
    startsAt: STARTS_AT,
    lagMs,
    towns: ['Valfiorita'],
    rules: ['2026-1'],
    classes: ['coming-back', 'assisted', 'walk-up'],
    operators: Array.from({ length: between(1, 4) }, (_, index) => ({
      operatorId: `op_${hex(index + 1)}`,
      capacity: between(1, 2),
      lanes: lanes.filter((_lane, place) => place === 1 || random.chance(0.6)),
    })),
    policy: { ...policy, sweepMs: 200, wideningMs: [0, 3_000] },
  });
  const lines: HistoryLine[] = [];
  const stream: StreamLine[] = [];
  let requests = 0;
  type Unnumbered<Line> = Line extends unknown ? Omit<Line, 'seq' | 'at' | 'who'> : never;
  const write = (who: string, line: Unnumbered<HistoryLine>) => {
    lines.push(historyLine.parse({ seq: lines.length + 2, at: agenda.now, who, ...line }));
  };

  const clients = new Map<string, Client>();
  const addClient = (who: string) => {
    const links = { session: 0, isOpen: false, isCut: false, isDown: false, isBusy: false };
    clients.set(who, { who, ...links, outbox: [], held: [], pending: new Map(), visit: undefined, talks: new Set() });
  };
  const clientOf = (who: string) => clients.get(who) as Client;

  const viewOf = (visit: ModelVisit): VisitView =>
    ({
      visitId: visit.id,
      state: visit.state,
      fence: visit.fence,
      ...(visit.state === 'waiting' || visit.state === 'offered'
        ? { ticket: { ticketId: visit.ticketId, class: visit.class, place: 1, estimate: { fromMs: 0, toMs: 30_000 } } }
        : {}),
    }) as VisitView;
  const deskOf = (operator: ModelOperator): Desk => ({
    presence: operator.presence,
    visits: [...operator.slots].flatMap(([visitId, slot]) => {
      const visit = model.visits.get(visitId);
      if (!visit || slot === 'offered') return [];
      return [{ ...viewOf(visit), state: slot === 'in-call' ? ('with-operator' as const) : ('wrap-up' as const) }];
    }),
  });
  const offerOf = (visit: ModelVisit) => ({
    offerId: visit.offerId,
    visitId: visit.id,
    kioskId: visit.kioskId,
    class: visit.class,
    remainingMs: Math.max(visit.offerEnds - agenda.now, 0),
  });

  /** One message of any client that has one; within a moment the order between clients is chance. */
  const pump = (): void => {
    const ready = [...clients.values()].filter(({ outbox, isCut }) => !isCut && outbox[0] !== undefined && outbox[0].readyAt <= agenda.now);
    ready[random.integer(ready.length)]?.outbox.shift()?.run();
  };
  const send = (who: string, session: number, what: string, run: () => void): void => {
    const { outbox } = clientOf(who);
    // A whole view that has not left yet is replaced by the newer one.
    const older = coalesces && what !== '' ? outbox.findIndex((entry) => entry.what === what) : -1;
    if (older >= 0) outbox.splice(older, 1);
    const readyAt = Math.max(outbox.at(-1)?.readyAt ?? 0, agenda.now + (lagMs > 0 ? random.integer(lagMs) : 0));
    outbox.push({ readyAt, what, run: () => (clientOf(who).session === session ? run() : undefined) });
    agenda.later(readyAt, pump);
  };
  const push = (who: string, run: (session: number) => void, what = ''): void => {
    const session = (model.operators.get(who) ?? model.kiosks.get(who))?.session ?? 0;
    if (session > 0) send(who, session, what, () => run(session));
  };

  const model = createModelQueue(header, without, () => agenda.now, {
    visitChanged(visit) {
      const view = viewOf(visit);
      push(visit.kioskId, (session) => {
        write(visit.kioskId, { line: 'saw', session, what: 'visit.changed', visit: view });
        see(clientOf(visit.kioskId), view);
      }, `visit ${view.state === 'ended' ? visit.id : ''}`);
    },
    offerMade(operator, visit) {
      const offer = offerOf(visit) as never;
      const { offerId } = visit;
      push(operator.id, (session) => {
        write(operator.id, { line: 'saw', session, what: 'offer.made', offer });
        consider(clientOf(operator.id), offerId);
      });
    },
    offerWithdrawn: (operator, offerId, why) =>
      push(operator.id, (session) => write(operator.id, { line: 'saw', session, what: 'offer.withdrawn', offerId: offerId as never, why })),
    visitLost: (operator, visitId) =>
      push(operator.id, (session) => {
        clientOf(operator.id).talks.delete(visitId);
        write(operator.id, { line: 'saw', session, what: 'visit.lost', visitId: visitId as never });
      }),
    deskChanged(operator) {
      const desk = deskOf(operator);
      push(operator.id, (session) => {
        write(operator.id, { line: 'saw', session, what: 'desk.changed', desk });
        if (desk.presence === 'not-ready') beAvailableLater(clientOf(operator.id));
        for (const { visitId, state } of desk.visits) if (state === 'wrap-up') wrapUp(clientOf(operator.id), visitId);
      }, 'desk');
    },
    step(kind, visit, more) {
      if (without === 'stream-differs' && kind === 'declined') return;
      const { id: visitId, kioskId, fence } = visit;
      const event = { id: `${stream.length + 1}-0`, at: STARTS_AT + agenda.now, visitId, kioskId, kind, fence, ...more };
      stream.push(streamLine.parse({ line: 'step', event }));
    },
  });

  function request(
    client: Client,
    op: Operation,
    more: Partial<Record<'visitId' | 'offerId' | 'kept', string>> & Pick<Partial<Invoke>, 'presence' | 'plan' | 'receipt'>,
    work: () => Answer,
    done: (line: 'ok' | 'fail' | 'unknown', answer: Answer) => void = () => undefined,
  ): void {
    const id = `r${(requests += 1)}`;
    const { who } = client;
    const session = op === 'hello' ? client.session + 1 : client.session;
    if (op === 'hello') client.session = session;
    write(who, { line: 'invoke', session, id, op, ...(more as Partial<Invoke>) });
    client.pending.set(id, done);
    const arrive = (): void => {
      if (client.session !== session) return;
      if (client.isCut) return void client.held.push(arrive);
      const answer = work();
      const operator = model.operators.get(who);
      const visit = answer.visit && viewOf(answer.visit);
      const desk = operator && op === 'hello' ? deskOf(operator) : undefined;
      const offered = operator && [...operator.slots].find(([, slot]) => slot === 'offered');
      const asked = offered && model.visits.get(offered[0]);
      const offer = asked?.state === 'offered' ? asked : undefined;
      const offerId = offer?.offerId;
      const offers = op === 'hello' && offer ? { offers: [offerOf(offer) as never] } : {};
      send(who, session, '', () => {
        if (!client.pending.delete(id)) return;
        const isLost = without === 'unanswered' && (op === 'wrap-up.done' || op === 'offer.decline') && random.chance(0.3);
        const told = { session, id, ...(visit ? { visit } : {}), ...(desk ? { desk } : {}), ...offers, ...(answer.kept ? { kept: answer.kept } : {}) };
        if (!isLost) write(who, answer.fail ? { line: 'fail', session, id, code: answer.fail } : { line: 'ok', ...told });
        if (visit && !operator) see(client, visit);
        if (op === 'hello' && !visit) client.visit = undefined;
        done(answer.fail ? 'fail' : 'ok', answer);
        for (const { visitId, state } of desk?.visits ?? []) (state === 'wrap-up' ? wrapUp : talk)(client, visitId);
        if (offerId !== undefined && op === 'hello') consider(client, offerId);
      });
    };
    const wait = lagMs > 0 ? random.integer(30) : 0;
    if (wait === 0 && random.chance(0.5)) arrive();
    else agenda.later(agenda.now + wait, arrive);
  }

  /** The client's socket closes; the service hears of it unless the network is cut. */
  const close = (client: Client): void => {
    if (!client.isOpen) return;
    client.isOpen = false;
    for (const id of client.pending.keys()) write(client.who, { line: 'unknown', session: client.session, id });
    client.pending.clear();
    client.outbox.length = 0;
    client.held.length = 0;
    write(client.who, { line: 'saw', session: client.session, what: 'closed' });
    if (!client.isCut) model.close(client.who, client.session);
  };
  const connect = (client: Client): void => {
    if (client.isOpen || client.isDown || client.isCut) return;
    client.isOpen = true;
    const { who } = client;
    const mine = [...client.talks];
    client.talks.clear();
    const session = client.session + 1;
    const isOperator = who.startsWith('op_');
    request(
      client,
      'hello',
      isOperator ? {} : { receipt: true },
      () => (isOperator ? model.operatorHello(who, session) : model.kioskHello(who, session)),
      (line) => {
        if (line !== 'ok') return;
        client.isBusy = false;
        if (!isOperator) return;
        if (model.operators.get(who)?.presence === 'not-ready') beAvailableLater(client);
        // A page that missed its loss still tries to end the talk.
        for (const visitId of mine) {
          if (!client.talks.has(visitId)) request(client, 'visit.end', { visitId }, () => model.endByOperator(who, visitId));
        }
      },
    );
  };

  /** Does something later, if the page is still the same and its socket open. */
  const later = (client: Client, ms: number, work: () => void): void => {
    const { session } = client;
    agenda.later(agenda.now + ms, () => {
      if (client.session === session && client.isOpen) work();
    });
  };

  function see(client: Client, view: VisitView): void {
    client.visit = view.state === 'ended' ? undefined : view;
  }
  function beAvailableLater(client: Client): void {
    later(client, between(100, 4_000), () => {
      if (model.operators.get(client.who)?.presence === 'not-ready') setPresence(client, 'available');
    });
  }
  const setPresence = (client: Client, presence: 'available' | 'not-ready'): void =>
    request(client, 'presence.set', { presence }, () => model.setPresence(client.who, presence), () => {
      if (presence === 'not-ready') beAvailableLater(client);
    });
  function consider(client: Client, offerId: string): void {
    const choice = random.integer(10);
    if (choice === 0) return;
    if (choice === 9) return later(client, 15_000 + between(100, 400), () => accept(client, offerId));
    later(client, random.chance(0.3) ? 0 : between(0, 4_000), () => {
      if (choice === 1) request(client, 'offer.decline', { offerId }, () => model.decline(client.who, offerId));
      else if (choice === 2) setPresence(client, 'not-ready');
      else accept(client, offerId);
    });
  }
  const accept = (client: Client, offerId: string): void =>
    request(client, 'offer.accept', { offerId }, () => model.accept(client.who, offerId), (line, { visit }) => {
      if (line === 'ok' && visit) talk(client, visit.id);
    });
  function talk(client: Client, visitId: string): void {
    client.talks.add(visitId);
    later(client, between(500, 9_000), () => {
      if (!client.talks.delete(visitId)) return;
      const end = (done?: () => void) => request(client, 'visit.end', { visitId }, () => model.endByOperator(client.who, visitId), done);
      if (!random.chance(0.15)) return end(() => wrapUp(client, visitId));
      // The key to end it is pressed once more, a little too late.
      const again = () => later(client, between(10, 3_000), end);
      request(client, 'visit.hand-over', { visitId }, () => model.handOver(client.who, visitId), again);
    });
  }
  function wrapUp(client: Client, visitId: string): void {
    client.talks.delete(visitId);
    later(client, between(0, 3_000), () => request(client, 'wrap-up.done', { visitId }, () => model.wrapUp(client.who, visitId)));
  }

  const planFor = (): PlanStep[] =>
    random.chance(0.2)
      ? [{ lane: lanes[2], afterMs: 0 }]
      : [{ lane: lanes[0], afterMs: 0 }, ...(random.chance(0.7) ? [{ lane: lanes[1], afterMs: 3_000 }] : [])];
  /** Kept tickets that were given to somebody. */
  const tickets: string[] = [];
  /** What a citizen does next; kiosks are looked at again and again. */
  const act = (client: Client): void => {
    const { who, visit } = client;
    if (!client.isOpen || client.isBusy || client.pending.size > 0) return;
    const isOver = agenda.now >= forMs;
    const own = (work: (visit: ModelVisit) => Answer) => (): Answer => {
      const running = visit && model.visitOf(who, visit.visitId);
      return running ? work(running) : { fail: 'visit-unknown' };
    };
    const free = () => {
      client.isBusy = false;
    };
    const ask = (op: Operation, work: () => Answer, plan?: PlanStep[]) => {
      client.isBusy = true;
      request(client, op, { ...(visit ? { visitId: visit.visitId } : {}), ...(plan ? { plan } : {}) }, work, free);
    };
    const keep = (running: VisitView) => {
      client.isBusy = true;
      request(client, 'ticket.keep', { visitId: running.visitId }, own(model.leaveWithTicket), (line, answer) => {
        free();
        if (line === 'ok' && answer.kept) tickets.push(answer.kept.name);
      });
    };
    /** A ticket that was given to somebody; he may have been here with it before. */
    const show = (name: string, plan: PlanStep[]) => {
      client.isBusy = true;
      request(client, 'ticket.show', { kept: name, plan }, own((running) => model.comeBack(running, name, plan)), free);
    };
    const foreign = random.chance(0.03) && [...model.visits.values()].find(({ kioskId, state }) => kioskId !== who && state !== 'ended');
    if (foreign) {
      const end = () => (without === 'foreign-visit' ? model.endByKiosk(foreign) : { fail: 'visit-unknown' as const });
      request(client, 'visit.end', { visitId: foreign.id }, end);
    }
    const of: PriorityClass = random.chance(0.2) ? 'assisted' : 'walk-up';
    const plan = planFor();
    const ticket = random.chance(0.3) ? tickets[random.integer(tickets.length)] : undefined;
    if (!visit) {
      if (!isOver && random.chance(0.5)) ask('visit.open', () => model.openVisit(who));
    } else if (isOver || random.chance(0.02)) ask('visit.end', own(model.endByKiosk));
    else if (visit.state === 'alone' && ticket !== undefined) show(ticket, plan);
    else if (visit.state === 'alone') ask('ticket.open', own((running) => model.openTicket(running, plan, of)), plan);
    else if (visit.state === 'waiting' && random.chance(0.08)) {
      if (random.chance(0.5)) keep(visit);
      else ask('visit.step', own((running) => model.setPlan(running, plan)), plan);
    } else if (visit.state !== 'with-operator' && random.chance(0.04)) ask('ticket.cancel', own(model.cancelTicket));
  };

  /** The same operator in another window; the first one presses a key before it knows. */
  const openSecondWindow = (client: Client): void => {
    const { who, session } = client;
    if (!client.isOpen || client.isCut || client.talks.size > 0) return;
    for (const id of client.pending.keys()) write(who, { line: 'unknown', session, id });
    client.pending.clear();
    client.outbox.length = 0;
    client.isOpen = false;
    connect(client);
    agenda.later(agenda.now + lagMs + 100, () => {
      if (client.session !== session + 1 || !client.isOpen || client.pending.size > 0) return;
      const id = `r${(requests += 1)}`;
      write(who, { line: 'invoke', session, id, op: 'presence.set', presence: 'available' });
      if (without === 'stale-fence-accepted') write(who, { line: 'ok', session, id });
      else write(who, { line: 'fail', session, id, code: 'link-lost' });
      write(who, { line: 'saw', session, what: 'session.replaced' });
      write(who, { line: 'saw', session, what: 'closed' });
    });
  };
  /** An offer is shown again, as when its visit has got another media node. */
  const showAgain = (operator: ModelOperator): void => {
    const asked = [...operator.slots].find(([, slot]) => slot === 'offered');
    const visit = asked && model.visits.get(asked[0]);
    if (visit?.state !== 'offered') return;
    const offer = offerOf(visit) as never;
    push(operator.id, (session) => write(operator.id, { line: 'saw', session, what: 'offer.made', offer }));
  };

  const harm = createHarm({
    random,
    agenda,
    model,
    clients,
    policy: header.policy,
    close,
    connect,
    note: (fault, what, targets) => write('city', { line: 'fault', fault, what, ...(targets ? { targets: [...targets] } : {}) }),
    release(client) {
      for (const arrive of client.held.splice(0)) arrive();
      for (let left = client.outbox.length; left > 0; left -= 1) agenda.later(agenda.now + lagMs, pump);
    },
  });

  for (const operator of model.operators.keys()) addClient(operator);
  for (let index = 1, count = between(2, random.chance(0.2) ? 20 : 7); index <= count; index += 1) {
    model.addKiosk(`kiosk-${index}`);
    addClient(`kiosk-${index}`);
  }
  const endsAt = forMs + 120_000;
  const every = (ms: number, until: number, work: () => void): void =>
    agenda.later(agenda.now + ms, () => {
      work();
      if (agenda.now < until) every(ms, until, work);
    });
  for (const client of clients.values()) {
    agenda.later(random.integer(500), () => connect(client));
    if (!client.who.startsWith('op_')) every(between(300, 1_500), endsAt, () => act(client));
  }
  for (const operator of model.operators.values()) {
    every(between(5_000, 20_000), forMs, () => showAgain(operator));
    if (random.chance(0.3)) every(between(10_000, 40_000), forMs, () => openSecondWindow(clientOf(operator.id)));
  }
  every(200, endsAt, model.sweep);
  if (!isCalm) every(between(3_000, 20_000), forMs, harm);
  agenda.runBefore(endsAt);
  // Nobody hears any more what comes now.
  for (const { who, session, pending } of clients.values()) for (const id of pending.keys()) write(who, { line: 'unknown', session, id });
  write('city', { line: 'end', drained: true });
  return { header, lines, stream };
}
