/**
 * The country signers whose documents are believed (ICAO Doc 9303 part 12). An anchor is trusted for its key: its own
 * signature is not looked at. Several may stand under one name, so a signer's issuer is found by trying keys.
 */
import { malformed } from '../card-error.ts';
import { toHex } from '../primitives/bytes.ts';
import type { Certificate } from './certificate.ts';
import { readCertificate } from './certificate.ts';

/** A country signer to trust. */
export interface TrustAnchor {
  /** DER. */
  readonly certificate: Uint8Array;
  /** Three letters of the one state it may issue for. Default: the state of the country in its own name. */
  readonly issuingState?: string;
  /** Whether it stands for a demo authority, whose documents are specimens. Default false. */
  readonly specimen?: boolean;
}

/** A trusted country signer, read. */
export interface CountrySigner {
  readonly certificate: Certificate;
  readonly issuingState: string | undefined;
  readonly specimen: boolean;
}

/** The trusted country signers. */
export interface TrustStore {
  readonly anchors: readonly CountrySigner[];
}

/**
 * Reads the anchors. Throws CardError: `malformed` or `unsupported` for one that cannot be read, `malformed` for a
 * certificate that is no authority and so must never issue another.
 */
export function createTrustStore(anchors: readonly TrustAnchor[]): TrustStore {
  return {
    anchors: anchors.map((anchor) => {
      const certificate = readCertificate(anchor.certificate);
      if (!certificate.isAuthority) throw malformed(`trust anchor is no authority: ${certificate.subject}`);
      return { certificate, issuingState: anchor.issuingState, specimen: anchor.specimen ?? false };
    }),
  };
}

/**
 * All anchors whose key signed the certificate: those with its authority key identifier are tried first, then those
 * with its issuer's name, then the rest, because names of one authority may differ in spelling.
 */
export function issuersOf(store: TrustStore, certificate: Certificate): readonly CountrySigner[] {
  const rank = ({ certificate: anchor }: CountrySigner): number => {
    if (anchor.subjectKeyId !== undefined && anchor.subjectKeyId === certificate.authorityKeyId) return 0;
    return toHex(anchor.subjectName) === toHex(certificate.issuerName) ? 1 : 2;
  };
  const tiers = Map.groupBy(store.anchors, rank);
  for (const tier of [0, 1, 2]) {
    const found = (tiers.get(tier) ?? []).filter((anchor) => certificate.isSignedBy(anchor.certificate.publicKey));
    if (found.length > 0) return found;
  }
  return [];
}
