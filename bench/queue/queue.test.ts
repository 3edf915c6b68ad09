import { expect } from 'chai';
import { startTestRedis } from '@videosportello/queue-service/testing/queue-fixture.ts';
import { metricOf } from '../metric.ts';
import { startJobLine } from './bullmq.ts';
import { loadQueue } from './loaded-queue.ts';
import { runQueueBench } from './queue.bench.ts';

describe('the queue bench', function () {
  this.timeout(60_000);
  this.slow(10_000);

  it('measures nothing but wrap-ups that end in an offer', async () => {
    await using redis = await startTestRedis();
    const loaded = await loadQueue(redis, { operators: 3, waiting: 2 });
    await loaded.expectOffers();
    const freed = await loaded.untilWrapUp();
    const refused: unknown = await loaded.expectOffers().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Error).with.property('message', 'an operator was offered nothing');
    const desks = await Promise.all(freed.map(({ finish }) => finish()));
    expect(desks.map(({ visits }) => visits.map(({ slot }) => slot))).to.deep.equal([['offered'], ['offered'], ['offered']]);
    await loaded.expectOffers();
  });

  it('sees each job of the yardstick picked up', async () => {
    await using redis = await startTestRedis();
    await using line = await startJobLine(redis.redis.socketPath, 5);
    await Promise.all(Array.from({ length: 20 }, () => line.pickedUp()));
    const left = await redis.connection.command(['LLEN', 'bull:bench:wait']);
    expect(Number(left)).to.equal(0);
  });

  it('gives every figure with its unit and count', async () => {
    const metrics = await runQueueBench({ operators: 2, waiting: 3, rounds: 2, offers: 4, tickets: 20 });
    const shapes = Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, [metric.unit, 'n' in metric ? metric.n : metric.value > 0]]));
    expect(shapes).to.deep.equal({
      'offer.inService': ['ms', 4],
      'offer.socket': ['ms', 4],
      'bullmq.pickup': ['ms', 4],
      assignments: ['1/s', true],
      'bullmq.assignments': ['1/s', true],
      'memory.10000tickets': ['MB', true],
    });
  });
});

describe('a distribution of times', () => {
  it('takes percentiles by nearest rank, to the decimals asked for', () => {
    const times = Array.from({ length: 200 }, (_, index) => (200 - index) / 16);
    expect(metricOf(times)).to.deep.equal({ unit: 'ms', p50: 6.3, p95: 11.9, p99: 12.4, n: 200 });
    expect(metricOf(times, 3)).to.deep.equal({ unit: 'ms', p50: 6.25, p95: 11.875, p99: 12.375, n: 200 });
  });
});
