/**
 * Whose word counts about a card, from files as they lie in a folder (DER each), by what their names say:
 *
 *   `*.der`, `*.cer`   an authority to trust: a country signer of travel documents
 *   `link*.der|.cer`   what such an authority signed about its next key: it proves nothing unless a trusted one signed it
 *   `*.crl`            what such an authority took back, likewise
 *   `cns*`, `cns-link*` the same of the issuers of health and service cards, which sign no travel document
 */
import { CardError } from './card-error.ts';
import { readCertificate } from './emrtd/certificate.ts';
import { createTrustStore } from './emrtd/trust-store.ts';
import type { TrustAnchor, TrustStore } from './emrtd/trust-store.ts';

/** One file of the folder. */
export interface TrustFile {
  readonly name: string;
  readonly der: Uint8Array;
}

/** Whose word counts, by the kind of card. */
export interface CardTrust {
  /** Country signers of travel documents. */
  readonly documents: TrustStore;
  /** Issuers of health and service cards (CNS). */
  readonly serviceCards: TrustStore;
}

/** An authority whose file or own name says so stands for a demo: what it signs is a specimen. */
const SPECIMEN = /specimen/i;

const isList = (name: string): boolean => /\.crl$/i.test(name);
const isLink = (name: string): boolean => !isList(name) && /^(cns-?)?link/i.test(name);
const isForServiceCards = (name: string): boolean => /^cns/i.test(name);

/** Whether a file of this name is one to be read; others may lie beside it. */
export function isTrustFile(name: string): boolean {
  return /\.(der|cer|crl)$/i.test(name);
}

/**
 * Sorts the files and reads them. There may be none of either kind: then no such card is believed. Throws CardError
 * `malformed` or `unsupported` as `createTrustStore`, so for a link or a list that nobody trusted signed; the message
 * names the file that is no certificate.
 */
export function readCardTrust(files: readonly TrustFile[]): CardTrust {
  return {
    documents: storeOf(files.filter(({ name }) => !isForServiceCards(name))),
    serviceCards: storeOf(files.filter(({ name }) => isForServiceCards(name))),
  };
}

function storeOf(files: readonly TrustFile[]): TrustStore {
  const ders = (isWanted: (name: string) => boolean) => files.filter(({ name }) => isWanted(name)).map(({ der }) => der);
  const anchors = files.filter(({ name }) => !isList(name) && !isLink(name)).map(anchorOf);
  return createTrustStore(anchors, { linkCertificates: ders(isLink), revocationLists: ders(isList) });
}

function anchorOf({ name, der }: TrustFile): TrustAnchor {
  return { certificate: der, specimen: SPECIMEN.test(name) || SPECIMEN.test(subjectOf(name, der)) };
}

function subjectOf(name: string, der: Uint8Array): string {
  try {
    return readCertificate(der).subject;
  } catch (cause) {
    throw new CardError('malformed', `${name} is not a certificate in DER`, { cause });
  }
}
