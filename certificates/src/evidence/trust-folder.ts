import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CardError } from '@videosportello/identity/card-error.ts';
import { isTrustFile, readCardTrust } from '@videosportello/identity/card-trust.ts';
import type { CardTrust, TrustFile } from '@videosportello/identity/card-trust.ts';

/**
 * Reads whose word counts about cards; what the names of the files say is written in identity's `card-trust.ts`.
 * @throws Error when there is no country signer, a file cannot be read or nobody trusted signed it, or a specimen authority lies
 * there and this is no demo.
 */
export async function loadCardTrust(folder: string, { demo }: { readonly demo: boolean }): Promise<CardTrust> {
  const names = (await readdir(folder)).filter(isTrustFile).toSorted();
  const files = await Promise.all(names.map(async (name) => ({ name, der: new Uint8Array(await readFile(join(folder, name))) })));
  const trust = trustOf(files);
  if (trust.documents.anchors.length === 0) throw new Error('There is no country signer in CARD_TRUST_DIR: no card could be judged.');
  const isSpecimen = [trust.documents, trust.serviceCards].some(({ anchors }) => anchors.some(({ specimen }) => specimen));
  if (isSpecimen && !demo) throw new Error('A specimen authority lies in CARD_TRUST_DIR: only a demo town may trust it.');
  return trust;
}

function trustOf(files: readonly TrustFile[]): CardTrust {
  try {
    return readCardTrust(files);
  } catch (cause) {
    if (!(cause instanceof CardError)) throw cause;
    throw new Error(`CARD_TRUST_DIR holds what cannot be trusted: ${cause.message}.`, { cause });
  }
}
