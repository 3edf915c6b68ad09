/**
 * `npm run devices -- …`: virtual devices for technicians and developers. Everything it makes is a specimen and is trusted
 * only where the demo authority is.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { personaliseTown } from '../virtual/bench/town-cards.ts';
import { startBenchService } from '../virtual/bench/service.ts';
import { createVirtualCie } from '../virtual/cie/virtual-cie.ts';
import { createVpcdSlot } from '../virtual/cie/vpcd-slot.ts';

const project = resolve(import.meta.dirname, '../..');
const DEFAULTS = {
  benchPort: '8082',
  benchData: join(project, 'data/bench'),
  citizens: join(project, 'deploy/demo/citizens.json'),
  /** Where the demo town keeps its authority, so that its certificate service trusts the card. */
  authority: join(project, 'data/demo/bench/authority'),
  /** vpcd's own. */
  readerPort: '35963',
};

const HELP = `Virtual devices for a kiosk without hardware. Everybody in them is invented.

  npm run devices -- bench [--port N] [--data DIR] [--citizens FILE]
      Starts a card reader, a printer and a scanner with a page to use them by, and says how a device
      service finds them. Runs until Ctrl+C.
        --port N         port of the page on 127.0.0.1; 0 takes a free one (default ${DEFAULTS.benchPort})
        --data DIR       keeps the demo authority (default data/bench)
        --citizens FILE  the people who get a card (default deploy/demo/citizens.json)

  npm run devices -- virtual-cie --citizen ID [--port P] [--citizens FILE] [--authority DIR]
      Puts one virtual CIE on a running virtual reader (vpcd) on this machine, until Ctrl+C.
        --citizen ID     whose card, by the id in the file of people
        --port P         the reader's port on 127.0.0.1 (default ${DEFAULTS.readerPort})
        --authority DIR  keys of the authority that signs the card; made when missing; its trust anchor goes to
                         card-trust beside it (default data/demo/bench/authority)
`;

/** The command line is not understood; the message says what is wrong with it. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) console.error('Say --help for what there is.');
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

async function run(args: string[]): Promise<void> {
  const [command, ...rest] = args;
  if (command === undefined || args.includes('--help') || args.includes('-h')) {
    console.log(HELP);
    return;
  }
  if (command === 'bench') return runBench(rest);
  if (command === 'virtual-cie') return runVirtualCie(rest);
  throw new UsageError(`There is no command ${command}.`);
}

async function runBench(args: string[]): Promise<void> {
  const values = readOptions(args, ['port', 'data', 'citizens']);
  const config = {
    port: readPort(values['port'] ?? DEFAULTS.benchPort),
    dataDirectory: resolve(values['data'] ?? DEFAULTS.benchData),
    citizensFile: resolve(values['citizens'] ?? DEFAULTS.citizens),
    logLevel: 'silent',
  };
  const log = pino({ level: config.logLevel });
  await using bench = await startBenchService(config, { log, signal: stopping.signal });
  const { devices } = bench;
  console.log(`The bench is at ${bench.url}

A device service finds these devices with:
  PCSCLITE_CSOCK_NAME=${devices.pcscSocket}
  PRINTER_URI=${devices.printerUri}
  SCANNER_DEVICE=${devices.scannerDevice}
  SANE_CONFIG_DIR=${devices.saneConfigDirectory}
A certificate service trusts the cards with:
  CARD_TRUST_DIR=${devices.cardTrustDirectory}

Ctrl+C ends it.`);
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
}

async function runVirtualCie(args: string[]): Promise<void> {
  const values = readOptions(args, ['citizen', 'port', 'citizens', 'authority']);
  const id = values['citizen'];
  if (id === undefined) throw new UsageError('Say whose card it is: --citizen ID.');
  const port = readPort(values['port'] ?? DEFAULTS.readerPort);
  const keyFolder = resolve(values['authority'] ?? DEFAULTS.authority);
  const trustFolder = join(dirname(keyFolder), 'card-trust');
  const citizensFile = resolve(values['citizens'] ?? DEFAULTS.citizens);
  const cards = await personaliseTown({ citizensFile, keyFolder, trustFolder }, { now: new Date() });
  const personalised = cards.get(id);
  if (personalised === undefined) {
    throw new UsageError(`There is no ${id} among these people; there are: ${[...cards.keys()].join(', ')}.`);
  }
  await using slot = createVpcdSlot({ host: '127.0.0.1', port });
  const removed = once(slot.events, 'removed', { signal: stopping.signal });
  // Ctrl+C while the card is still on its way in ends both waits; the second one is nobody's then.
  removed.catch(() => undefined);
  try {
    await slot.insert(createVirtualCie(personalised.image, { random: randomBytes }));
  } catch (cause) {
    throw new Error(`No virtual reader takes a card on port ${port} of this machine. Is pcscd with vpcd running?`, { cause });
  }
  console.log(`The card of ${id} is on the reader (port ${port}). CAN ${personalised.holder.card.can}.
It is trusted by whoever trusts ${trustFolder}. Ctrl+C takes it away.`);
  await removed;
  throw new Error('The reader has let go of the card: it was switched off, or the connection broke.');
}

function readOptions(args: string[], names: readonly string[]): Record<string, string | undefined> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args, options, strict: true }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new UsageError(`${text} is no port: say a number from 0 to 65535.`);
  return port;
}
