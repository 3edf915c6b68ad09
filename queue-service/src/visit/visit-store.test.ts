import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { visitState } from '@videosportello/protocol/messages/visit.ts';
import type { VisitState } from '@videosportello/protocol/messages/visit.ts';
import { createTestQueue, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import { nextVisitState, visitInputs } from './visit-machine.ts';
import type { VisitInput } from './visit-machine.ts';

/** The test cannot even begin to apply the input in this state. */
class Inapplicable extends Error {}

describe('visits in Redis', () => {
  let redis: TestRedis;
  before(async function () {
    this.timeout(20_000);
    redis = await startTestRedis();
  });
  after(() => redis.close());

  const kindsOf = (queue: TestQueue) => queue.steps.map((step) => step.kind);
  const codeOf = (work: Promise<unknown>) => work.then(() => 'none', (error: { code?: string }) => error.code);

  it('leads one visit from touch to wrap-up', async () => {
    const queue = await createTestQueue(redis);
    const operator = await queue.operator(1);
    const { visitId, kioskId } = await queue.ticket('k1');
    const offered = await queue.offer(operator);
    expect(offered?.id).to.equal(visitId);
    const accepted = await queue.operators.accept(operator, offered?.offer ?? expect.fail('no offer'));
    expect(accepted.visitId).to.equal(visitId);
    expect(accepted.desk.visits).to.deep.equal((await queue.operators.readDesk(operator)).visits);
    expect((await queue.kiosks.read(kioskId)).visit?.state).to.equal('with-operator');
    await queue.visits.end({ visitId, operatorId: operator, reason: 'operator' });
    expect((await queue.kiosks.read(kioskId)).visit).to.equal(undefined);
    expect((await queue.operators.readDesk(operator)).visits.map((entry) => entry.slot)).to.deep.equal(['wrap-up']);
    await queue.operators.finishWrapUp(operator, visitId, 'served');
    expect((await queue.operators.readDesk(operator)).visits).to.deep.equal([]);
    expect(kindsOf(queue)).to.deep.equal(['opened', 'queued', 'offered', 'accepted', 'ended', 'wrapped-up']);
  });

  /** Brings a fresh visit into a state, applies an input, and says which state follows; undefined when it is refused. */
  const apply = async (state: VisitState, input: VisitInput): Promise<VisitState | undefined> => {
    const queue = await createTestQueue(redis);
    const operator = await queue.operator(1, { available: false });
    const helper = await queue.operator(2, { available: false });
    const visit = await queue.visit('k1');
    const { visitId, kioskId } = visit;
    const ticket = () => queue.openTicket(visit);
    // Somebody on duty without a free place: a ticket may be opened and is not offered.
    await queue.operator(3, { capacity: 1 });
    const busy = await queue.ticket('k2');
    const third = (await queue.offer((await queue.operator(3, { capacity: 1 }))))?.offer ?? expect.fail('no offer');
    await queue.operators.accept((await queue.operator(3, { capacity: 1 })), third);
    expect(busy.visitId).to.not.equal(visitId);
    if (state !== 'alone' && state !== 'ended') await ticket();
    if (state === 'offered' || state === 'with-operator') await queue.operators.setPresence(operator, 'available');
    if (state === 'with-operator') {
      await queue.operators.accept(operator, (await queue.offer(operator))?.offer ?? expect.fail('no offer'));
    }
    if (state === 'ended') await queue.visits.end({ visitId, kioskId, reason: 'citizen' });
    const act: Record<VisitInput, () => Promise<unknown>> = {
      'ticket-opened': ticket,
      'ticket-cancelled': () => queue.visits.cancelTicket(visit),
      offered: async () => {
        await queue.operators.setPresence(helper, 'available');
        if (!(await queue.offer(helper))) throw new Inapplicable('not offered');
      },
      'offer-ended': async () => {
        const offer = (await queue.offer(operator))?.offer;
        if (!offer) throw new Inapplicable('no offer');
        await queue.operators.decline(operator, offer);
      },
      accepted: async () => {
        const offer = (await queue.offer(operator))?.offer;
        if (!offer) throw new Inapplicable('no offer');
        await queue.operators.accept(operator, offer);
      },
      'operator-lapsed': async () => {
        const before = kindsOf(queue).length;
        await queue.operators.closeSession({ operatorId: operator, session: 'a', silentMs: 0 });
        await queue.pass(4_000);
        if (!kindsOf(queue).slice(before).includes('operator-lost')) throw new Inapplicable('nothing to lose');
      },
      'handed-over': () => queue.operators.handOver(operator, visitId),
      ended: () => queue.visits.end({ visitId, kioskId, reason: 'citizen' }),
    };
    const refused = await act[input]().then(
      () => false,
      (error: unknown) => {
        if (error instanceof Inapplicable || (error instanceof ProtocolError && !error.retryable)) return true;
        throw error;
      },
    );
    if (refused) return undefined;
    const reading = await queue.kiosks.read(kioskId);
    return reading.visit?.state ?? 'ended';
  };

  for (const state of visitState.options) {
    for (const input of visitInputs) {
      // A cancelled ticket of a visit that has none is answered as done; an offer that never was cannot end.
      const expected = state === 'alone' && input === 'ticket-cancelled' ? 'alone' : nextVisitState(state, input);
      it(`${state} × ${input} → ${expected ?? 'refused'}`, async () => {
        expect(await apply(state, input)).to.equal(expected);
      });
    }
  }

  it('refuses what belongs to another kiosk', async () => {
    const queue = await createTestQueue(redis);
    const { visitId } = await queue.visit('k1');
    const other = await queue.kiosk('k2');
    expect(await codeOf(queue.visits.end({ visitId, kioskId: other, reason: 'citizen' }))).to.equal('visit-unknown');
    expect(await codeOf(queue.visits.cancelTicket({ visitId, kioskId: other }))).to.equal('visit-unknown');
  });
});
