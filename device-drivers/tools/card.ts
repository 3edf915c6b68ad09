/** `npm run card -- …`: reads whatever card lies on a PC/SC reader of this machine, for technicians and developers. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CardError } from '@videosportello/identity/card-error.ts';
import type { CardErrorCode } from '@videosportello/identity/card-error.ts';
import type { CardFindings } from './card/card-report.ts';
import { HINTS } from './card/hints.ts';
import type { Hint } from './card/hints.ts';
import { passwordFromCan, passwordFromMrz } from './card/password.ts';
import { readCard } from './card/read-card.ts';
import { chooseReader, listReaders } from './card/reader-list.ts';
import type { ListedReader } from './card/reader-list.ts';
import { openCard } from './card/reader-port.ts';
import { readTrustFolder } from './card/trust-folder.ts';
import { UsageError } from './card/usage-error.ts';

/** How long a person holds a card still, and a reading may last, in milliseconds. */
const DEADLINE_MS = 60_000;

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const HELP = `Reads a card on a PC/SC reader of this machine. Nothing leaves the machine, nothing is kept.

  npm run --silent card -- read [--reader NAME] [--can N | --mrz TEXT] [--photo] [--trust DIR] [--json]
      Reads an electronic identity card or another electronic travel document, or what a health card (CNS) shows
      without its PIN.
        --reader NAME  the reader, by its name or a part of it; without it the first with a card
        --can N        card access number, the six digits on the front
        --mrz TEXT     instead of it the machine readable zone, or its NUMBER,YYMMDD,YYMMDD (birth, expiry)
        --photo        reads the photo too; it stands in the JSON as base64
        --trust DIR    certificates of the country signers to trust, one per .der or .cer file, what they signed about
                       their next key in files whose names begin with link, their revocation lists in .crl files;
                       the same of the issuers of health cards in files whose names begin with cns (default:
                       CARD_TRUST_DIR; without either, "genuine" stays not asked). Cards of the demo are specimens: their authorities are in
                       data/demo/bench/card-trust after "npm start", in data/bench/card-trust after
                       "npm run devices -- bench".
        --json         one JSON object, for programs

  npm run --silent card -- readers [--json]
      Lists the readers and what lies on them.

The PC/SC service is the machine's own, or the one that PCSCLITE_CSOCK_NAME names.
Ends with 0 when done, 1 when the card or reader was not readable, 2 when the command line was not understood.
`;

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

const args = process.argv.slice(2);
const asJson = args.includes('--json');
try {
  await run(args);
} catch (error) {
  report(error);
}

async function run(parameters: string[]): Promise<void> {
  const [command, ...rest] = parameters;
  if (command === undefined || parameters.includes('--help') || parameters.includes('-h')) {
    process.stdout.write(HELP);
    return;
  }
  if (command === 'read') return read(rest);
  if (command === 'readers') return readers(rest);
  throw notUnderstood();
}

async function read(rest: string[]): Promise<void> {
  const { reader: name, can, mrz, photo, trust: trustFolder = process.env['CARD_TRUST_DIR'] } = parsed(() =>
    parseArgs({
      args: rest,
      options: {
        reader: { type: 'string' },
        can: { type: 'string' },
        mrz: { type: 'string' },
        photo: { type: 'boolean', default: false },
        trust: { type: 'string' },
        json: { type: 'boolean' },
      },
    }),
  );
  if (can !== undefined && mrz !== undefined) throw notUnderstood();
  const trust = trustFolder === undefined ? undefined : await readTrustFolder(resolve(trustFolder));
  const password = can === undefined ? mrz === undefined ? undefined : passwordFromMrz(mrz) : passwordFromCan(can);

  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const socketName = process.env['PCSCLITE_CSOCK_NAME'];
  const chosen = chooseReader(await listReaders({ socketName }, signal), name);
  await using card = await openCard({ socketName, readerName: chosen.name }, signal);
  const findings = await readCard(card, { password, photo, trust, random: randomBytes, signal, now: new Date() });
  process.stdout.write(asJson ? `${JSON.stringify(findings.report)}\n` : tableOf(findings));
}

async function readers(rest: string[]): Promise<void> {
  parsed(() => parseArgs({ args: rest, options: { json: { type: 'boolean' } } }));
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const listed = await listReaders({ socketName: process.env['PCSCLITE_CSOCK_NAME'] }, signal);
  const rows = listed.map(({ name, card }) => ({ name, card: card.state, atr: atrOf({ name, card }) }));
  if (asJson) process.stdout.write(`${JSON.stringify({ readers: rows })}\n`);
  else if (rows.length === 0) process.stdout.write('No reader.\n');
  else process.stdout.write(rows.map(({ name, card, atr }) => `${name}: ${card}${atr === null ? '' : ` ${atr}`}\n`).join(''));
}

/** Upper case hexadecimal; null unless a card is there that nobody else holds. */
function atrOf({ card }: ListedReader): string | null {
  return card.state === 'present' ? Buffer.from(card.atr).toString('hex').toUpperCase() : null;
}

function tableOf({ report: { person, answers, protocol, apdus, bytes, ms, photo }, specimen }: CardFindings): string {
  const rows: (readonly [string, string])[] = [
    ...(specimen ? [['SPECIMEN', 'a card of a demo authority, without value'] as const] : []),
    ...Object.entries(person).map(([name, value]) => [name, value ?? '-'] as const),
    ...Object.entries(answers),
    ...(photo === undefined ? [] : [['photo', photo === null ? '-' : photo.mediaType] as const]),
    ['read', `${protocol}, ${apdus} commands, ${bytes} bytes, ${ms} ms`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(16)}${value}\n`).join('');
}

function parsed<Parsed>(parse: () => { values: Parsed }): Parsed {
  try {
    return parse().values;
  } catch (cause) {
    throw notUnderstood(cause);
  }
}

function notUnderstood(cause?: unknown): UsageError {
  return new UsageError(
    { it: 'Il comando non è stato capito: --help dice che cosa c’è.', en: 'The command was not understood: --help says what there is.' },
    { cause },
  );
}

/** Says what went wrong: a code of identity's closed list and a sentence. Nothing of the card, no stack trace. */
function report(error: unknown): void {
  const { code, hint } = explain(error);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
  if (asJson) process.stdout.write(`${JSON.stringify({ error: { code, hint } })}\n`);
  else process.stderr.write(`${hint.it}\n${hint.en}\n(${code})\n`);
}

function explain(error: unknown): { readonly code: CardErrorCode; readonly hint: Hint } {
  if (error instanceof UsageError) return { code: 'unsupported', hint: error.hint };
  if (error instanceof CardError) return { code: error.code, hint: HINTS[error.hint] };
  return { code: 'reader-unavailable', hint: HINTS['card-hint-reader-unavailable'] };
}
