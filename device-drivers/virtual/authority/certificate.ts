/** X.509 certificates of the travel document PKI, in the profiles of ICAO Doc 9303 part 12 clause 7.1. */
import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AuthorityError } from './authority-error.ts';
import {
  bitString,
  booleanTrue,
  generalizedTimeText,
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  readTlv,
  readTlvs,
  sequence,
  setOf,
  time,
  tlv,
  utf8String,
} from './der.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface DistinguishedName {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  readonly organisation: string;
  readonly organisationalUnit: string;
  readonly commonName: string;
}

/** What the issuer of a certificate contributes. */
export interface Issuer {
  /** DER Name. */
  readonly name: Uint8Array;
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
}

export interface CertificateRequest {
  readonly kind: 'country-signer' | 'document-signer';
  readonly state: IssuingState;
  /** DER Name. */
  readonly subject: Uint8Array;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  /**
   * When the private key may sign (RFC 5280 A.2); a country signer's and a document signer's end long before the
   * certificate.
   */
  readonly privateKeyUsage: Validity;
  /** At most 20 bytes, big-endian. */
  readonly serialNumber: Uint8Array;
}

/** For whom and for what a country signer and its document signers sign (part 12, 7.1.1). */
export interface IssuingState {
  /** ISO 3166-1 alpha-2, upper case, as in certificates. */
  readonly country: string;
  /** As in the machine readable zone, ISO 3166-1 alpha-3 but for a few. */
  readonly code: string;
  /** First letters of the machine readable zone, without fillers. */
  readonly documentType: string;
}

/** Identity cards of Italy. */
export const ITALY: IssuingState = { country: 'IT', code: 'ITA', documentType: 'C' };

/** Names under `.invalid` resolve nowhere (RFC 2606): nothing ever asks a network about a specimen. */
const CONTACT_URI = 'https://csca.specimen.invalid/';
const revocationListUri = ({ country }: IssuingState): string =>
  `https://csca.specimen.invalid/csca-${country.toLowerCase()}-specimen.crl`;

const EXTENSION = {
  authorityKeyIdentifier: '2.5.29.35',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  privateKeyUsagePeriod: '2.5.29.16',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  documentTypeList: '2.23.136.1.1.6.2',
} as const;

/** Named bits of KeyUsage, RFC 5280 clause 4.2.1.3. */
const KEY_USAGE = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 } as const;

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), critical ? booleanTrue() : Buffer.alloc(0), octetString(value));
}

/** DER Name; the country is a PrintableString, the rest UTF8String (part 12, table 4). */
export function distinguishedName(name: DistinguishedName): Buffer {
  const attribute = (id: string, value: Uint8Array) => setOf(sequence(oid(id), value));
  return sequence(
    attribute('2.5.4.6', printableString(name.country)),
    attribute('2.5.4.10', utf8String(name.organisation)),
    attribute('2.5.4.11', utf8String(name.organisationalUnit)),
    attribute('2.5.4.3', utf8String(name.commonName)),
  );
}

/** SHA-1 over the subjectPublicKey bits, method 1 of RFC 5280 clause 4.2.1.2. */
export function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = readTlv(publicKey.export({ format: 'der', type: 'spki' }));
  const bits = readTlvs(spki.value)[1];
  if (bits === undefined) throw new AuthorityError('key-not-fitting', 'The public key has no key bits.');
  return createHash('sha1').update(bits.value.subarray(1)).digest();
}

/** Subject and serial number of a certificate, as DER, by position in TBSCertificate (RFC 5280 clause 4.1). */
export function certificateIdentity(certificate: Uint8Array): {
  issuer: Uint8Array;
  serial: Uint8Array;
  subject: Uint8Array;
} {
  const tbs = readTlvs(readTlv(certificate).value)[0];
  const [, serial, , issuer, , subject] = tbs === undefined ? [] : readTlvs(tbs.value);
  if (serial === undefined || issuer === undefined || subject === undefined) {
    throw new AuthorityError('folder-unreadable', 'The stored certificate is not an X.509 certificate.');
  }
  return { issuer: issuer.bytes, serial: serial.bytes, subject: subject.bytes };
}

function assertNotEmpty(validity: Validity): void {
  if (validity.notAfter <= validity.notBefore) {
    throw new AuthorityError('validity-empty', 'A certificate must end after it begins.');
  }
}

/** The extensions that part 12 table 5 asks of both kinds, then those of the kind. */
function extensions(request: CertificateRequest, issuer: Issuer): Buffer {
  const place = sequence(setOf(sequence(oid('2.5.4.7'), printableString(request.state.code))));
  const alternativeName = sequence(tlv(0xa4, place), tlv(0x86, Buffer.from(CONTACT_URI, 'latin1')));
  const usage = request.privateKeyUsage;
  const shared = [
    extension(EXTENSION.authorityKeyIdentifier, false, sequence(tlv(0x80, keyIdentifier(createPublicKey(issuer.key))))),
    extension(EXTENSION.subjectKeyIdentifier, false, octetString(keyIdentifier(request.publicKey))),
    extension(
      EXTENSION.privateKeyUsagePeriod,
      false,
      sequence(
        tlv(0x80, Buffer.from(generalizedTimeText(usage.notBefore), 'latin1')),
        tlv(0x81, Buffer.from(generalizedTimeText(usage.notAfter), 'latin1')),
      ),
    ),
    extension(EXTENSION.subjectAltName, false, alternativeName),
    extension(EXTENSION.issuerAltName, false, alternativeName),
    extension(
      EXTENSION.crlDistributionPoints,
      false,
      sequence(sequence(tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from(revocationListUri(request.state), 'latin1')))))),
    ),
  ];
  const own =
    request.kind === 'country-signer'
      ? [
          extension(EXTENSION.keyUsage, true, namedBits(KEY_USAGE.keyCertSign, KEY_USAGE.cRLSign)),
          extension(EXTENSION.basicConstraints, true, sequence(booleanTrue(), integer(0))),
        ]
      : [
          extension(EXTENSION.keyUsage, true, namedBits(KEY_USAGE.digitalSignature)),
          extension(EXTENSION.documentTypeList, false, sequence(integer(0), setOf(printableString(request.state.documentType)))),
        ];
  return tlv(0xa3, sequence(...shared, ...own));
}

/**
 * Issues a certificate, version 3, as DER.
 * Throws AuthorityError `validity-empty` when it would end before it begins, `key-not-fitting` when the issuer's key is
 * of another kind than its algorithm.
 */
export function issueCertificate(request: CertificateRequest, issuer: Issuer): Uint8Array {
  assertNotEmpty(request.validity);
  assertNotEmpty(request.privateKeyUsage);
  if (issuer.key.asymmetricKeyType !== issuer.algorithm.keyType) {
    throw new AuthorityError('key-not-fitting', 'The issuing key does not fit its signature algorithm.');
  }
  const toBeSigned = sequence(
    tlv(0xa0, integer(2)),
    integer(request.serialNumber),
    issuer.algorithm.identifier,
    issuer.name,
    sequence(time(request.validity.notBefore), time(request.validity.notAfter)),
    request.subject,
    request.publicKey.export({ format: 'der', type: 'spki' }),
    extensions(request, issuer),
  );
  return sequence(toBeSigned, issuer.algorithm.identifier, bitString(issuer.algorithm.sign(toBeSigned, issuer.key)));
}
