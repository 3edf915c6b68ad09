import type { Signer } from '../signature/signer.ts';
import { canonicalJson } from './canonical-json.ts';
import { readKeyFolder, readRegisterKeys, readTimeStampAuthorities } from './key-folder.ts';
import type { StoredKey } from './key-folder.ts';
import { readSignerCertificate } from './signer-certificate.ts';
import { fingerprint, TrustError } from './trust-bundle.ts';
import type { TrustBundle } from './trust-bundle.ts';
import { publishedTrust, publishTrustBundle } from './trust-folder.ts';
import type { TrustBundleDraft } from './trust-folder.ts';

const DAY_MS = 86_400_000;
/** How long a bundle is fresh: a checker at a counter without network is renewed at least four times a year. */
const NEXT_UPDATE_DAYS = 90;

/** A key to be withdrawn. */
export interface Revocation {
  /** Name in the key folder, `seal-2026`. */
  readonly name: string;
  /** From which UTC day, YYYY-MM-DD. */
  readonly on: string;
}

/**
 * Publishes what a key folder holds as one bundle in its `trust/`: all certificates of stamps and seals so far, the
 * revocations of the newest bundle and the new one, time-stamp authorities and checkpoint keys. Nothing is published
 * when the newest bundle says the same and is still fresh.
 *
 * @param root signs the bundle: the folder's `stamp-root`
 * @returns the sequence of the newest bundle
 * @throws TrustError when the newest bundle is not of this root, or a revocation names no key; what `root` throws
 */
export async function publishKeys(
  folders: { readonly keys: string; readonly trust: string },
  root: Signer,
  options: { readonly now: Date; readonly specimen: boolean; readonly signal: AbortSignal; readonly revoke?: Revocation },
): Promise<number> {
  const { now, specimen, signal, revoke } = options;
  const current = await publishedTrust(folders.trust);
  const lists = await composeLists(folders.keys, current, revoke);
  const fresh = current !== null && Date.parse(current.nextUpdate) > now.getTime();
  if (fresh && current.specimen === specimen && saysTheSame(current, lists)) return current.sequence;
  const draft: TrustBundleDraft = {
    specimen,
    issuedAt: now.toISOString(),
    nextUpdate: new Date(now.getTime() + NEXT_UPDATE_DAYS * DAY_MS).toISOString(),
    ...lists,
  };
  return publishTrustBundle(folders.trust, draft, root, { signal });
}

type Lists = Omit<TrustBundleDraft, 'specimen' | 'issuedAt' | 'nextUpdate'>;

async function composeLists(folder: string, current: TrustBundle | null, revoke: Revocation | undefined): Promise<Lists> {
  const keys = await readKeyFolder(folder);
  const stamps = keys.filter(({ purpose }) => purpose === 'stamp-signer');
  const seals = keys.filter(({ purpose }) => purpose === 'seal');
  const withdrawn = revoke === undefined ? undefined : [...stamps, ...seals].find(({ name }) => name === revoke.name);
  if (revoke !== undefined && withdrawn === undefined) {
    throw new TrustError('TRUST_MISSING', `there is no key ${revoke.name} that stamps or seals`);
  }
  const lists = {
    signers: stamps.map((key) => ({ ...nameInSeal(key.certificate), certificate: base64(key) })),
    revoked: [...(current?.revoked ?? [])],
    seals: seals.map((key) => ({ certificate: base64(key) })),
    revokedSeals: [...(current?.revokedSeals ?? [])],
    timeStampAuthorities: await readTimeStampAuthorities(folder),
    registerKeys: await readRegisterKeys(folder),
  };
  if (revoke === undefined || withdrawn === undefined) return lists;
  if (withdrawn.purpose === 'seal') {
    const named = await fingerprint(withdrawn.certificate);
    if (lists.revokedSeals.every((entry) => entry.fingerprint !== named)) {
      lists.revokedSeals.push({ fingerprint: named, revokedOn: revoke.on });
    }
  } else {
    const named = nameInSeal(withdrawn.certificate);
    if (lists.revoked.every(({ reference }) => reference !== named.reference)) {
      lists.revoked.push({ ...named, revokedOn: revoke.on });
    }
  }
  return lists;
}

function saysTheSame(current: TrustBundle, lists: Lists): boolean {
  const names = ['signers', 'revoked', 'seals', 'revokedSeals', 'timeStampAuthorities', 'registerKeys'] as const;
  return names.every((name) => {
    const published = new Set(current[name].map((entry) => canonicalJson(entry)));
    return published.size === lists[name].length && lists[name].every((entry) => published.has(canonicalJson(entry)));
  });
}

/**
 * How a seal's header names the certificate of a stamp.
 *
 * @throws TrustError TRUST_MALFORMED when its subject is no signer code
 */
export function nameInSeal(certificate: Uint8Array): { signerCode: string; reference: string } {
  const { signerCode, reference } = readSignerCertificate(certificate);
  if (signerCode === null) throw new TrustError('TRUST_MALFORMED', 'a stamp signer certificate has no signer code');
  return { signerCode, reference };
}

function base64(key: StoredKey): string {
  return Buffer.from(key.certificate).toString('base64');
}
