import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createKeySigner, keySigning, UnusableKeyError } from '../signature/providers/file-signer.ts';
import type { TokenKeyKind } from '../signature/providers/pkcs11/token-messages.ts';
import { createTokenSigner } from '../signature/providers/pkcs11/token-signer.ts';
import type { Token } from '../signature/providers/pkcs11/token.ts';
import type { Signer, SigningKey } from '../signature/signer.ts';
import { currentKey } from './current-key.ts';
import { writeExclusively } from './exclusive-file.ts';
import { certify, randomSerial, systemRandom } from './issue-certificate.ts';
import type { CertificateName, RandomBytes } from './issue-certificate.ts';
import { addRegisterKeys, keyPem, nextKeyName, readKeyFolder, readKeyPem } from './key-folder.ts';
import type { KeyPurpose, RegisterKey, StoredKey } from './key-folder.ts';
import { lifetimeOf } from './key-lifetime.ts';
import { nameInSeal, publishKeys } from './publish-keys.ts';
import type { Revocation } from './publish-keys.ts';
import { fingerprint, TrustError } from './trust-bundle.ts';
import { publishedTrust } from './trust-folder.ts';

/** Who the authority is. */
export interface AuthorityIdentity {
  /** The town, as its certificates name it. */
  readonly organization: string;
  /** Two signs: with the country, the signer code of its stamps (`VS`: ITVS). */
  readonly signerName: string;
  /** True for an invented authority: what it vouches for is a SPECIMEN. */
  readonly specimen: boolean;
}

/** What an authority works with. */
export interface AuthorityDeps {
  readonly now: () => Date;
  /** Where its keys are; null: in the files of the folder. */
  readonly token: Token | null;
  /** Source of serial numbers. Default: the machine's own. */
  readonly random?: RandomBytes;
}

interface Waiting {
  readonly signal: AbortSignal;
}

/** The keys of a town: makes them, hands them out to sign, withdraws them, and tells checkers. */
export interface Authority {
  readonly trustFolder: string;
  keys(): Promise<readonly StoredKey[]>;
  /**
   * Makes the next key of a purpose, with a certificate from the folder's root; a root signs its own.
   *
   * @param options.kind default: P-256
   * @throws TrustError TRUST_MISSING when the root it needs is not there; {@link UnusableKeyError} when a stamp's key shall be
   *   of another kind than P-256; what the token throws
   */
  makeKey(purpose: KeyPurpose, options: Waiting & { readonly kind?: TokenKeyKind }): Promise<StoredKey>;
  /**
   * Makes the key of a name unless it is there already; safe in several processes at once, for keys in files.
   *
   * @throws as `makeKey`
   */
  ensureKey(purpose: KeyPurpose, name: string, options: Waiting): Promise<StoredKey>;
  /**
   * Takes in a key of the seal whose certificate a provider made.
   *
   * @param pem certificate, issuers, and the private key unless the token has it under the name that is answered
   * @throws TrustError TRUST_MALFORMED when key and certificate do not fit; what the token throws
   */
  importSeal(pem: string, options: Waiting): Promise<StoredKey>;
  /** The key that signs today. @throws TrustError TRUST_MISSING when none may; what the token throws */
  signer(purpose: KeyPurpose, options: Waiting): Promise<Signer>;
  /**
   * Takes in the public keys of the register's checkpoints and publishes them, unless the newest bundle has them already.
   *
   * @returns whether the newest bundle has them: false when the folder has no root to sign another
   * @throws as `publish`; the error of the file system
   */
  publishRegisterKeys(keys: readonly RegisterKey[], options: Waiting): Promise<boolean>;
  /** Publishes what the folder holds: see {@link publishKeys}. @returns the sequence of the newest bundle */
  publish(options: Waiting & { readonly revoke?: Revocation }): Promise<number>;
}

const ROOT_OF: Readonly<Record<KeyPurpose, KeyPurpose>> = {
  'stamp-root': 'stamp-root',
  'stamp-signer': 'stamp-root',
  'seal-root': 'seal-root',
  seal: 'seal-root',
};

