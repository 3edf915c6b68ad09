import { mkdir } from 'node:fs/promises';

import { openAuthority } from './authority.ts';
import type { KeyAndCertificate, RandomBytes } from './issue-certificate.ts';
import { addRegisterKeys } from './key-folder.ts';
import type { RegisterKey, StoredKey } from './key-folder.ts';
import { nameInSeal } from './publish-keys.ts';
import { TrustError } from './trust-bundle.ts';

const IDENTITY = { organization: 'SPECIMEN Comune dimostrativo', signerName: 'VS', specimen: true } as const;

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
  /** Folder to check stamps and seals against: root certificate and signed bundles. */
  readonly trustFolder: string;
}

/** What the authority takes from outside. */
export interface DemoAuthorityDeps {
  /** The present moment; its UTC year picks the year's keys. */
  readonly now: Date;
  /** Source of serial numbers. Default: the machine's own. */
  readonly random?: RandomBytes;
  /** Public keys of the register's checkpoints, to be told with the others. Default: none. */
  readonly registerKeys?: readonly RegisterKey[];
}

/**
 * Opens the demo authority of a folder and makes what is missing: stamp root, this year's stamp signer, seal root, this
 * year's seal (all P-256, in files of mode 0600), and a trust bundle that lists every key so far. Safe to call from several
 * processes at once, and again in a later year: the new year's keys are added, the old certificates stay in the bundle.
 *
 * For `--demo` only: every name says SPECIMEN, and the keys are as safe as the folder.
 *
 * @throws TrustError when the folder holds a bundle that its root did not sign; the error of the file system
 */
export async function createDemoAuthority(directory: string, deps: DemoAuthorityDeps): Promise<DemoAuthority> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const authority = openAuthority(directory, IDENTITY, { ...deps, now: () => deps.now, token: null });
  const options = { signal: new AbortController().signal };
  const year = deps.now.getUTCFullYear();
  await authority.ensureKey('stamp-root', 'stamp-root', options);
  const stampSigner = await authority.ensureKey('stamp-signer', `stamp-signer-${year}`, options);
  await authority.ensureKey('seal-root', 'seal-root', options);
  const seal = await authority.ensureKey('seal', `seal-${year}`, options);
  await addRegisterKeys(directory, deps.registerKeys ?? []);
  await authority.publish(options);
  return {
    stampSigner: { ...withKey(stampSigner), ...nameInSeal(stampSigner.certificate) },
    seal: { ...withKey(seal), chain: seal.chain },
    trustFolder: authority.trustFolder,
  };
}

function withKey({ name, privateKey, certificate }: StoredKey): KeyAndCertificate {
  if (privateKey === null) throw new TrustError('TRUST_MALFORMED', `the key file ${name} holds no private key`);
  return { privateKey, certificate };
}
