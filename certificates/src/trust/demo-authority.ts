import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createKeySigner } from '../signature/providers/file-signer.ts';
import { writeExclusively } from './exclusive-file.ts';
import { issueCertificate, randomSerial, systemRandom } from './issue-certificate.ts';
import type { KeyAndCertificate, RandomBytes } from './issue-certificate.ts';
import { keyPem, readKeyPem } from './key-folder.ts';
import { nameInSeal, publishKeys } from './publish-keys.ts';
import { TrustError } from './trust-bundle.ts';

/** Country and common name of the one signer code the network uses (stamp layout: ITVS). */
const STAMP_SIGNER_NAME = { country: 'IT', commonName: 'VS' } as const;

const ORGANIZATION = 'SPECIMEN Comune dimostrativo';
const STAMP_ROOT_NAME = { country: 'IT', organization: ORGANIZATION, commonName: 'SPECIMEN Stamp Root' } as const;
const SEAL_ROOT_NAME = { country: 'IT', organization: ORGANIZATION, commonName: 'SPECIMEN Seal Root' } as const;
const SEAL_NAME = { country: 'IT', organization: ORGANIZATION, commonName: 'SPECIMEN Sigillo elettronico' } as const;

const DAY_MS = 86_400_000;
const ROOT_YEARS = 20;
/** Doc 9303-8: a signer key is used for one year and two months. */
const KEY_USE_DAYS = 365 + 62;
/** The longest validity of a dated document the demo issues; a signer certificate outlives its last document. */
const DOCUMENT_VALIDITY_DAYS = 10 * 365;

/** The key that signs printed stamps. */
export interface StampSignerKey extends KeyAndCertificate {
  /** Country and two signs, as the seal's header names the signer: `ITVS`. */
  readonly signerCode: string;
  /** The certificate's serial number, capital hexadecimal digits. */
  readonly reference: string;
}

/** The key that seals PDF files. */
export interface SealKey extends KeyAndCertificate {
  /**
   * DER of the issuers' certificates from the direct issuer up to the root; the seal's own certificate is not in it.
   */
  readonly chain: readonly Uint8Array[];
}

/** The invented authority of a demo. */
export interface DemoAuthority {
  readonly stampSigner: StampSignerKey;
  readonly seal: SealKey;
  /** Folder to check stamps against: root certificate and signed bundles. */
  readonly trustFolder: string;
}

/** What the authority takes from outside. */
export interface DemoAuthorityDeps {
  /** The present moment; its UTC year picks the year's keys. */
  readonly now: Date;
  /** Source of serial numbers. Default: the machine's own. */
  readonly random?: RandomBytes;
}

/**
 * Opens the demo authority of a folder and makes what is missing: stamp root, this year's stamp signer, seal root, this
 * year's seal (all P-256), and a trust bundle that lists every signer so far. Each key lies with its certificate in one
 * PEM file, mode 0600. Safe to call from several processes at once, and again in a later year: the new year's keys are
 * added, the old certificates stay in the bundle.
 *
 * For `--demo` only: every name says SPECIMEN, and the keys are as safe as the folder.
 *
 * @throws TrustError when the folder holds a bundle that its root did not sign; the error of the file system
 */
export async function createDemoAuthority(directory: string, deps: DemoAuthorityDeps): Promise<DemoAuthority> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const make = maker(directory, deps);
  const year = deps.now.getUTCFullYear();
  const yearly = {
    keyUseEnds: later(deps.now, KEY_USE_DAYS),
    notAfter: later(deps.now, KEY_USE_DAYS + DOCUMENT_VALIDITY_DAYS),
  };
  const rooted = { role: 'root', notAfter: later(deps.now, ROOT_YEARS * 365) } as const;

  const stampRoot = await make('stamp-root.pem', { ...rooted, subject: STAMP_ROOT_NAME });
  const stampSigner = await make(`stamp-signer-${year}.pem`, {
    ...yearly,
    role: 'stamp-signer',
    subject: STAMP_SIGNER_NAME,
    issuer: stampRoot,
  });
  const sealRoot = await make('seal-root.pem', { ...rooted, subject: SEAL_ROOT_NAME });
  const seal = await make(`seal-${year}.pem`, { ...yearly, role: 'seal', subject: SEAL_NAME, issuer: sealRoot });

  const trustFolder = join(directory, 'trust');
  await publishKeys({ keys: directory, trust: trustFolder }, createKeySigner({ ...stampRoot, chain: [] }), {
    now: deps.now,
    specimen: true,
    signal: new AbortController().signal,
  });
  return {
    stampSigner: { ...stampSigner, ...nameInSeal(stampSigner.certificate) },
    seal: { ...seal, chain: [sealRoot.certificate] },
    trustFolder,
  };
}

function maker(directory: string, { now, random = systemRandom }: DemoAuthorityDeps) {
  return async (
    name: string,
    request: Omit<Parameters<typeof issueCertificate>[0], 'serial' | 'notBefore'>,
  ): Promise<KeyAndCertificate> => {
    const path = join(directory, name);
    const existing = await readIfThere(path);
    if (existing !== null) return readOwnKey(existing, name);
    // One day back: a checker in another time zone may still write yesterday.
    const made = await issueCertificate({ ...request, serial: randomSerial(4, random), notBefore: later(now, -1) });
    if (await writeExclusively(path, keyPem({ ...made, chain: [] }), 0o600)) return made;
    return readOwnKey(await readFile(path, 'utf8'), name);
  };
}

function readOwnKey(pem: string, name: string): KeyAndCertificate {
  const { privateKey, certificate } = readKeyPem(pem, name);
  if (privateKey === null) throw new TrustError('TRUST_MALFORMED', `the key file ${name} holds no private key`);
  return { privateKey, certificate };
}

function later(from: Date, days: number): Date {
  return new Date(from.getTime() + days * DAY_MS);
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}