/** An authority over a key folder (see key-folder.ts), which must be there. */
export function openAuthority(folder: string, identity: AuthorityIdentity, deps: AuthorityDeps): Authority {
  const { now, token, random = systemRandom } = deps;
  const trustFolder = join(folder, 'trust');

  async function write(name: string, key: Omit<StoredKey, 'name' | 'purpose'>): Promise<boolean> {
    return writeExclusively(join(folder, `${name}.pem`), keyPem(key), 0o600);
  }

  async function makeNamed(purpose: KeyPurpose, name: string, kind: TokenKeyKind, options: Waiting): Promise<StoredKey> {
    const isRoot = ROOT_OF[purpose] === purpose;
    const root = isRoot ? null : await rootOf(purpose, options);
    const made = token === null ? keyInMemory(kind) : await keyInToken(token, name, kind, options);
    const request = {
      ...lifetimeOf(purpose, now()),
      role: isRoot ? ('root' as const) : (purpose as 'stamp-signer' | 'seal'),
      subject: subjectOf(purpose, identity),
      serial: randomSerial(4, random),
    };
    const by = { key: root ?? made.signing, certificate: root?.certificate ?? null };
    const certificate = await certify(request, made.publicKey, by, options);
    const chain = root === null || purpose === 'stamp-signer' ? [] : [root.certificate];
    const key = { name, purpose, privateKey: made.privateKey, certificate, chain };
    if (await write(name, key)) return key;
    return { name, purpose, ...readKeyPem(await readFile(join(folder, `${name}.pem`), 'utf8'), name) };
  }

  async function rootOf(purpose: KeyPurpose, options: Waiting): Promise<Signer> {
    const root = (await readKeyFolder(folder)).find((key) => key.purpose === ROOT_OF[purpose]);
    if (root === undefined) throw new TrustError('TRUST_MISSING', `there is no ${ROOT_OF[purpose]} in the key folder`);
    return signerOf(root, options);
  }

  async function signerOf(key: StoredKey, options: Waiting): Promise<Signer> {
    const { name, privateKey, certificate, chain } = key;
    if (privateKey !== null) return createKeySigner({ privateKey, certificate, chain });
    if (token === null) throw new TrustError('TRUST_MISSING', `the key ${name} is in a token, and none is configured`);
    return createTokenSigner({ label: name, certificate, chain }, token, options);
  }

  /** Names of keys the newest bundle revokes. */
  async function revokedNames(keys: readonly StoredKey[]): Promise<string[]> {
    const bundle = await publishedTrust(trustFolder);
    const names = [];
    for (const { name, purpose, certificate } of keys) {
      const print = await fingerprint(certificate);
      const isRevoked =
        purpose === 'stamp-signer'
          ? bundle?.revoked.some(({ reference }) => reference === nameInSeal(certificate).reference)
          : bundle?.revokedSeals.some((entry) => entry.fingerprint === print);
      if (isRevoked === true) names.push(name);
    }
    return names;
  }

  async function publish({ signal, ...revocation }: Waiting & { readonly revoke?: Revocation }): Promise<number> {
    const root = await rootOf('stamp-root', { signal });
    const { specimen } = identity;
    return publishKeys({ keys: folder, trust: trustFolder }, root, { now: now(), specimen, signal, ...revocation });
  }

  return {
    trustFolder,
    keys: () => readKeyFolder(folder),
    async makeKey(purpose, { kind = 'P-256', ...options }) {
      // Stamps and bundles are checked by readers of P-256 (Doc 9303-13, 2.4); a seal may be of RSA too.
      if (kind !== 'P-256' && ROOT_OF[purpose] === 'stamp-root') throw new UnusableKeyError(`A ${purpose} is a P-256 key.`);
      const taken = (await readKeyFolder(folder)).map(({ name }) => name);
      const name = nextKeyName(purpose, now().getUTCFullYear(), taken);
      if (taken.includes(name)) throw new TrustError('TRUST_MALFORMED', `there is a ${name} already`);
      return makeNamed(purpose, name, kind, options);
    },
    async ensureKey(purpose, name, options) {
      const there = (await readKeyFolder(folder)).find((key) => key.name === name);
      return there ?? makeNamed(purpose, name, 'P-256', options);
    },
    async importSeal(pem, options) {
      const taken = (await readKeyFolder(folder)).map(({ name }) => name);
      const name = nextKeyName('seal', now().getUTCFullYear(), taken);
      const key = { name, purpose: 'seal' as const, ...readKeyPem(pem, name) };
      // A key in the token must sign once before its certificate is vouched for.
      await signerOf(key, options);
      if (!(await write(name, key))) throw new TrustError('TRUST_MALFORMED', `there is a ${name} already`);
      return key;
    },
    async signer(purpose, options) {
      const keys = await readKeyFolder(folder);
      const key = currentKey(keys, purpose, now().toISOString().slice(0, 10), await revokedNames(keys));
      if (key === undefined) throw new TrustError('TRUST_MISSING', `no ${purpose} key may sign today`);
      return signerOf(key, options);
    },
    async publishRegisterKeys(keys, options) {
      const published = new Set((await publishedTrust(trustFolder))?.registerKeys.map(({ key }) => key));
      if (keys.every(({ text }) => published.has(text))) return true;
      await addRegisterKeys(folder, keys);
      if ((await readKeyFolder(folder)).every(({ purpose }) => purpose !== 'stamp-root')) return false;
      await publish(options);
      return true;
    },
    publish,
  };
}

interface MadeKey {
  readonly privateKey: KeyObject | null;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly signing: SigningKey;
}

function keyInMemory(kind: TokenKeyKind): MadeKey {
  const { privateKey } =
    kind === 'P-256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: kind === 'RSA 2048' ? 2048 : 3072 });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { privateKey, publicKey, signing: keySigning(privateKey) };
}

async function keyInToken(token: Token, name: string, kind: TokenKeyKind, options: Waiting): Promise<MadeKey> {
  const publicKey = await token.generate(name, kind, options);
  const algorithm = kind === 'P-256' ? 'ecdsa-p256-sha256' : 'rsa-pkcs1-sha256';
  return { privateKey: null, publicKey, signing: { algorithm, sign: (data, waiting) => token.sign(name, algorithm, data, waiting) } };
}

/** Doc 9303-8 has a stamp's signer named by country and two signs alone. */
function subjectOf(purpose: KeyPurpose, { organization, signerName, specimen }: AuthorityIdentity): CertificateName {
  const mark = specimen ? 'SPECIMEN ' : '';
  const commonName = { 'stamp-root': 'Stamp Root', 'seal-root': 'Seal Root', seal: 'Sigillo elettronico', 'stamp-signer': '' }[purpose];
  if (purpose === 'stamp-signer') return { country: 'IT', commonName: signerName };
  return { country: 'IT', organization, commonName: mark + commonName };
}
