import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { kioskId, visitId } from '@videosportello/protocol/ids.ts';
import { queueView } from '@videosportello/protocol/messages/queue-view.ts';
import { createTestQueue, plainRules, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import { refusalOf } from '../../testing/talk.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import { queuesReading } from '../redis/records.ts';
import type { RoutingRules } from '../routing/rules.ts';
import { leastOperators } from '../staffing/erlang-c.ts';
import { PROMISE } from './measures.ts';
import { queueViewOf, readQueueView } from './queue-view.ts';

describe('the view of the queue', function () {
  this.timeout(20_000);

  it('tells who waits and who is busy, as an answer and as events, to the administrator alone', async () => {
    await using town = await startTown();
    const desk = await town.desk('marta');
    const [first, second] = [await town.kiosk('kiosk-1'), await town.kiosk('kiosk-2')];
    await first.openVisit('it');
    await first.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    await desk.setPresence('not-ready', 'break');
    await second.openVisit('en');
    // Who is on a break and has somebody in hand is on duty.
    expect(await refusalOf(second.openTicket(['assisted']))).to.equal('none');

    const view = queueView.parse(await town.admin('GET', '/admin/queue'));
    expect(view.waiting).to.equal(1);
    expect(view.byClass).to.deep.equal({ 'coming-back': 0, 'walk-up': 0, assisted: 1 });
    const [{ longestWaitMs, ...queue } = expect.fail('no queue'), ...others] = view.queues;
    expect(queue).to.deep.equal({ town: 'Valfiorita', language: 'en', signLanguage: false, waiting: 1, able: 1 });
    expect([view.longestWaitMs, others]).to.deep.equal([longestWaitMs, []]);
    const nobody = { talking: 0, wrappingUp: 0, asked: 0, free: 0, paused: 0 };
    expect(view.operators).to.deep.equal({ ...nobody, onDuty: 1, talking: 1, places: 2, busy: 1, occupancy: 0.5 });
    expect([view.lastHour.tickets, view.lastHour.answered]).to.deep.equal([2, 1]);
    expect(JSON.stringify(view)).not.to.match(/kiosk-|op_|v_/);

    for (const path of ['/admin/queue', '/admin/queue/events']) {
      expect((await fetch(`${town.http}${path}`)).status).to.equal(401);
    }
    const token = (await readFile(join(town.config.dataDir, 'admin-token'), 'utf8')).trim();
    const reader = new AbortController();
    const stream = await fetch(`${town.http}/admin/queue/events`, { headers: { authorization: `Bearer ${token}` }, signal: reader.signal });
    expect(stream.headers.get('content-type')).to.match(/^text\/event-stream/);
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of stream.body ?? expect.fail()) {
      text += decoder.decode(piece as Uint8Array);
      if (text.includes('\n\n')) break;
    }
    reader.abort();
    const [, event, data] = /^event: (\w+)\ndata: (.*)\n\n/.exec(text) ?? [];
    expect(event).to.equal('queue');
    expect(queueView.parse(JSON.parse(data ?? '')).waiting).to.equal(1);
  });
});

describe('a reading of the queue', function () {
  this.timeout(20_000);
  let redis: TestRedis;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.close());

  const rules: RoutingRules = {
    ...plainRules,
    widening: [
      { afterSeconds: 0, reach: 'town', language: 'own', service: 'own' },
      { afterSeconds: 60, reach: 'pool', language: 'own', service: 'own' },
    ],
  };
  const viewOf = (queue: TestQueue) => readQueueView({ scripts: queue.scripts, eventsSince: async () => [] });

  it('counts each operator once, by the first thing he does', async () => {
    const queue = await createTestQueue(redis);
    const [ends, talks, asked] = [await queue.operator(1), await queue.operator(2), await queue.operator(3)];
    await queue.operator(4);
    await queue.operator(5, { available: false });
    const gone = await queue.operator(6, { available: false });
    await queue.operators.closeSession({ operatorId: gone, session: 'a', silentMs: 0 });
    for (const operator of [ends, talks]) {
      const { visitId: id } = await queue.ticket(`k${operator.at(-1)}`);
      await queue.operators.accept(operator, (await queue.offer(operator))?.offer ?? expect.fail('no offer'));
      if (operator === ends) await queue.visits.end({ visitId: id, operatorId: ends, reason: 'operator' });
      queue.clock.now += 10;
    }
    await queue.ticket('k3');
    expect((await queue.offer(asked))?.state).to.equal('offered');
    expect((await viewOf(queue)).operators).to.deep.equal({
      onDuty: 4,
      talking: 1,
      wrappingUp: 1,
      asked: 1,
      free: 1,
      paused: 1,
      places: 8,
      busy: 3,
      occupancy: 0.375,
      needed: undefined,
    });
  });

  it('says of each queue how many on duty may be asked for it, now or later', async () => {
    const queue = await createTestQueue(redis, {}, rules);
    await queue.operator(1, { capacity: 1, languages: ['it'] });
    await queue.operator(2, { capacity: 1, towns: ['Borgo Tiglio'], skills: [] });
    await queue.operator(3, { capacity: 1, signLanguage: true });
    // All three are being asked.
    for (const name of ['k1', 'k2', 'k3']) await queue.openTicket(await queue.visit(name), { town: 'Ronco' });
    await queue.ticket('k4');
    await queue.ticket('k5', ['sign-language']);
    await queue.openTicket(await queue.visit('k6'), { town: 'Ronco', service: 'information' });
    const { queues, operators } = await viewOf(queue);
    expect(operators.asked).to.equal(3);
    expect(queues.map(({ town, signLanguage, waiting, able }) => ({ town, signLanguage, waiting, able }))).to.have.deep.members([
      { town: 'Valfiorita', signLanguage: false, waiting: 1, able: 3 },
      { town: 'Valfiorita', signLanguage: true, waiting: 1, able: 1 },
      { town: undefined, signLanguage: false, waiting: 1, able: 2 },
    ]);
  });
});

