import { X509Certificate } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Signer } from '../signature/signer.ts';
import { writeExclusively } from './exclusive-file.ts';
import {
  MAX_BUNDLE_BYTES,
  openTrustBundle,
  TRUST_BUNDLE_FORMAT,
  trustBundleContentSchema,
  trustBundleText,
  TrustError,
} from './trust-bundle.ts';
import type { SealedTrustBundle, TrustBundle, TrustBundleContent } from './trust-bundle.ts';

/** File of the trust anchor, PEM. */
export const ROOT_FILE = 'root.pem';

const BUNDLE_NAME = /^bundle-(\d{1,9})\.(json|sig)$/;

/** What the authority decides; number and signature are added when it is published. */
export type TrustBundleDraft = Omit<TrustBundleContent, 'format' | 'sequence'>;

/**
 * Loads the newest bundle of a trust folder: `root.pem`, `bundle-N.json`, `bundle-N.sig`.
 *
 * @param lastSequence see openTrustBundle
 * @throws TrustError TRUST_MISSING when there is no bundle, TRUST_MALFORMED when a part of it is missing, else as openTrustBundle
 */
export async function loadTrustFolder(folder: string, lastSequence?: number): Promise<TrustBundle> {
  const { sequence, sealed } = await readTrustFolder(folder);
  const bundle = await openTrustBundle(sealed, lastSequence);
  if (bundle.sequence !== sequence) throw new TrustError('TRUST_MALFORMED', 'the bundle is not the one its name says');
  return bundle;
}

/**
 * The newest bundle of a folder in which there may be none yet: null before the first is published. A bundle that cannot be
 * read is never taken for none, since it may tell of keys that are revoked.
 *
 * @throws TrustError as loadTrustFolder, but for TRUST_MISSING
 */
export async function publishedTrust(folder: string): Promise<TrustBundle | null> {
  return loadTrustFolder(folder).catch((error: unknown) => {
    if (error instanceof TrustError && error.code === 'TRUST_MISSING') return null;
    throw error;
  });
}

/**
 * Reads the files of the newest bundle as they are; nothing in them is believed yet.
 *
 * @throws TrustError TRUST_MISSING when there is no bundle, TRUST_MALFORMED when a part of it is missing or cannot be read
 */
export async function readTrustFolder(folder: string): Promise<{ sequence: number; sealed: SealedTrustBundle }> {
  const sequence = (await listSequences(folder, 'json')).at(-1);
  if (sequence === undefined) throw new TrustError('TRUST_MISSING', 'the trust folder holds no bundle');
  const [root, text, signature] = await Promise.all([
    readBounded(join(folder, ROOT_FILE)),
    readBounded(join(folder, `bundle-${sequence}.json`)),
    readBounded(join(folder, `bundle-${sequence}.sig`)),
  ]);
  return { sequence, sealed: { text, signature, root: pemToDer(root) } };
}

/**
 * Signs a bundle and adds it to a folder under the next free sequence. Nothing is overwritten; two authorities that
 * publish at once get two sequences.
 *
 * @param root its key signs, its certificate becomes `root.pem` where there is none yet
 * @returns the sequence it got
 * @throws TrustError TRUST_MALFORMED when no reader would take it; the error of the file system; what `root` throws
 */
export async function publishTrustBundle(
  folder: string,
  draft: TrustBundleDraft,
  root: Signer,
  options: { readonly signal: AbortSignal },
): Promise<number> {
  await mkdir(folder, { recursive: true });
  await writeExclusively(join(folder, ROOT_FILE), new X509Certificate(root.certificate).toString(), 0o644);
  for (;;) {
    const known = [...(await listSequences(folder, 'json')), ...(await listSequences(folder, 'sig'))];
    const sequence = Math.max(0, ...known) + 1;
    const read = trustBundleContentSchema.safeParse({ format: TRUST_BUNDLE_FORMAT, sequence, ...draft });
    if (!read.success) throw new TrustError('TRUST_MALFORMED', 'the trust bundle would not follow its schema');
    const text = trustBundleText(read.data);
    const signature = await root.sign(Buffer.from(text), options);
    // The signature goes first: a reader that sees the bundle finds its signature too.
    if (!(await writeExclusively(join(folder, `bundle-${sequence}.sig`), signature, 0o644))) continue;
    if (await writeExclusively(join(folder, `bundle-${sequence}.json`), text, 0o644)) return sequence;
  }
}

function pemToDer(pem: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(new X509Certificate(pem).raw);
  } catch (cause) {
    throw new TrustError('TRUST_MALFORMED', 'the root certificate cannot be read', { cause });
  }
}

async function listSequences(folder: string, kind: 'json' | 'sig'): Promise<number[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    const isThere = !(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT');
    if (isThere) throw new TrustError('TRUST_MALFORMED', 'the trust folder cannot be read', { cause });
    throw new TrustError('TRUST_MISSING', 'there is no trust folder', { cause });
  });
  return names
    .map((name) => BUNDLE_NAME.exec(name))
    .filter((match) => match?.[2] === kind)
    .map((match) => Number(match?.[1]))
    .toSorted((a, b) => a - b);
}

async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw new TrustError('TRUST_MALFORMED', 'a file of the trust folder is missing or cannot be read', { cause });
  });
  try {
    const { size } = await file.stat();
    if (size > MAX_BUNDLE_BYTES) throw new TrustError('TRUST_MALFORMED', 'a file of the trust folder is too large');
    return new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
