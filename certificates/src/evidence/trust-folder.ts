import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CardError } from '@videosportello/identity/card-error.ts';
import { readCertificate } from '@videosportello/identity/emrtd/certificate.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import type { TrustAnchor, TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';

/** An authority whose file or own name says so stands for a demo; only a demo town takes it. */
const specimenWord = /specimen/i;

/** Whose word counts about a card, by the kind of card. */
export interface CardTrust {
  /** Country signers of travel documents. */
  readonly documents: TrustStore;
  /** Issuers of health and service cards (CNS); none: no such card can be judged. */
  readonly serviceCards: TrustStore;
}

/**
 * Reads the trusted authorities of a folder, DER each: country signers in `.der` and `.cer` files, what they signed about their
 * next key in files named `link*`, their revocation lists in `.crl` files. Files named `cns*` are the same of the issuers of health
 * and service cards, which sign no travel document.
 * @throws Error when there is no country signer, a file cannot be read or nobody trusted signed it, or a specimen authority lies
 * there and this is no demo.
 */
export async function loadCardTrust(folder: string, options: { readonly demo: boolean }): Promise<CardTrust> {
  const names = (await readdir(folder)).filter((name) => /\.(der|cer|crl)$/i.test(name)).toSorted();
  const [serviceCards = [], documents = []] = [true, false].map((isCns) => names.filter((name) => /^cns/i.test(name) === isCns));
  if (!documents.some(isAnchor)) throw new Error('There is no country signer in CARD_TRUST_DIR: no card could be judged.');
  return { documents: await readStore(folder, documents, options), serviceCards: await readStore(folder, serviceCards, options) };
}

const isList = (name: string) => /\.crl$/i.test(name);
const isLink = (name: string) => !isList(name) && /^(cns-?)?link/i.test(name);
const isAnchor = (name: string) => !isList(name) && !isLink(name);

async function readStore(folder: string, names: readonly string[], { demo }: { readonly demo: boolean }): Promise<TrustStore> {
  const read = (wanted: (name: string) => boolean) =>
    Promise.all(names.filter(wanted).map(async (name) => ({ name, der: new Uint8Array(await readFile(join(folder, name))) })));
  const anchors = (await read(isAnchor)).map(
    ({ name, der }): TrustAnchor => ({ certificate: der, specimen: specimenWord.test(name) || specimenWord.test(subjectOf(der, name)) }),
  );
  if (!demo && anchors.some(({ specimen }) => specimen)) {
    throw new Error('A specimen authority lies in CARD_TRUST_DIR: only a demo town may trust it.');
  }
  const bytes = (files: readonly { readonly der: Uint8Array }[]) => files.map(({ der }) => der);
  try {
    return createTrustStore(anchors, { linkCertificates: bytes(await read(isLink)), revocationLists: bytes(await read(isList)) });
  } catch (cause) {
    if (!(cause instanceof CardError)) throw cause;
    throw new Error(`CARD_TRUST_DIR holds what cannot be trusted: ${cause.message}.`, { cause });
  }
}

function subjectOf(certificate: Uint8Array, name: string): string {
  try {
    return readCertificate(certificate).subject;
  } catch (cause) {
    throw new Error(`${name} in CARD_TRUST_DIR is not a certificate in DER.`, { cause });
  }
}
