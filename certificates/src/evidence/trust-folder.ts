import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import type { TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';

/** Trust anchors whose file name says so stand for a demo authority; only a demo town takes them. */
const isSpecimen = (name: string) => name.includes('specimen');

/**
 * Reads the trusted country signers of a folder, one DER certificate per `.der` or `.cer` file.
 * @throws Error when there is none, or when a specimen authority lies there and this is no demo.
 */
export async function loadCardTrust(folder: string, options: { readonly demo: boolean }): Promise<TrustStore> {
  const names = (await readdir(folder)).filter((name) => /\.(der|cer)$/.test(name)).toSorted();
  if (names.length === 0) throw new Error('There is no country signer in CARD_TRUST_DIR: no card could be judged.');
  if (!options.demo && names.some(isSpecimen)) throw new Error('A specimen authority lies in CARD_TRUST_DIR: only a demo town may trust it.');
  return createTrustStore(
    await Promise.all(names.map(async (name) => ({ certificate: new Uint8Array(await readFile(join(folder, name))), specimen: isSpecimen(name) }))),
  );
}
