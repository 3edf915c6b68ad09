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
import { readCardFile } from '../virtual/cards/card-file.ts';
import type { CardFileContent } from '../virtual/cards/card-file.ts';
import { keyFoldersBeside, makeCard } from '../virtual/cards/make-card.ts';
import { CNS_TWINS, DOCUMENT_TWINS } from '../virtual/cards/twin.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';
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

/** Twins with what each does, one a line. */
function listOf(twins: Readonly<Record<string, string>>): string {
  return Object.entries(twins)
    .map(([name, does]) => `    ${name.padEnd(20)} ${does}`)
    .join('\n');
}

/** What a command expects in the file. */
const KIND_OF = { 'virtual-cie': 'cie', 'virtual-cns': 'cns', 'virtual-emrtd': 'emrtd' } as const;

const HELP = `Virtual devices for a kiosk without hardware. Everybody in them is invented.

  npm run devices -- bench [--port N] [--data DIR] [--citizens FILE]
      Starts a card reader, a printer and a scanner with a page to use them by, and says how a device
      service finds them. Runs until Ctrl+C.
        --port N         port of the page on 127.0.0.1; 0 takes a free one (default ${DEFAULTS.benchPort})
        --data DIR       keeps the demo authority (default data/bench)
        --citizens FILE  the people who get a card (default deploy/demo/citizens.json)

  npm run devices -- virtual-cie --citizen ID [--port P] [--citizens FILE] [--authority DIR]
  npm run devices -- virtual-cie|virtual-cns|virtual-emrtd --card FILE [--twin NAME] [--port P] [--authority DIR]
      Puts one virtual CIE, health card or foreign passport on a running virtual reader (vpcd) on this machine, until
      Ctrl+C. Examples of files are in device-drivers/virtual/cards/examples.
        --citizen ID     whose CIE, by the id in the file of people
        --card FILE      the JSON file that the card is made from
        --twin NAME      an ill-behaved twin of that card instead, NAME or NAME:ARGUMENT, see below
        --port P         the reader's port on 127.0.0.1 (default ${DEFAULTS.readerPort})
        --authority DIR  keys of the authority that signs the card; made when missing, others beside it; their trust
                         anchors go to card-trust beside it (default data/demo/bench/authority)

  Twins of CIE and passport:
${listOf(DOCUMENT_TWINS)}

  Twins of the health card:
${listOf(CNS_TWINS)}
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
  if (command === 'virtual-cie' || command === 'virtual-cns' || command === 'virtual-emrtd') {
    return runVirtualCard(KIND_OF[command], rest);
  }
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

async function runVirtualCard(kind: CardFileContent['kind'], args: string[]): Promise<void> {
  const ofCitizen = kind === 'cie' ? ['citizen', 'citizens'] : [];
  const values = readOptions(args, ['card', 'twin', 'port', 'authority', ...ofCitizen]);
  const port = readPort(values['port'] ?? DEFAULTS.readerPort);
  const keyFolder = resolve(values['authority'] ?? DEFAULTS.authority);
  const trustFolder = join(dirname(keyFolder), 'card-trust');
  const { card, told } =
    values['card'] === undefined
      ? await cardOfCitizen(kind, values, { keyFolder, trustFolder })
      : await cardOfFile(kind, values['card'], values['twin'], { keyFolder, trustFolder });
  await using slot = createVpcdSlot({ host: '127.0.0.1', port });
  const removed = once(slot.events, 'removed', { signal: stopping.signal });
  // Ctrl+C while the card is still on its way in ends both waits; the second one is nobody's then.
  removed.catch(() => undefined);
  try {
    await slot.insert(card);
  } catch (cause) {
    throw new Error(`No virtual reader takes a card on port ${port} of this machine. Is pcscd with vpcd running?`, { cause });
  }
  console.log(`${told[0]} is on the reader (port ${port}). ${told[1]}
It is trusted by whoever trusts ${trustFolder}. Ctrl+C takes it away.`);
  const [reason] = await removed;
  if (reason === 'card-left') return;
  throw new Error('The reader has let go of the card: it was switched off, or the connection broke.');
}

interface Folders {
  readonly keyFolder: string;
  readonly trustFolder: string;
}

/** A card, what it is, and what opens it. */
interface ToldCard {
  readonly card: VirtualCard;
  readonly told: readonly [what: string, opensWith: string];
}

async function cardOfCitizen(
  kind: CardFileContent['kind'],
  values: Record<string, string | undefined>,
  folders: Folders,
): Promise<ToldCard> {
  const id = values['citizen'];
  if (id === undefined || values['twin'] !== undefined) {
    const citizen = kind === 'cie' && values['twin'] === undefined ? ', or --citizen ID' : '';
    throw new UsageError(`Say what the card is made from: --card FILE${citizen}.`);
  }
  const citizensFile = resolve(values['citizens'] ?? DEFAULTS.citizens);
  const cards = await personaliseTown({ citizensFile, ...folders }, { now: new Date() });
  const personalised = cards.get(id);
  if (personalised === undefined) {
    throw new UsageError(`There is no ${id} among these people; there are: ${[...cards.keys()].join(', ')}.`);
  }
  const card = createVirtualCie(personalised.image, { random: randomBytes });
  return { card, told: [`The card of ${id}`, `CAN ${personalised.holder.card.can}.`] };
}

async function cardOfFile(
  kind: CardFileContent['kind'],
  path: string,
  twin: string | undefined,
  { keyFolder, trustFolder }: Folders,
): Promise<ToldCard> {
  const file = await readCardFile(resolve(path));
  if (file.kind !== kind) throw new UsageError(`This file is of a card of the kind ${file.kind}.`);
  const config = { keyFolders: keyFoldersBeside(keyFolder), trustFolder, ...(twin === undefined ? {} : { twin }) };
  const card = await makeCard(file, config, { now: new Date(), random: randomBytes });
  return { card, told: [twin === undefined ? 'The card' : `The twin ${twin}`, opensWith(file)] };
}

function opensWith(file: CardFileContent): string {
  switch (file.kind) {
    case 'cie':
      return `CAN ${file.holder.card.can}.`;
    case 'cns':
      return `PIN ${file.pin}.`;
    case 'emrtd':
      return `${file.can === undefined ? '' : `CAN ${file.can}, or `}number ${file.holder.documentNumber}, born ${
        file.holder.birthDate
      }, expires ${file.holder.expiryDate}.`;
  }
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
