import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { z } from 'zod';

import { TrustError } from './trust-bundle.ts';
import type { TrustBundle } from './trust-bundle.ts';

/** Fingerprint of a root to the highest sequence seen from it. */
const memorySchema = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.int().positive());

/**
 * Compares a bundle with the highest sequence this machine has seen from the same root, and remembers a higher one.
 * Kept outside the trust folder: who puts old files there must not be able to put the memory back too.
 *
 * @param path the memory's file; made when it is missing
 * @throws TrustError TRUST_ROLLED_BACK for an older bundle, TRUST_MALFORMED when the memory cannot be understood; the
 *   error of the file system when it cannot be written
 */
export async function refuseRollBack(path: string, bundle: TrustBundle): Promise<void> {
  const memory = await readMemory(path);
  const last = memory[bundle.rootFingerprint] ?? 0;
  if (bundle.sequence < last) {
    throw new TrustError('TRUST_ROLLED_BACK', `trust bundle ${bundle.sequence} is older than ${last}, already seen`);
  }
  if (bundle.sequence === last) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.draft`;
  await writeFile(draft, JSON.stringify({ ...memory, [bundle.rootFingerprint]: bundle.sequence }), { flush: true });
  await rename(draft, path);
}

async function readMemory(path: string): Promise<Record<string, number>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return memorySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TrustError('TRUST_MALFORMED', 'the memory of seen trust bundles cannot be read', { cause });
  }
}
