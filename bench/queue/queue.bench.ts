import { newId, visitId } from '@videosportello/protocol/ids.ts';
import type { KioskId } from '@videosportello/protocol/ids.ts';
import { minutes, ms } from '@videosportello/protocol/units.ts';
import type { StandingOffer } from '@videosportello/queue-service/client/operator-queue-client.ts';
import { createTestQueue, startTestRedis } from '@videosportello/queue-service/testing/queue-fixture.ts';
import type { TestRedis } from '@videosportello/queue-service/testing/queue-fixture.ts';
import { startTown, until } from '@videosportello/queue-service/testing/town-fixture.ts';
import { metricOf } from '../metric.ts';
import type { Metric, Rate } from '../metric.ts';
import { startJobLine } from './bullmq.ts';
import { loadQueue } from './loaded-queue.ts';

/** Memory of Redis, 10^6 bytes. */
export interface Memory {
  readonly unit: 'MB';
  readonly value: number;
}

export type QueueMetrics = Readonly<
  Record<'offer.inService' | 'offer.socket' | 'bullmq.pickup', Metric> &
    Record<'assignments' | 'bullmq.assignments', Rate> &
    Record<'memory.10000tickets', Memory>
>;

export interface QueueBenchOptions {
  /** How many serve, and how many wait behind those who are served. */
  readonly operators: number;
  readonly waiting: number;
  /** How often each operator is made free for `offer.inService`, and again for `assignments`. */
  readonly rounds: number;
  /** Measured offers over the socket. */
  readonly offers: number;
  /** Tickets whose memory is taken. */
  readonly tickets: number;
  readonly onRound?: () => void;
}

/** How many kiosks wait for the one desk of `offer.socket`. */
const KIOSKS_AT_THE_SOCKET = 12;

/** Times below a millisecond matter here. */
const DECIMALS = 2;

/** Measures queue-service and, beside it, BullMQ, one after the other on one Redis; `offer.socket` has a service with its own. */
export async function runQueueBench({ operators, waiting, rounds, offers, tickets, onRound = () => {} }: QueueBenchOptions): Promise<QueueMetrics> {
  await using redis = await startTestRedis();
  const ours = await assign(redis, { operators, waiting, rounds, onRound });
  const socket = await offerOverSocket(offers);
  onRound();
  const memory = await memoryOf(redis, tickets);
  onRound();
  const jobs = await pickUpJobs(redis.redis.socketPath, { workers: operators, jobs: operators * rounds });
  onRound();
  return { ...ours, 'offer.socket': socket, 'memory.10000tickets': memory, ...jobs };
}

async function assign(
  redis: TestRedis,
  { operators, waiting, rounds, onRound }: Pick<Required<QueueBenchOptions>, 'operators' | 'waiting' | 'rounds' | 'onRound'>,
): Promise<Pick<QueueMetrics, 'offer.inService' | 'assignments'>> {
  const loaded = await loadQueue(redis, { operators, waiting });
  const times: number[] = [];
  let togetherMs = 0;
  // The first round compiles what the others use.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { finish } of await loaded.untilWrapUp()) {
      const begun = performance.now();
      const desk = await finish();
      if (round > 0) times.push(performance.now() - begun);
      if (!desk.visits.some(({ slot }) => slot === 'offered')) throw new Error('a freed operator was offered nothing');
    }
    const freed = await loaded.untilWrapUp();
    const begun = performance.now();
    await Promise.all(freed.map(({ finish }) => finish()));
    if (round > 0) togetherMs += performance.now() - begun;
    await loaded.expectOffers();
    onRound();
  }
  return { 'offer.inService': metricOf(times, DECIMALS), assignments: rate(operators * rounds, togetherMs) };
}

/** A page's request to a page's knowing: one desk that is never without people waiting. */
async function offerOverSocket(offers: number): Promise<Metric> {
  const unlimited = { messages: { burst: 1_000_000, perSecond: 1_000_000 }, strangers: 100 };
  await using town = await startTown({ config: { limits: unlimited } });
  const desk = await town.desk('marta');
  const kiosks = new Map<string, () => Promise<void>>();
  for (let index = 0; index < KIOSKS_AT_THE_SOCKET; index += 1) {
    const kiosk = await town.kiosk(`kiosk-${index}`);
    const queueUp = async (): Promise<void> => {
      const { visitId } = await kiosk.openVisit('it');
      kiosks.set(visitId, queueUp);
      await kiosk.openTicket([]);
    };
    await queueUp();
  }
  const nextOffer = async (): Promise<StandingOffer> => {
    const [offer] = (await until(desk, (state) => state.offers.length === 1)).offers;
    return offer ?? Promise.reject(new Error('an offer that is none'));
  };
  // Of the desk's two places one is taken for good, so that a next offer only comes when the other is freed.
  await desk.accept((await nextOffer()).offerId);
  let offer = await nextOffer();
  const times: number[] = [];
  while (times.length < offers) {
    await desk.accept(offer.offerId);
    await desk.endVisit(offer.visitId);
    const ended = offer.visitId;
    const begun = performance.now();
    const [next] = await Promise.all([
      nextOffer().then((shown) => ({ shown, at: performance.now() })),
      desk.finishWrapUp(ended, 'served'),
    ]);
    times.push(next.at - begun);
    offer = next.shown;
    await kiosks.get(ended)?.();
    kiosks.delete(ended);
  }
  return metricOf(times, DECIMALS);
}

async function memoryOf(redis: TestRedis, tickets: number): Promise<Memory> {
  const queue = await createTestQueue(redis, { instanceLeaseMs: minutes(1_440), kioskGraceMs: ms(86_400_000) });
  // Without anybody on duty no ticket is given.
  await queue.operator(0, { capacity: 1 });
  const kiosks: KioskId[] = [];
  for (let index = 0; index < tickets; index += 1) kiosks.push(await queue.kiosk(`kiosk-${index}`));
  const before = await usedMemory(redis);
  for (const kioskId of kiosks) {
    const visit = { kioskId, visitId: newId(visitId, 'v') };
    await queue.visits.open({ ...visit, language: 'it' });
    await queue.openTicket(visit);
  }
  return { unit: 'MB', value: Math.round(((await usedMemory(redis)) - before) / tickets / 10) / 10 };
}

async function usedMemory(redis: TestRedis): Promise<number> {
  const bytes = /^used_memory:(\d+)/m.exec(String(await redis.connection.command(['INFO', 'memory'])))?.[1];
  if (bytes === undefined) throw new Error('Redis did not tell its memory');
  return Number(bytes);
}

async function pickUpJobs(
  socketPath: string,
  { workers, jobs }: { readonly workers: number; readonly jobs: number },
): Promise<Pick<QueueMetrics, 'bullmq.pickup' | 'bullmq.assignments'>> {
  const times: number[] = [];
  {
    await using line = await startJobLine(socketPath, 1);
    await line.pickedUp();
    for (let job = 0; job < jobs; job += 1) {
      const begun = performance.now();
      await line.pickedUp();
      times.push(performance.now() - begun);
    }
  }
  await using line = await startJobLine(socketPath, workers);
  const crowd = () => Promise.all(Array.from({ length: jobs }, () => line.pickedUp()));
  await crowd();
  const begun = performance.now();
  await crowd();
  return { 'bullmq.pickup': metricOf(times, DECIMALS), 'bullmq.assignments': rate(jobs, performance.now() - begun) };
}

const rate = (count: number, inMs: number): Rate => ({ unit: '1/s', value: Math.round((1_000 * count) / inMs) });
