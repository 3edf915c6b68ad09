import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { certificatesInPem } from '../signature/providers/file-signer.ts';
import { writeExclusively } from './exclusive-file.ts';
import { NOTE_KEY, TrustError } from './trust-bundle.ts';

/**
 * A folder of keys. What lies in it is the record: one PEM file per key, named after its purpose and year, so that several
 * processes and years add to it without a list that two could write at once.
 *
 * ```
 *  stamp-root.pem        signs certificates of stamps, and the trust bundle
 *  stamp-signer-2026.pem signs stamps;           stamp-signer-2026-2.pem the second of that year
 *  seal-root.pem         signs certificates of seals, where the town has no provider
 *  seal-2026.pem         seals PDF files
 *  time-stamp-NAME.pem   certificate of a time-stamp authority
 *  checkpoints-2026.txt  public key of the register's checkpoints, as `ORIGIN+ID+BASE64`; checkpoints-2026-2.txt another of that year
 *  trust/                the bundles that were published
 * ```
 * A file of a signing key holds the private key, its certificate and the issuers'; one without a private key belongs to
 * a key of the same name in the PKCS#11 token.
 */
export const KEY_PURPOSES = ['stamp-root', 'stamp-signer', 'seal-root', 'seal'] as const;

/** What a key of the folder is for: one key, one purpose. */
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** One key of the folder. */
export interface StoredKey {
  /** `seal-2026`; also the label in the token. */
  readonly name: string;
  readonly purpose: KeyPurpose;
  /** Null: the key is in the token. */
  readonly privateKey: KeyObject | null;
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER of the issuers, nearest first. */
  readonly chain: readonly Uint8Array[];
}

const REGISTER_KEY_FILE = /^checkpoints-(\d{4})(?:-\d{1,2})?\.txt$/;
const KEY_FILE = /^(stamp-root|seal-root|(?:stamp-signer|seal)-\d{4}(?:-\d{1,2})?)\.pem$/;

/**
 * The name of the next key: a root has one name, the others get year and, from the second on, a number.
 *
 * @param taken names that are there
 */
export function nextKeyName(purpose: KeyPurpose, year: number, taken: readonly string[]): string {
  if (purpose === 'stamp-root' || purpose === 'seal-root') return purpose;
  const ofYear = `${purpose}-${year}`;
  if (!taken.includes(ofYear)) return ofYear;
  let number = 2;
  while (taken.includes(`${ofYear}-${number}`)) number += 1;
  return `${ofYear}-${number}`;
}

/**
 * Reads every key of the folder, in the order of purpose, year and number.
 *
 * @throws TrustError TRUST_MALFORMED, naming the file, when one cannot be read as a key; the error of the file system
 */
export async function readKeyFolder(folder: string): Promise<readonly StoredKey[]> {
  const names = (await readdir(folder)).flatMap((file) => KEY_FILE.exec(file)?.[1] ?? []);
  const ordered = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return Promise.all(
    ordered.map(async (name) => ({ name, purpose: purposeOf(name), ...readKeyPem(await readPem(folder, name), name) })),
  );
}

/**
 * Reads the text of one key file.
 *
 * @param name what an error calls it
 * @throws TrustError TRUST_MALFORMED when it holds no certificate, or a key that is not the certificate's
 */
export function readKeyPem(pem: string, name: string): Pick<StoredKey, 'privateKey' | 'certificate' | 'chain'> {
  try {
    const [certificate, ...chain] = certificatesInPem(pem);
    if (certificate === undefined) throw new TypeError('no certificate');
    const privateKey = pem.includes('PRIVATE KEY-----') ? createPrivateKey(pem) : null;
    if (privateKey !== null && !new X509Certificate(certificate).checkPrivateKey(privateKey)) {
      throw new TypeError('not the key of its certificate');
    }
    return { privateKey, certificate, chain };
  } catch (cause) {
    throw new TrustError('TRUST_MALFORMED', `the key file ${name} does not hold a certificate and its key`, { cause });
  }
}

/** The text of a key file: private key (PKCS#8) where it is no token's, certificate, issuers. */
export function keyPem({ privateKey, certificate, chain }: Omit<StoredKey, 'name' | 'purpose'>): string {
  const key = privateKey === null ? '' : privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return key + [certificate, ...chain].map((der) => new X509Certificate(der).toString()).join('');
}

/** Certificates of the time-stamp authorities named in the folder, DER in Base64. */
export async function readTimeStampAuthorities(folder: string): Promise<{ certificate: string }[]> {
  const files = (await readdir(folder)).filter((file) => /^time-stamp-[\w-]{1,60}\.pem$/.test(file)).toSorted();
  const all = await Promise.all(files.map(async (file) => certificatesInPem(await readFile(join(folder, file), 'utf8'))));
  return all.flat().map((der) => ({ certificate: Buffer.from(der).toString('base64') }));
}

/**
 * Public keys of the register's checkpoints: each signs in its year.
 *
 * @throws TrustError TRUST_MALFORMED when a file holds anything else than one such key
 */
export async function readRegisterKeys(folder: string): Promise<{ key: string; validFrom: string; validTo: string }[]> {
  const files = (await readdir(folder)).filter((file) => REGISTER_KEY_FILE.test(file)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const key = (await readFile(join(folder, file), 'utf8')).trim();
      if (!NOTE_KEY.test(key)) throw new TrustError('TRUST_MALFORMED', `${file} holds no public key`);
      const year = REGISTER_KEY_FILE.exec(file)?.[1] ?? '';
      return { key, validFrom: `${year}-01-01`, validTo: `${year}-12-31` };
    }),
  );
}

/** A public key of the register's checkpoints. */
export interface RegisterKey {
  /** Year (UTC) in which it signs. */
  readonly year: number;
  /** As one word, `ORIGIN+ID+BASE64`. */
  readonly text: string;
}

/** Puts the register's keys into the folder where they are not there yet; safe in several processes at once. */
export async function addRegisterKeys(folder: string, keys: readonly RegisterKey[]): Promise<void> {
  for (const { year, text } of keys) {
    for (let number = 1; ; number += 1) {
      const path = join(folder, `checkpoints-${year}${number === 1 ? '' : `-${number}`}.txt`);
      if (await writeExclusively(path, `${text}\n`, 0o644)) break;
      if ((await readFile(path, 'utf8')).trim() === text) break;
    }
  }
}

function purposeOf(name: string): KeyPurpose {
  const purpose = KEY_PURPOSES.find((candidate) => candidate === name.replace(/-\d{4}(-\d+)?$/, ''));
  if (purpose === undefined) throw new TypeError(`${name} is no name of a key`);
  return purpose;
}

function readPem(folder: string, name: string): Promise<string> {
  return readFile(join(folder, `${name}.pem`), 'utf8');
}
