import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkpointKeys, registerOrigin } from '../src/register/checkpoint/checkpoint-key.ts';
import { notesInFolder } from '../src/register/checkpoint/folder-outbox.ts';
import { verifiersIn } from '../src/register/checkpoint/open-checkpoint.ts';
import type { CheckpointVerifier } from '../src/register/checkpoint/open-checkpoint.ts';
import { noteVerifierOf } from '../src/register/checkpoint/signed-note.ts';
import type { NoteVerifier } from '../src/register/checkpoint/signed-note.ts';
import { proofText } from '../src/register/checkpoint/stored-checkpoints.ts';
import { isDatabaseUrl } from '../src/register/database/open-database.ts';
import { openRegister } from '../src/register/register.ts';
import { loadTown } from '../src/rules/load-town.ts';
import { publishedTrust } from '../src/trust/trust-folder.ts';
import { UsageError } from './usage-error.ts';

/** The lines of the usage about the register. */
export const REGISTER_USAGE = `  certificates register verify [--data DIR] [--checkpoints DIR] [--trust DIR | --key KEY...] [--json]
      walks chain, tree of stamps and checkpoints; exit status 1 when something is broken, and what. DIR of --checkpoints: those
      that left the machine (default: environment CHECKPOINT_DIR, else checkpoints/ in the data folder). Who may have signed them
      says the newest trust bundle in DIR of --trust (default: trust/ in KEYS_DIR, else the demo authority's), or KEY, as "keys" prints it
  certificates register proof DOCUMENT [--data DIR]
      prints the proof that the stamp of a document (d_…) is in the register, as c2sp.org/tlog-proof
  certificates register keys [--data DIR]
      prints the public keys of the checkpoints, one a line

DIR of --data: the certificate service's data folder (default: environment DATA_DIR, else the demo's, data/demo/certificates).
Environment DATABASE_URL, REGISTER_KEY_DIR and TOWN_DIR: as for the service.`;

const TOWN = fileURLToPath(new URL('../../deploy/town', import.meta.url));

/** What the environment and the options say of where the register is. */
interface Place {
  readonly database: string;
  readonly key: string;
  readonly keyDirectory: string;
  readonly checkpoints: string;
  readonly trust: string;
}

/**
 * Runs one command about the register and returns its exit status.
 *
 * @param args what follows the word `register`
 * @throws {UsageError} for a command or place that is not there; what the register throws
 */
export async function registerTool(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      checkpoints: { type: 'string' },
      key: { type: 'string', multiple: true, default: [] },
      trust: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [command, document, ...more] = positionals;
  const place = placeOf(values);
  if (command === 'verify' && document === undefined) return verify(place, values);
  if (command === 'proof' && document !== undefined && more.length === 0) return proof(place, document);
  if (command === 'keys' && document === undefined) return keys(place);
  throw new UsageError(`There is no command "register ${positionals.join(' ')}".`);
}

function placeOf(values: { readonly data?: string; readonly checkpoints?: string; readonly trust?: string }): Place {
  const { DATA_DIR, DATABASE_URL, REGISTER_KEY_DIR, CHECKPOINT_DIR, KEYS_DIR } = process.env;
  const data = resolve(values.data ?? DATA_DIR ?? 'data/demo/certificates');
  const keyDirectory = resolve(REGISTER_KEY_DIR ?? data);
  return {
    database: DATABASE_URL ?? join(data, 'register.sqlite'),
    key: join(keyDirectory, 'register.key'),
    keyDirectory,
    checkpoints: resolve(values.checkpoints ?? CHECKPOINT_DIR ?? join(data, 'checkpoints')),
    trust: resolve(values.trust ?? join(KEYS_DIR ?? join(data, 'authority'), 'trust')),
  };
}

/** Opening makes what is missing; a tool that looks must not. */
async function openExisting(place: Place) {
  for (const file of [place.key, ...(isDatabaseUrl(place.database) ? [] : [place.database])]) {
    if (!(await isThere(file))) throw new UsageError('There is no register in this data folder.');
  }
  return openRegister(place);
}

async function verify(place: Place, { key, checkpoints, trust, json }: { key: string[]; checkpoints?: string; trust?: string; json: boolean }): Promise<number> {
  const isOutside = await isThere(place.checkpoints);
  if (trust !== undefined && key.length > 0) throw new UsageError('Either --trust or --key says who may sign.');
  if (checkpoints !== undefined && !isOutside) throw new UsageError('There is no such folder of checkpoints.');
  await using register = await openExisting(place);
  const verifiers = key.length === 0 ? await toldKeys(place, trust !== undefined) : key.map(verifierOf);
  const report = await register.verify({ notes: isOutside ? await notesInFolder(place.checkpoints) : [], keys: verifiers });
  if (json) console.log(JSON.stringify(report));
  else {
    console.log(`${report.rows} rows, ${report.erased} with erased payload, head ${report.head}`);
    console.log(`${report.tree.size} stamps, root ${report.tree.root}`);
    console.log(`${report.checkpoints} checkpoints compared, ${isOutside ? 'those outside included' : 'none from outside'}`);
    for (const { part, row, fault } of report.faults) console.log(`${part} ${row}: ${fault}`);
    console.log(report.faults.length === 0 ? 'The register is whole.' : 'The register is broken.');
  }
  return report.faults.length === 0 ? 0 : 1;
}

async function proof(place: Place, document: string): Promise<number> {
  await using register = await openExisting(place);
  process.stdout.write(proofText(await register.checkpoints.proveInclusion(document)));
  return 0;
}

async function keys(place: Place): Promise<number> {
  for (const { text } of await ownKeys(place)) console.log(text);
  return 0;
}

async function ownKeys(place: Place) {
  const { town } = await loadTown(process.env['TOWN_DIR'] ?? TOWN);
  return checkpointKeys(place.keyDirectory, registerOrigin(town.checker));
}

/**
 * The keys of the newest trust bundle. Where nobody asked for one and it has none yet, those of the register itself.
 *
 * @throws {UsageError} when the bundle asked for names no key; {@link TrustError} for one that cannot be believed
 */
async function toldKeys(place: Place, isAskedFor: boolean): Promise<CheckpointVerifier[]> {
  const told = verifiersIn((await publishedTrust(place.trust)) ?? { registerKeys: [] });
  if (told.length > 0) return told;
  if (isAskedFor) throw new UsageError('There is no trust bundle with keys of checkpoints in this folder.');
  return (await ownKeys(place)).map(({ verifier }) => verifier);
}

function verifierOf(text: string): NoteVerifier {
  try {
    return noteVerifierOf(text);
  } catch (cause) {
    throw new UsageError('KEY is not a key as "register keys" prints it.', { cause });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
