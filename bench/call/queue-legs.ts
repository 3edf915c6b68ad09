import { startTown, until } from '@videosportello/queue-service/testing/town-fixture.ts';
import { startDelayRelay } from './delay-relay.ts';

/** The two ways of a call that lead through queue-service, ms. */
export interface QueueLegs {
  /** From the touch to the offer at the operator's page. */
  readonly touchToOffer: number;
  /** From the accept pressed to the room grants at both pages. */
  readonly acceptToGrants: number;
}

/** A queue-service with its Redis, a kiosk and an operator that speak to it as their pages do. */
export interface QueueSide extends AsyncDisposable {
  /** Measures one call: a visit that is open already, "a person, please", offer, accept; then closes it. */
  call(): Promise<QueueLegs>;
}

/** Starts the queue's side; `delayMs` is added each way between pages and service. */
export async function startQueueSide(delayMs: number): Promise<QueueSide> {
  const stack = new AsyncDisposableStack();
  try {
    const town = stack.use(await startTown());
    let at = town.service.socketUrl;
    if (delayMs > 0) {
      const relay = stack.use(await startDelayRelay(delayMs));
      await relay.openTcp(Number(new URL(at).port));
      at = `ws://127.0.0.1:${relay.tcpPort}`;
    }
    const kiosk = await town.kiosk('kiosk-1', { at });
    const desk = await town.desk('marta', { at });
    return {
      async call() {
        await kiosk.openVisit('it');
        const touched = performance.now();
        const asked = kiosk.openTicket([]);
        const { offers } = await until(desk, (state) => state.offers.length > 0);
        const touchToOffer = performance.now() - touched;
        await asked;
        const offer = offers[0];
        if (!offer) throw new Error('There was no offer.');
        const pressed = performance.now();
        const accepted = desk.accept(offer.offerId);
        await until(kiosk, ({ visit }) => visit?.state === 'with-operator');
        await accepted;
        const acceptToGrants = performance.now() - pressed;
        await desk.endVisit(offer.visitId);
        await until(kiosk, ({ visit }) => visit?.state === 'ended');
        await desk.finishWrapUp(offer.visitId, 'served');
        return { touchToOffer, acceptToGrants };
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
