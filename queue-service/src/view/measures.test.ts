import { expect } from 'chai';
import { kioskId, visitId } from '@videosportello/protocol/ids.ts';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { leastOperators } from '../staffing/erlang-c.ts';
import { measure, PROMISE, WINDOW_MS } from './measures.ts';

let ids = 0;
const step = (visit: number, kind: VisitEvent['kind'], seconds: number, more: Partial<VisitEvent> = {}): VisitEvent => ({
  id: `${seconds * 1_000}-${(ids += 1)}`,
  at: seconds * 1_000,
  visitId: visitId.parse(`v_${visit.toString(16).padStart(24, '0')}`),
  kioskId: kioskId.parse('k1'),
  kind,
  fence: { epoch: 1, counter: 1 },
  ...more,
});
const inOrder = (events: VisitEvent[]) => events.toSorted((a, b) => a.at - b.at);

describe('measures of the queue', () => {
  it('say nothing of an empty hour', () => {
    expect(measure([])).to.deep.equal({
      tickets: 0,
      answered: 0,
      abandoned: 0,
      abandonment: undefined,
      serviceLevel: undefined,
      meanWaitMs: undefined,
      p95WaitMs: undefined,
      meanHandlingMs: undefined,
      lostOperators: 0,
      placesNeeded: undefined,
      answeredByService: {},
    });
  });

  it('count waits to the first answer, and what came of the tickets', () => {
    const found = measure(
      inOrder([
        step(1, 'queued', 0),
        step(1, 'accepted', 10, { service: 'information' }),
        step(1, 'operator-lost', 40),
        step(1, 'accepted', 60),
        step(1, 'ended', 100),
        step(1, 'wrapped-up', 120),
        step(2, 'queued', 0),
        step(2, 'offered', 20),
        step(2, 'accepted', 30),
        step(3, 'queued', 5),
        step(3, 'cancelled', 15),
        step(4, 'queued', 5),
        step(4, 'ended', 65),
        // Its ticket was drawn before the hour.
        step(5, 'accepted', 7),
        step(5, 'ended', 8),
        // Still waits.
        step(6, 'queued', 90),
      ]),
    );
    expect(found).to.deep.equal({
      tickets: 5,
      answered: 2,
      abandoned: 2,
      abandonment: 0.5,
      // 10 s in time, 30 s late, and one who gave up after a minute; who gave up after 10 s counts for nothing.
      serviceLevel: 0.3333,
      meanWaitMs: 20_000,
      p95WaitMs: 30_000,
      meanHandlingMs: 60_000,
      lostOperators: 1,
      placesNeeded: undefined,
      answeredByService: { information: 1, none: 1 },
    });
  });

  it('keep the promise exactly at its end', () => {
    const kept = (seconds: number) => measure([step(1, 'queued', 0), step(1, 'accepted', seconds)]).serviceLevel;
    expect([kept(PROMISE.withinMs / 1_000), kept(PROMISE.withinMs / 1_000 + 1)]).to.deep.equal([1, 0]);
  });

  it('tell how many places the load needs', () => {
    // Sixty an hour, each five minutes.
    const events = Array.from({ length: 61 }, (_, index) => [
      step(index, 'queued', index * 60),
      step(index, 'accepted', index * 60),
      ...(index < 55 ? [step(index, 'ended', index * 60 + 250), step(index, 'wrapped-up', index * 60 + 300)] : []),
    ]).flat();
    const found = measure(inOrder(events));
    expect(found.meanHandlingMs).to.equal(300_000);
    expect(found.placesNeeded).to.equal(leastOperators({ visitsPerHour: (61 * WINDOW_MS) / 3_600_000, handlingMs: 300_000 }, PROMISE));
  });
});
