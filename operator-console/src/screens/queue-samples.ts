import type { QueueOf, QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { QueueViewState } from '@videosportello/queue-service/client/queue-view-client.ts';
import { ago, now } from './sample-values.ts';

const queueOf = (patch: Partial<QueueOf>): QueueOf => ({
  town: 'Valfiorita',
  language: 'it',
  signLanguage: false,
  waiting: 1,
  longestWaitMs: 12_000,
  expected: { fromMs: 30_000, toMs: 120_000 },
  able: 6,
  ...patch,
});
const queues: readonly QueueOf[] = [
  queueOf({ language: 'en', signLanguage: true, longestWaitMs: 252_000, expected: undefined, able: 0 }),
  queueOf({ service: 'residence-certificate', waiting: 4, longestWaitMs: 94_000, expected: { fromMs: 150_000, toMs: 480_000 } }),
  queueOf({ service: 'other-certificate', town: undefined, waiting: 2, longestWaitMs: 18_000, able: 4 }),
  queueOf({ town: 'Borgo Tiglio', longestWaitMs: 5_000, expected: { fromMs: 0, toMs: 60_000 }, able: 5 }),
];
const view: QueueView = {
  at: now,
  waiting: 8,
  longestWaitMs: 252_000,
  byClass: { 'coming-back': 1, assisted: 2, 'walk-up': 5 },
  queues: [...queues],
  operators: { onDuty: 6, talking: 3, wrappingUp: 1, asked: 1, free: 1, paused: 2, places: 12, busy: 9, occupancy: 0.75, needed: 8 },
  promise: { share: 0.8, withinMs: 20_000 },
  lastHour: {
    tickets: 71,
    answered: 62,
    abandoned: 4,
    abandonment: 0.0606,
    serviceLevel: 0.7258,
    meanWaitMs: 17_000,
    p95WaitMs: 94_000,
    meanHandlingMs: 372_000,
    lostOperators: 0,
    placesNeeded: 15,
    answeredByService: { 'residence-certificate': 40, none: 22 },
  },
};
const quiet: QueueView = {
  ...view,
  waiting: 0,
  longestWaitMs: undefined,
  byClass: { 'coming-back': 0, assisted: 0, 'walk-up': 0 },
  queues: [],
  operators: { ...view.operators, talking: 0, wrappingUp: 0, asked: 0, free: 6, paused: 0, busy: 0, occupancy: 0, needed: undefined },
  lastHour: { tickets: 0, answered: 0, abandoned: 0, lostOperators: 0, answeredByService: {} },
};
/** As long as a town may make them. */
const longTown = 'San Giovanni in Valfiorita sul Torrente, frazione Borgo Tiglio di Sopra e Sotto';
const many: QueueView = {
  ...view,
  waiting: 1_240,
  longestWaitMs: 7_384_000,
  byClass: { 'coming-back': 40, assisted: 200, 'walk-up': 1_000 },
  queues: Array.from({ length: 40 }, (_, index) =>
    queueOf({
      town: index % 3 === 0 ? longTown : `Borgo ${index}`,
      language: index % 2 === 0 ? 'it' : 'en',
      signLanguage: index % 5 === 0,
      waiting: 31,
      longestWaitMs: 7_384_000 - index * 187_000,
      expected: { fromMs: 3_600_000, toMs: 10_800_000 },
      able: index % 4,
      ...(index % 2 === 0 ? { service: 'residence-certificate' as const } : {}),
    }),
  ),
};
const nobody: QueueView = {
  ...view,
  operators: { onDuty: 0, talking: 0, wrappingUp: 0, asked: 0, free: 0, paused: 3, places: 0, busy: 0 },
  queues: queues.map((queue) => ({ ...queue, able: 0, expected: undefined })),
};
const kept: QueueView = {
  ...view,
  waiting: 2,
  longestWaitMs: 9_000,
  byClass: { 'coming-back': 0, assisted: 0, 'walk-up': 2 },
  queues: [queueOf({ waiting: 2, longestWaitMs: 9_000 })],
  operators: { ...view.operators, needed: 5 },
  lastHour: { ...view.lastHour, serviceLevel: 0.9412, placesNeeded: 10, abandoned: 0, abandonment: 0 },
};

const stateOf = (patch: Partial<QueueViewState>): QueueViewState => ({
  connection: 'open',
  ended: undefined,
  view,
  // The page grows old while it is looked at.
  heardAtMs: now + 3_600_000,
  isUnavailable: false,
  ...patch,
});

/** Every screen of the queue's page, by a name that serves as file name. */
export const queueSamples: Readonly<Record<string, () => QueueViewState>> = {
  '40-queue': () => stateOf({}),
  '41-queue-kept': () => stateOf({ view: kept }),
  '42-queue-quiet': () => stateOf({ view: quiet }),
  '43-queue-many': () => stateOf({ view: many }),
  '44-queue-nobody-on-duty': () => stateOf({ view: nobody }),
  '45-queue-old': () => stateOf({ connection: 'lost', heardAtMs: ago(95) }),
  '46-queue-unavailable': () => stateOf({ isUnavailable: true, heardAtMs: ago(20) }),
  '47-queue-connecting': () => stateOf({ connection: 'lost', view: undefined, heardAtMs: undefined }),
  '48-queue-signed-out': () => stateOf({ connection: 'closed', ended: 'signed-out' }),
  '49-queue-not-allowed': () => stateOf({ connection: 'closed', ended: 'not-allowed' }),
};
