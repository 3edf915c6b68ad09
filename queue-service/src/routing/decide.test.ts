import { expect } from 'chai';
import { ms, seconds } from '@videosportello/protocol/units.ts';
import type { KioskId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import { createTestQueue, plainRules, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestRedis } from '../../testing/queue-fixture.ts';
import { decide, decision } from './decide.ts';
import type { Decision } from './decide.ts';
import { readDecisions } from './decision-log.ts';
import { routingFile } from './rules.ts';

const of = (more: Partial<Decision>): Decision => decision.parse({ kind: 'operator', subject: 'op_1', candidates: [], refused: [], ...more });

describe('a decision, replayed', () => {
  for (const { what, record, result } of [
    { what: 'nobody there', record: of({}), result: undefined },
    { what: 'the lowest score', record: of({ candidates: [['a', 'v2', 5], ['b', 'v1', 3]] }), result: 'v1' },
    { what: 'not who is refused', record: of({ candidates: [['a', 'v1', 3], ['a', 'v2', 5]], refused: ['v1'] }), result: 'v2' },
    { what: 'nobody when all are refused', record: of({ candidates: [['a', 'v1', 3]], refused: ['v1'] }), result: undefined },
    { what: 'the first name between equals', record: of({ kind: 'visit', candidates: [['p', 'op_2', 7], ['q', 'op_1', 7]] }), result: 'op_1' },
    { what: 'the operator one had', record: of({ kind: 'visit', last: 'op_9', candidates: [['p', 'op_9', 9], ['q', 'op_1', 7]] }), result: 'op_9' },
    {
      what: 'not the operator one had when he has given it away',
      record: of({ kind: 'visit', last: 'op_9', refused: ['op_9'], candidates: [['p', 'op_9', 9], ['q', 'op_1', 7]] }),
      result: 'op_1',
    },
  ]) {
    it(`takes ${what}`, () => expect(decide(record)).to.equal(result));
  }
});

describe('decisions of random histories', () => {
  let redis: TestRedis;
  before(async function () {
    this.timeout(20_000);
    redis = await startTestRedis();
  });
  after(() => redis.close());

  const long = ms(seconds(36_000));
  const [rules = plainRules] = routingFile.parse({
    versions: [
      {
        ...plainRules,
        towns: ['Valfiorita', 'Pieve'],
        widening: [
          { afterSeconds: 0, reach: 'town' },
          { afterSeconds: 40, reach: 'pool' },
          { afterSeconds: 90, reach: 'pool', language: 'any', service: 'any' },
        ],
      },
    ],
  }).versions;

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`come out the same from their records alone, and nobody fit waits beside somebody free (seed ${seed})`, async function () {
      this.timeout(60_000);
      const queue = await createTestQueue(redis, { kioskGraceMs: long, nodeLeaseMs: long, operatorLeaseMs: ms(seconds(30)) }, rules);
      // Lehmer's generator, minimal standard: the same history at every run.
      let state = seed * 7_919;
      const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
      const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] ?? expect.fail('an empty list');
      const shifts = [1, 2, 3, 4, 5, 6].map((number) => ({
        number,
        capacity: 1 + random(3),
        towns: [['Valfiorita'], ['Pieve'], []][random(3)] ?? [],
        languages: ([['it'], ['en'], ['it', 'en']] as const)[random(3)] ?? ['it'],
        skills: ([['information'], ['residence-certificate'], ['information', 'residence-certificate']] as const)[random(3)] ?? ['information'],
        signLanguage: random(4) === 0,
      }));
      const operators: OperatorId[] = [];
      for (const { number, ...shift } of shifts) operators.push(await queue.operator(number, shift));
      const kiosks: KioskId[] = [];
      for (let index = 0; index < 30; index += 1) kiosks.push(await queue.kiosk(`k${seed}-${index}`));
      const running = new Map<KioskId, VisitId>();

      const acts: (() => Promise<unknown>)[] = [
        async () => {
          const kioskId = pick(kiosks);
          if ((await queue.kiosks.read(kioskId)).visit !== undefined) return;
          const visitId = `v_${running.size}${queue.clock.now}`.padEnd(26, 'a') as VisitId;
          await queue.visits.open({ visitId, kioskId, language: 'it' });
          running.set(kioskId, visitId);
          await queue.openTicket(
            { kioskId, visitId },
            {
              town: pick(['Valfiorita', 'Pieve']),
              language: pick(['it', 'en']),
              service: pick(['information', 'residence-certificate']),
              needs: pick([[], [], ['assisted'], ['sign-language']] as const),
            },
          );
        },
        async () => {
          const operatorId = pick(operators);
          const offer = (await queue.offer(operatorId))?.offer;
          if (offer !== undefined) await (random(3) === 0 ? queue.operators.decline(operatorId, offer) : queue.operators.accept(operatorId, offer));
        },
        async () => {
          const operatorId = pick(operators);
          for (const { slot, visit } of (await queue.operators.readDesk(operatorId)).visits) {
            if (slot === 'in-call' && random(4) === 0) await queue.operators.handOver(operatorId, visit.id);
            else if (slot === 'in-call') await queue.visits.end({ visitId: visit.id, operatorId, reason: 'operator' });
            else if (slot === 'wrap-up') await queue.operators.finishWrapUp(operatorId, visit.id, 'served');
          }
        },
        async () => {
          if (running.size === 0) return;
          const [kioskId, visitId] = pick([...running]);
          await (random(2) === 0 ? queue.visits.cancelTicket({ visitId, kioskId }) : queue.visits.end({ visitId, kioskId, reason: 'citizen' }));
          if ((await queue.kiosks.read(kioskId)).visit === undefined) running.delete(kioskId);
        },
        async () => queue.operators.setPresence(pick(operators), random(3) === 0 ? 'not-ready' : 'available', 'break'),
        async () => {
          const { number, ...shift } = pick(shifts);
          const session = String(queue.clock.now);
          if (random(2) === 0) await queue.operator(number, { ...shift, session });
        },
        async () => {
          if (running.size === 0) return;
          const [kioskId, visitId] = pick([...running]);
          await queue.openTicket({ kioskId, visitId }, { needs: pick([[], ['assisted'], ['sign-language']] as const) });
        },
        () => queue.pass(random(9_000)),
      ];
      const failures = new Set<string>();
      for (let step = 0; step < 1_500; step += 1) {
        await pick(acts)().catch((error: { code?: string }) => failures.add(error.code ?? 'Not a refusal'));
        queue.clock.now += 1 + random(500);
      }
      // Refusals are part of such a life; anything else is not.
      expect([...failures].filter((code) => !/^[a-z-]+$/.test(code))).to.deep.equal([]);

      const log = [];
      for (let after = '0'; ; ) {
        const some = await readDecisions(redis.connection, queue.keys, after);
        log.push(...some);
        const last = some.at(-1);
        if (!last) break;
        after = last.id;
      }
      expect(log.length).to.be.greaterThan(100);
      expect(new Set(log.map(({ decision: { kind } }) => kind)).size).to.equal(2);
      for (const { id, rules: version, decision: taken } of log) {
        expect(version).to.equal('test-1');
        expect(decide(taken), `decision ${id}`).to.equal(taken.result);
      }
      const onDuty = (await redis.connection.command(['SMEMBERS', queue.keys.onDuty()])) as OperatorId[];
      const capacities = shifts.filter((_, index) => onDuty.includes(operators[index] ?? expect.fail())).map(({ capacity }) => capacity);
      expect((await queue.kiosks.readLine()).slots).to.equal(capacities.reduce((sum, capacity) => sum + capacity, 0));
      // What the queue says of itself at the end: nobody free serves a lane in which somebody stands whom he has not refused.
      const list = async (...command: string[]) => (await redis.connection.command(command)) as string[];
      for (const profile of await list('SMEMBERS', queue.keys.freeProfiles())) {
        const free = await list('ZRANGE', queue.keys.free(profile), '0', '-1');
        for (const lane of await list('SINTER', queue.keys.lanes(), queue.keys.profileLanes(profile))) {
          for (const visitId of await list('ZRANGE', queue.keys.lane(lane), '0', '-1')) {
            const refused = await list('HKEYS', queue.keys.refusals(visitId));
            expect(free.filter((id) => !refused.includes(id)), `${visitId} in ${lane}`).to.deep.equal([]);
          }
        }
      }
    });
  }
});
