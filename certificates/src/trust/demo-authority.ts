import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeExclusively } from './exclusive-file.ts';
import { issueCertificate, randomSerial, systemRandom } from './issue-certificate.ts';
import type { CertificateRequest, KeyAndCertificate, RandomBytes } from './issue-certificate.ts';
import { readSignerCertificate } from './signer-certificate.ts';
import { loadTrustFolder, publishTrustBundle, readKeyFile } from './trust-folder.ts';
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
const NEXT_UPDATE_DAYS = 90;

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
  await publishSigners(directory, trustFolder, stampRoot, deps.now);
  return {
    stampSigner: { ...stampSigner, ...nameInSeal(stampSigner.certificate) },
    seal: { ...seal, chain: [sealRoot.certificate] },
    trustFolder,
  };
}

function maker(directory: string, { now, random = systemRandom }: DemoAuthorityDeps) {
  return async (
    name: string,
    request: Omit<CertificateRequest, 'serial' | 'notBefore'>,
  ): Promise<KeyAndCertificate> => {
    const path = join(directory, name);
    const existing = await readIfThere(path);
    if (existing !== null) return readKeyFile(existing);
    // One day back: a checker in another time zone may still write yesterday.
    const made = await issueCertificate({ ...request, serial: randomSerial(4, random), notBefore: later(now, -1) });
    const text = `${pemOfKey(made.privateKey)}${pemOfCertificate(made.certificate)}`;
    if (await writeExclusively(path, text, 0o600)) return made;
    return readKeyFile(await readFile(path, 'utf8'));
  };
}

/** Publishes a bundle unless the newest one already lists every signer of the folder and is still fresh. */
async function publishSigners(directory: string, folder: string, root: KeyAndCertificate, now: Date): Promise<void> {
  const files = (await readdir(directory)).filter((name) => /^stamp-signer-\d{4}\.pem$/.test(name)).toSorted();
  const signers = await Promise.all(
    files.map(async (name) => {
      const { certificate } = readKeyFile(await readFile(join(directory, name), 'utf8'));
      return { ...nameInSeal(certificate), certificate: Buffer.from(certificate).toString('base64') };
    }),
  );
  const current = await loadTrustFolder(folder).catch((error: unknown) => {
    if (error instanceof TrustError && error.code === 'TRUST_MISSING') return null;
    throw error;
  });
  const listed = new Set(current?.signers.map((signer) => signer.certificate));
  const fresh = current !== null && Date.parse(current.nextUpdate) > now.getTime();
  if (fresh && signers.every((signer) => listed.has(signer.certificate))) return;
  const draft = {
    specimen: true,
    issuedAt: now.toISOString(),
    nextUpdate: later(now, NEXT_UPDATE_DAYS).toISOString(),
    signers,
    revoked: current?.revoked ?? [],
  };
  await publishTrustBundle(folder, draft, {
    privateKey: root.privateKey,
    certificatePem: pemOfCertificate(root.certificate),
  });
}

function nameInSeal(certificate: Uint8Array): { signerCode: string; reference: string } {
  const { signerCode, reference } = readSignerCertificate(certificate);
  if (signerCode === null) throw new TrustError('TRUST_MALFORMED', 'a stamp signer certificate has no signer code');
  return { signerCode, reference };
}

function later(from: Date, days: number): Date {
  return new Date(from.getTime() + days * DAY_MS);
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function pemOfCertificate(der: Uint8Array): string {
  return new X509Certificate(der).toString();
}

async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}
