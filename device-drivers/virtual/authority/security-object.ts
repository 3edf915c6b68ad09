/** EF.SOD: the signed list of data group hashes (ICAO Doc 9303 part 10 clause 4.6.2 and appendix D). */
import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AuthorityError } from './authority-error.ts';
import { certificateIdentity } from './certificate.ts';
import { integer, octetString, oid, printableString, sequence, setOf, time, tlv } from './der.ts';
import { hashIdentifier, signatureAlgorithm } from './signature-algorithm.ts';
import type { HashName, SignatureAlgorithmName } from './signature-algorithm.ts';

/**
 * LDS and Unicode version as the state programs expect them in EF.COM; the security object of version 1 repeats them.
 */
export const LDS_VERSION = '0107';
export const UNICODE_VERSION = '040000';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  ldsSecurityObject: '2.23.136.1.1.1',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const;

/**
 * How an EF.SOD is signed. The two RSA profiles are the ones met in Italian documents: `rsa-pkcs1-sha256` with an
 * LDSSecurityObject of version 0, `rsa-pss-sha512` of version 1. `ecdsa-sha256` (version 1) is what many other states
 * use.
 */
export type SecurityObjectProfile = SignatureAlgorithmName;

const OBJECT_VERSION: Record<SecurityObjectProfile, 0 | 1> = {
  'rsa-pss-sha512': 1,
  'rsa-pkcs1-sha256': 0,
  'ecdsa-sha256': 1,
};

export interface SecurityObjectSigner {
  /** DER certificate of the document signer, carried inside the EF.SOD. */
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

/**
 * Data group number (1 to 16) to the whole file, tag and length included; in the national application of a CIE, its
 * numbers 1B and A1 to A5 to the signed part of each file (italia/cie-middleware, IAS.cpp).
 */
export type DataGroups = ReadonlyMap<number, Uint8Array>;

const NUMBERS: ReadonlySet<number> = new Set([
  ...Array.from({ length: 16 }, (_, index) => index + 1),
  ...[0x1b, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5],
]);

/** LDSSecurityObject, DER. Throws AuthorityError `data-group-number` for another number or an empty list. */
export function ldsSecurityObject(dataGroups: DataGroups, hash: HashName, version: 0 | 1): Uint8Array {
  const numbers = [...dataGroups.keys()].toSorted((a, b) => a - b);
  if (numbers.length === 0 || numbers.some((number) => !NUMBERS.has(number))) {
    throw new AuthorityError('data-group-number', 'A security object lists data groups by the numbers of the standard.');
  }
  const hashes = numbers.map((number) => {
    const digest = createHash(hash)
      .update(dataGroups.get(number) ?? new Uint8Array())
      .digest();
    return sequence(integer(number), octetString(digest));
  });
  const versionInfo =
    version === 1 ? sequence(printableString(LDS_VERSION), printableString(UNICODE_VERSION)) : Buffer.alloc(0);
  return sequence(integer(version), hashIdentifier(hash), sequence(...hashes), versionInfo);
}

/**
 * Signs the hashes of the data groups into an EF.SOD: tag 77 around a CMS SignedData (RFC 5652) of version 3.
 * @throws AuthorityError `key-not-fitting` when the key is of another kind than the profile needs; `data-group-number`.
 */
export function signSecurityObject(
  dataGroups: DataGroups,
  signer: SecurityObjectSigner,
  options: { readonly profile: SecurityObjectProfile; readonly signingTime: Date },
): Uint8Array {
  const algorithm = signatureAlgorithm(options.profile);
  if (signer.key.asymmetricKeyType !== algorithm.keyType) {
    throw new AuthorityError(
      'key-not-fitting',
      'The document signer key does not fit the profile of the security object.',
    );
  }
  const content = ldsSecurityObject(dataGroups, algorithm.hash, OBJECT_VERSION[options.profile]);
  const attribute = (id: string, value: Uint8Array) => sequence(oid(id), setOf(value));
  const signedAttributes = setOf(
    attribute(OID.contentType, oid(OID.ldsSecurityObject)),
    attribute(OID.messageDigest, octetString(createHash(algorithm.hash).update(content).digest())),
    attribute(OID.signingTime, time(options.signingTime)),
  );
  // Signed as SET OF, carried as [0] IMPLICIT (RFC 5652 clause 5.4).
  const carriedAttributes = Buffer.from(signedAttributes);
  carriedAttributes[0] = 0xa0;
  const { issuer, serial } = certificateIdentity(signer.certificate);
  const signerInfo = sequence(
    integer(1),
    sequence(issuer, serial),
    hashIdentifier(algorithm.hash),
    carriedAttributes,
    algorithm.identifier,
    octetString(algorithm.sign(signedAttributes, signer.key)),
  );
  const signedData = sequence(
    integer(3),
    setOf(hashIdentifier(algorithm.hash)),
    sequence(oid(OID.ldsSecurityObject), tlv(0xa0, octetString(content))),
    tlv(0xa0, signer.certificate),
    setOf(signerInfo),
  );
  return tlv(0x77, sequence(oid(OID.signedData), tlv(0xa0, signedData)));
}
