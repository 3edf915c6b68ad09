/**
 * The country signers whose documents are believed, and the document signers that they took back (ICAO Doc 9303
 * part 12). An anchor is trusted for its key: its own signature is not looked at. Several may stand under one name, so
 * a signer's issuer is found by trying keys.
 *
 *   anchors --sign--> link certificates (a new key of the same authority) --> anchors too
 *   anchors --sign--> revocation lists --> serial numbers under that anchor's key
 */
import { malformed } from '../card-error.ts';
import { toHex } from '../primitives/bytes.ts';
import type { Certificate } from './certificate.ts';
import { readCertificate } from './certificate.ts';
import { readRevocationList } from './certificate-revocation-list.ts';

/** A country signer to trust. */
export interface TrustAnchor {
  /** DER. */
  readonly certificate: Uint8Array;
  /** Three letters of the one state it may issue for. Default: the state of the country in its own name. */
  readonly issuingState?: string;
  /** Whether it stands for a demo authority, whose documents are specimens. Default false. */
  readonly specimen?: boolean;
}

/** What comes beside the anchors, DER each; none by default. Files of these may come from anywhere: anchors sign them. */
export interface TrustMaterial {
  /** Certificates in which a country signer vouches for its next key; they may build on each other. */
  readonly linkCertificates?: readonly Uint8Array[];
  /** Certificate revocation lists of country signers. */
  readonly revocationLists?: readonly Uint8Array[];
}

/** A trusted country signer, read. */
export interface CountrySigner {
  readonly certificate: Certificate;
  readonly issuingState: string | undefined;
  readonly specimen: boolean;
  /** Serial numbers, as certificates give them, that this authority took back. */
  readonly revoked: ReadonlySet<string>;
}

/** The trusted country signers. */
export interface TrustStore {
  readonly anchors: readonly CountrySigner[];
}

/**
 * Reads the anchors and what they vouch for. Throws CardError: `malformed` or `unsupported` for a file that cannot be
 * read; `malformed` for a certificate that is no authority and so must never issue another, for a link certificate to
 * another country, and for link certificates and revocation lists that no anchor signed.
 */
export function createTrustStore(anchors: readonly TrustAnchor[], material: TrustMaterial = {}): TrustStore {
  const trusted = anchors.map(({ certificate, issuingState, specimen = false }) => ({
    certificate: readAuthority(certificate),
    issuingState,
    specimen,
  }));
  let links = (material.linkCertificates ?? []).map(readAuthority);
  while (links.length > 0) {
    const behind = links.map((link) => trusted.find(({ certificate }) => link.isSignedBy(certificate.publicKey)));
    for (const [i, link] of links.entries()) {
      const issuer = behind[i];
      if (issuer === undefined) continue;
      if (!isSameCountry(issuer.certificate, link)) throw malformed('link certificate to another country');
      trusted.push({ ...issuer, certificate: link });
    }
    const rest = links.filter((_, i) => behind[i] === undefined);
    if (rest.length === links.length) throw malformed('link certificate that no trusted country signer signed');
    links = rest;
  }

  const lists = (material.revocationLists ?? []).map((der) => {
    const list = readRevocationList(der);
    if (!trusted.some(({ certificate }) => list.isSignedBy(certificate.publicKey))) {
      throw malformed('revocation list that no trusted country signer signed');
    }
    return list;
  });
  return {
    anchors: trusted.map((anchor) => {
      const own = lists.filter((list) => list.isSignedBy(anchor.certificate.publicKey));
      return { ...anchor, revoked: new Set(own.flatMap(({ serialNumbers }) => serialNumbers)) };
    }),
  };
}

function readAuthority(der: Uint8Array): Certificate {
  const certificate = readCertificate(der);
  if (!certificate.isAuthority) throw malformed(`trust anchor is no authority: ${certificate.subject}`);
  return certificate;
}

function isSameCountry(a: Certificate, b: Certificate): boolean {
  return a.country !== undefined && a.country.toUpperCase() === b.country?.toUpperCase();
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
