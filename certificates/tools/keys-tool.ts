import { X509Certificate } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { tokenKeyKind } from '../src/signature/providers/pkcs11/token-messages.ts';
import { KEY_PURPOSES } from '../src/trust/key-folder.ts';
import { keySettingsSchema, writeKeySettings } from '../src/trust/key-settings.ts';
import { readSignerCertificate } from '../src/trust/signer-certificate.ts';
import { openTownKeys } from '../src/trust/town-keys.ts';
import type { TownKeys } from '../src/trust/town-keys.ts';
import { loadTrustFolder, publishedTrust } from '../src/trust/trust-folder.ts';
import { UsageError } from './usage-error.ts';

/** What a person is told about the keys' commands. */
export const KEYS_USAGE = `  certificates keys init --keys DIR --organization NAME [--signer VS] [--specimen]
                    [--module FILE --token LABEL --pin-file FILE [--module-env NAME=VALUE]…]
                    [--time-stamp URL [--best-effort]]
      begins the key folder of a town; with --module the keys are made in a PKCS#11 token
  certificates keys generate PURPOSE --keys DIR [--kind KIND]     makes a key and its certificate
  certificates keys import --keys DIR --certificates FILE [--key FILE]
      takes in a seal that a provider certified; without --key, the token has its key under the name of the next seal
  certificates keys list --keys DIR [--json]
  certificates trust publish --keys DIR                           signs a new trust bundle when there is something new to say
  certificates trust roll-over --keys DIR                         new keys for stamps and seals, and a new bundle
  certificates trust revoke NAME --keys DIR [--on DATE]           withdraws a key (default: today), and a new bundle
  certificates trust export --keys DIR --out DIR                  copies root and newest bundle for checkers

PURPOSE: ${KEY_PURPOSES.join(', ')}
KIND: ${tokenKeyKind.options.join(', ')} (seals only, default P-256)
DIR of --keys: default environment KEYS_DIR`;

/** How long a command may take: RSA keys are slow to make in small tokens. */
const COMMAND_MS = 120_000;

