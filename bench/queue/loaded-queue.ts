import { newId, visitId } from '@videosportello/protocol/ids.ts';
import type { KioskId, OfferId, OperatorId, VisitId } from '@videosportello/protocol/ids.ts';
import { minutes } from '@videosportello/protocol/units.ts';
import { createTestQueue } from '@videosportello/queue-service/testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '@videosportello/queue-service/testing/queue-fixture.ts';

/** An operator and the visit he is being offered. */
interface Offered {
  readonly operatorId: OperatorId;
  readonly visitId: VisitId;
  readonly offer: OfferId;
}

/** A queue in which every operator has an offer and a stated number of citizens waits behind. */
export interface LoadedQueue {
  /**
   * Brings every operator to the end of his visit, and as many citizens into the queue as will leave it.
   * @returns for each operator how he is made free; it resolves with his desk after it, the next offer on it.
   */
  untilWrapUp(): Promise<readonly { finish(): ReturnType<TestQueue['operators']['finishWrapUp']> }[]>;
  /** @throws Error when somebody was offered nothing: then something else was measured. */
  expectOffers(): Promise<void>;
}

/** Every lease and deadline outlasts the bench. */
const never = minutes(1_440);

/** Builds it on `redis`; the queue's clock stands still, so nothing lapses. */
export async function loadQueue(redis: TestRedis, people: { readonly operators: number; readonly waiting: number }): Promise<LoadedQueue> {
  const queue = await createTestQueue(redis, {
    offerMs: never,
    instanceLeaseMs: never,
    operatorLeaseMs: never,
    kioskGraceMs: never,
    nodeLeaseMs: never,
  });
  const numbers = Array.from({ length: people.operators }, (_, index) => index);
  const operators = await Promise.all(numbers.map((number) => queue.operator(number, { capacity: 1 })));
  const kioskOf = new Map<VisitId, KioskId>();
  for (let index = 0; index < people.operators + people.waiting; index += 1) {
    const visit = await queue.ticket(`kiosk-${index}`);
    kioskOf.set(visit.visitId, visit.kioskId);
  }

  const offers = (): Promise<Offered[]> =>
    Promise.all(
      operators.map(async (operatorId) => {
        const visit = await queue.offer(operatorId);
        if (!visit?.offer) throw new Error('an operator was offered nothing');
        return { operatorId, visitId: visit.id, offer: visit.offer };
      }),
    );

  const comeAgain = async (ended: VisitId): Promise<void> => {
    const kioskId = kioskOf.get(ended);
    if (!kioskId) throw new Error('a visit of no kiosk');
    kioskOf.delete(ended);
    const visit = { kioskId, visitId: newId(visitId, 'v') };
    kioskOf.set(visit.visitId, kioskId);
    await queue.visits.open({ ...visit, language: 'it' });
    await queue.openTicket(visit);
  };

  return {
    async untilWrapUp() {
      const offered = await offers();
      await Promise.all(offered.map(({ operatorId, offer }) => queue.operators.accept(operatorId, offer)));
      await Promise.all(offered.map(({ operatorId, visitId: ended }) => queue.visits.end({ visitId: ended, operatorId, reason: 'operator' })));
      for (const { visitId: ended } of offered) await comeAgain(ended);
      return offered.map(({ operatorId, visitId: ended }) => ({
        finish: () => queue.operators.finishWrapUp(operatorId, ended, 'served'),
      }));
    },
    async expectOffers() {
      await offers();
    },
  };
}
