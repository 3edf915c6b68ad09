import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCertificate } from '@videosportello/identity/emrtd/certificate.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import type { TrustAnchor, TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';

/** An authority whose file or own name says so stands for a demo; only a demo town takes it. */
const specimenWord = /specimen/i;

/**
 * Reads the trusted country signers of a folder, one DER certificate per `.der` or `.cer` file. Files named `cns*` are issuers of
 * health cards, which sign no travel document.
 * @throws Error when there is none, one cannot be read, or a specimen authority lies there and this is no demo.
 */
export async function loadCardTrust(folder: string, options: { readonly demo: boolean }): Promise<TrustStore> {
  const names = (await readdir(folder)).filter((name) => /^(?!cns).*\.(der|cer)$/i.test(name)).toSorted();
  if (names.length === 0) throw new Error('There is no country signer in CARD_TRUST_DIR: no card could be judged.');
  const anchors = await Promise.all(
    names.map(async (name): Promise<TrustAnchor> => {
      const certificate = new Uint8Array(await readFile(join(folder, name)));
      return { certificate, specimen: specimenWord.test(name) || specimenWord.test(subjectOf(certificate, name)) };
    }),
  );
  if (!options.demo && anchors.some(({ specimen }) => specimen)) {
    throw new Error('A specimen authority lies in CARD_TRUST_DIR: only a demo town may trust it.');
  }
  return createTrustStore(anchors);
}

function subjectOf(certificate: Uint8Array, name: string): string {
  try {
    return readCertificate(certificate).subject;
  } catch (cause) {
    throw new Error(`${name} in CARD_TRUST_DIR is not a certificate in DER.`, { cause });
  }
}