const OPTIONS = {
  keys: { type: 'string' },
  organization: { type: 'string' },
  signer: { type: 'string', default: 'VS' },
  specimen: { type: 'boolean', default: false },
  module: { type: 'string' },
  token: { type: 'string' },
  'pin-file': { type: 'string' },
  'module-env': { type: 'string', multiple: true, default: [] as string[] },
  'time-stamp': { type: 'string' },
  'best-effort': { type: 'boolean', default: false },
  kind: { type: 'string', default: 'P-256' },
  certificates: { type: 'string' },
  key: { type: 'string' },
  on: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof read>['values'];

/**
 * Runs `certificates keys …` or `certificates trust …`.
 *
 * @param group which of the two
 * @param args what follows it
 * @returns what a person, or with `--json` a program, is told
 * @throws {UsageError} when the words are not a command; what authority and token throw
 */
export async function keysTool(group: 'keys' | 'trust', args: readonly string[]): Promise<string> {
  const { positionals, values } = read(args);
  const command = `${group} ${positionals[0] ?? ''}`;
  const name = positionals[1];
  const folder = resolve(values.keys ?? process.env['KEYS_DIR'] ?? needed('--keys DIR'));
  if (command === 'keys init') return init(folder, values);
  await using town = await openTownKeys(folder, { now: () => new Date() });
  const signal = AbortSignal.timeout(COMMAND_MS);
  switch (command) {
    case 'keys generate':
      return await generate(town, name, values, signal);
    case 'keys import':
      return await importSeal(town, values, signal);
    case 'keys list':
      return await list(town, values.json);
    case 'trust publish':
      return `Bundle ${await town.authority.publish({ signal })} is the newest.`;
    case 'trust roll-over':
      return await rollOver(town, signal);
    case 'trust revoke':
      return await revoke(town, name ?? needed('the name of a key'), values, signal);
    case 'trust export':
      return await exportTrust(town, resolve(values.out ?? needed('--out DIR')));
    default:
      throw new UsageError(`There is no command "${command}".`);
  }
}

function read(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

async function init(folder: string, values: Values): Promise<string> {
  const { module, token } = values;
  const pinFile = values['pin-file'];
  const hasToken = module !== undefined && token !== undefined && pinFile !== undefined;
  if (!hasToken && (module ?? token ?? pinFile) !== undefined) throw new UsageError('A token needs --module, --token and --pin-file.');
  const url = values['time-stamp'];
  const settings = keySettingsSchema.safeParse({
    organization: values.organization ?? needed('--organization NAME'),
    signerName: values.signer,
    specimen: values.specimen,
    token: hasToken ? { module: resolve(module), token, pinFile: resolve(pinFile), environment: environmentOf(values['module-env']) } : null,
    timeStamping: url === undefined ? null : { url, policy: values['best-effort'] ? 'best-effort' : 'required' },
  });
  if (!settings.success) throw new UsageError(`Not valid: ${settings.error.issues.map(({ path }) => path.join('.')).join(', ')}.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeKeySettings(folder, settings.data);
  return `Begun: ${folder}. Next: keys generate stamp-root, stamp-signer, seal-root, seal; then trust publish.`;
}

async function generate(town: TownKeys, purposeName: string | undefined, values: Values, signal: AbortSignal): Promise<string> {
  const purpose = KEY_PURPOSES.find((candidate) => candidate === purposeName);
  const kind = tokenKeyKind.safeParse(values.kind);
  if (purpose === undefined) throw new UsageError(`There is no purpose "${purposeName ?? ''}".`);
  if (!kind.success) throw new UsageError(`There is no kind "${values.kind}".`);
  const { name } = await town.authority.makeKey(purpose, { kind: kind.data, signal });
  return `Made ${name}.`;
}

async function importSeal(town: TownKeys, values: Values, signal: AbortSignal): Promise<string> {
  const files = [values.key, values.certificates ?? needed('--certificates FILE')].filter((file) => file !== undefined);
  const pem = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const { name } = await town.authority.importSeal(pem.join('\n'), { signal });
  return `Taken in as ${name}.`;
}

async function list(town: TownKeys, json: boolean): Promise<string> {
  const bundle = await publishedTrust(town.authority.trustFolder);
  const keys = (await town.authority.keys()).map(({ name, purpose, privateKey, certificate }) => {
    const { reference, validFrom, keyUseEnds, validTo } = readSignerCertificate(certificate);
    const { subject, fingerprint256 } = new X509Certificate(certificate);
    const print = fingerprint256.replaceAll(':', '').toLowerCase();
    const revokedOn =
      (purpose === 'stamp-signer'
        ? bundle?.revoked.find((entry) => entry.reference === reference)
        : bundle?.revokedSeals.find((entry) => entry.fingerprint === print)
      )?.revokedOn ?? null;
    const where = privateKey === null ? 'token' : 'file';
    return { name, where, subject: subject.replaceAll('\n', ', '), reference, validFrom, keyUseEnds, validTo, revokedOn };
  });
  if (json) return JSON.stringify({ bundle: bundle?.sequence ?? null, nextUpdate: bundle?.nextUpdate ?? null, keys });
  const lines = keys.map(({ name, where, subject, validFrom, keyUseEnds, validTo, revokedOn }) => {
    const end = revokedOn === null ? `checks until ${validTo}` : `revoked from ${revokedOn}`;
    return `${name.padEnd(20)} ${where.padEnd(6)} ${subject}\n  signs ${validFrom} to ${keyUseEnds}, ${end}`;
  });
  lines.push(bundle === null ? 'No bundle is published yet.' : `Bundle ${bundle.sequence}, next update ${bundle.nextUpdate}.`);
  return lines.join('\n');
}

/** A town that seals with a provider's certificate has no root for seals: a new one is imported instead. */
async function rollOver({ authority }: TownKeys, signal: AbortSignal): Promise<string> {
  const made = [await authority.makeKey('stamp-signer', { signal })];
  const hasSealRoot = (await authority.keys()).some(({ purpose }) => purpose === 'seal-root');
  if (hasSealRoot) made.push(await authority.makeKey('seal', { signal }));
  const sequence = await authority.publish({ signal });
  return `${made.map(({ name }) => name).join(' and ')} sign from now on; bundle ${sequence} says so.`;
}

async function revoke({ authority }: TownKeys, name: string, values: Values, signal: AbortSignal): Promise<string> {
  const on = values.on ?? new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(on)) throw new UsageError('--on is a day, YYYY-MM-DD.');
  const sequence = await authority.publish({ signal, revoke: { name, on } });
  return `${name} is revoked; bundle ${sequence} says so. Give it to every checker: trust export.`;
}

async function exportTrust({ authority }: TownKeys, out: string): Promise<string> {
  const { sequence } = await loadTrustFolder(authority.trustFolder);
  await mkdir(out, { recursive: true });
  for (const file of ['root.pem', `bundle-${sequence}.sig`, `bundle-${sequence}.json`]) {
    await copyFile(join(authority.trustFolder, file), join(out, file));
  }
  return `Bundle ${sequence} is in ${out}.`;
}

function environmentOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new UsageError('--module-env is NAME=VALUE.');
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

function needed(what: string): never {
  throw new UsageError(`This command needs ${what}.`);
}