describe('the view of a reading', () => {
  const operators = { onDuty: 0, talking: 0, wrappingUp: 0, asked: 0, free: 0, paused: 0, places: 0, busy: 0 };
  const ticket = {
    class: 'walk-up',
    service: '',
    language: 'it',
    since: 1_000,
    needs: '',
    plan: 'valfiorita.it.any=0 pool.it.any=60000',
    town: 'Valfiorita',
    place: 1,
    able: 2,
  };
  const view = (reading: object, events: readonly VisitEvent[] = []) =>
    queueViewOf(queuesReading.parse({ now: 61_000, waiting: [], handling: {}, operators, ...reading }), events);

  it('has a queue for each thing that people wait for, whose first waits longest first', () => {
    const waiting = [
      ticket,
      { ...ticket, since: 31_000, class: 'assisted', needs: 'assisted' },
      { ...ticket, needs: 'sign-language', since: 21_000 },
      { ...ticket, town: 'Borgo Tiglio', since: 500 },
      { ...ticket, plan: 'pool.it.any=0', town: 'Elsewhere', since: 60_000 },
      { ...ticket, plan: 'pool.it.any=0', town: 'Nowhere', since: 70_000 },
      { ...ticket, language: 'en', service: 'information', since: 11_000 },
    ];
    const { queues, byClass, longestWaitMs } = view({ waiting });
    expect(queues.map((queue) => [queue.town, queue.language, queue.service, queue.signLanguage, queue.waiting, queue.longestWaitMs])).to.deep.equal([
      ['Borgo Tiglio', 'it', undefined, false, 1, 60_500],
      ['Valfiorita', 'it', undefined, false, 2, 60_000],
      ['Valfiorita', 'en', 'information', false, 1, 50_000],
      ['Valfiorita', 'it', undefined, true, 1, 40_000],
      [undefined, 'it', undefined, false, 2, 1_000],
    ]);
    expect(byClass).to.deep.equal({ 'coming-back': 0, assisted: 1, 'walk-up': 6 });
    expect(longestWaitMs).to.equal(60_500);
  });

  it('expects of a queue what its last is told, and nothing of who is held back or of nobody on duty', () => {
    const known = { handling: { mean: 300_000, count: 9 }, operators: { ...operators, onDuty: 1, places: 2 } };
    const expected = (waiting: object[], more: object = {}) => view({ ...known, ...more, waiting }).queues.map((queue) => queue.expected);
    expect(expected([ticket, { ...ticket, place: 4 }])).to.deep.equal([{ fromMs: 300_000, toMs: 900_000 }]);
    expect(expected([{ ...ticket, place: 0 }])).to.deep.equal([undefined]);
    expect(expected([ticket], { operators })).to.deep.equal([undefined]);
  });

  it('needs operators like those on duty for the places that Erlang C asks for', () => {
    const events = Array.from({ length: 61 }, (_, index) => {
      const step = (kind: VisitEvent['kind'], seconds: number): VisitEvent => ({
        id: `${seconds}-${index}`,
        at: seconds * 1_000,
        visitId: visitId.parse(`v_${index.toString(16).padStart(24, '0')}`),
        kioskId: kioskId.parse('k1'),
        kind,
        fence: { epoch: 1, counter: 1 },
      });
      const at = index * 60;
      return [step('queued', at), step('accepted', at), ...(index < 55 ? [step('wrapped-up', at + 300)] : [])];
    })
      .flat()
      .toSorted((a, b) => a.at - b.at);
    const places = leastOperators({ visitsPerHour: 61, handlingMs: 300_000 }, PROMISE);
    const needed = (onDuty: number, of: number) => view({ operators: { ...operators, onDuty, places: of } }, events).operators.needed;
    expect(places).to.equal(8);
    expect([needed(1, 1), needed(2, 4), needed(3, 7), needed(0, 0)]).to.deep.equal([8, 4, 4, undefined]);
  });

  it('is as its schema says, also after a very long night', () => {
    const shown = view({ now: 400_000_000, waiting: [ticket] });
    expect(queueView.parse(JSON.parse(JSON.stringify(shown))).longestWaitMs).to.equal(86_400_000);
  });
});
