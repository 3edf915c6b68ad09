import { parseArgs } from 'node:util';
import { certificateType } from '@videosportello/protocol/messages/document.ts';
import { runCallBench } from './call/call.bench.ts';
import { runRecoveryBench } from './call/recovery.bench.ts';
import { runCardBench } from './card/card.bench.ts';
import { runCertificateBench } from './certificate/certificate.bench.ts';
import { runQueueBench } from './queue/queue.bench.ts';
import { runStampBench } from './stamp/stamp.bench.ts';

/** One measured quantity: a distribution in ms, or a single value. */
interface Measured {
  readonly unit: string;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  readonly n?: number;
  readonly value?: number;
}

const usage = `Measures on this machine and prints a table, or one JSON object.

  npm run bench -- call [--calls 30] [--delay 0] [--json]
      touch to face, cold and pre-warmed; --delay adds milliseconds each way between pages and services
  npm run bench -- card [--readings 30] [--json]
      commands and network trips of reading an identity card, and how long its text takes with 0, 30 and 60 ms
      added to each network trip between kiosk and server
  npm run bench -- certificate [--papers 20] [--json]
      from facts to sealed original and stamped paper, kind by kind, in one thread
  npm run bench -- stamp [--checks 200] [--trials 3] [--json]
      checking a printed stamp from its symbol's picture and from a whole page at 300 dpi, and how many of that many
      damaged symbols (two sizes each) are still read
  npm run bench -- queue [--operators 400] [--waiting 1000] [--rounds 5] [--offers 300] [--tickets 10000] [--json]
      a freed operator's next offer in the service and over a socket, assignments per second, memory of waiting
      tickets, and BullMQ on the same Redis beside it
  npm run bench -- recovery [--times 5] [--json]
      picture back after a line cut for 3 s, and after the media worker was killed
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: 'string', default: '30' },
    readings: { type: 'string', default: '30' },
    papers: { type: 'string', default: '20' },
    delay: { type: 'string', default: '0' },
    operators: { type: 'string', default: '400' },
    waiting: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    offers: { type: 'string', default: '300' },
    tickets: { type: 'string', default: '10000' },
    times: { type: 'string', default: '5' },
    checks: { type: 'string', default: '200' },
    trials: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});

const count = (text: string, name: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 10_000) throw new Error(`--${name} must be a whole number.`);
  return value;
};
const progress = (text: string) => process.stderr.write(text);

const benches: Readonly<Record<string, () => Promise<Readonly<Record<string, Measured>>>>> = {
  call: () =>
    runCallBench({ calls: count(values.calls, 'calls'), delayMs: count(values.delay, 'delay'), onCall: () => progress('.') }),
  card: () => runCardBench({ readings: count(values.readings, 'readings'), onReading: () => progress('.') }),
  certificate: () =>
    runCertificateBench({ types: certificateType.options, papers: count(values.papers, 'papers'), onPaper: () => progress('.') }),
  stamp: () =>
    runStampBench({ checks: count(values.checks, 'checks'), trials: count(values.trials, 'trials'), onStep: () => progress('.') }),
  queue: () =>
    runQueueBench({
      operators: count(values.operators, 'operators'),
      waiting: count(values.waiting, 'waiting'),
      rounds: count(values.rounds, 'rounds'),
      offers: count(values.offers, 'offers'),
      tickets: count(values.tickets, 'tickets'),
      onRound: () => progress('.'),
    }),
  recovery: () => runRecoveryBench({ times: count(values.times, 'times') }),
};

const name = positionals[0] ?? '';
const run = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (!run) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  const metrics = await run();
  progress('\n');
  if (values.json) console.log(JSON.stringify({ bench: name, metrics }));
  else console.table(metrics);
}
