import { createHash, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { Set as AsnSet, BitString, Integer, OctetString, PrintableString, Sequence, Utf8String } from 'asn1js';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  PrivateKeyUsagePeriod,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  TimeType,
} from 'pkijs';

import { SIGNATURE_ALGORITHM } from '../signature/algorithm.ts';
import { ecdsaToDer, encode } from '../signature/der.ts';
import type { SigningKey } from '../signature/signer.ts';

const OID = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  privateKeyUsagePeriod: '2.5.29.16',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
} as const;

/** What a certificate is for; fixes its basic constraints and key usage (RFC 5280, 4.2.1.3 and 4.2.1.9). */
export type CertificateRole = 'root' | 'stamp-signer' | 'seal';

/** A distinguished name of the parts the authority uses. */
export interface CertificateName {
  /** Two capital letters, ISO 3166-1. */
  readonly country: string;
  readonly organization?: string;
  readonly commonName: string;
}

/** A certificate with its private key. */
export interface KeyAndCertificate {
  readonly privateKey: KeyObject;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
}

/** What to write into a new certificate. */
export interface CertificateRequest {
  readonly role: CertificateRole;
  readonly subject: CertificateName;
  /** Big-endian, positive: the first byte is 0x01 to 0x7f. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /**
   * The last moment the private key may sign, where that is earlier than `notAfter` (Doc 9303-12, key usage period).
   */
  readonly keyUseEnds?: Date;
}

/** Who signs a certificate. */
export interface CertificateIssuer {
  readonly key: SigningKey;
  /** DER of the issuer's own certificate; null: the certificate being made, which signs itself. */
  readonly certificate: Uint8Array | null;
}

/** Bytes from a source of randomness. */
export type RandomBytes = (size: number) => Uint8Array;

/** The machine's own randomness. */
export const systemRandom: RandomBytes = (size) => randomBytes(size);

/** A random serial of `size` bytes whose hexadecimal form has exactly two digits a byte. */
export function randomSerial(size: number, random: RandomBytes): Uint8Array {
  const serial = Uint8Array.from(random(size));
  // Positive, and with no leading zero digit: the stamp's certificate reference is this number in hexadecimal.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x10;
  return serial;
}

/**
 * Makes the X.509 certificate (RFC 5280) of a public key, wherever its private key is; signed with SHA-256.
 *
 * @param publicKey SubjectPublicKeyInfo, DER
 * @returns DER
 * @throws Error when the public key or the issuer's certificate cannot be read; what the issuer's key throws
 */
export async function certify(
  request: CertificateRequest,
  publicKey: Uint8Array,
  by: CertificateIssuer,
  options: { readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: request.serial.slice().buffer });
  certificate.subject = encodeName(request.subject);
  setTime(certificate.notBefore, request.notBefore);
  setTime(certificate.notAfter, request.notAfter);
  certificate.subjectPublicKeyInfo = PublicKeyInfo.fromBER(new Uint8Array(publicKey));

  const ownKeyId = keyIdentifier(certificate);
  const issuer = by.certificate === null ? undefined : Certificate.fromBER(new Uint8Array(by.certificate));
  certificate.issuer = issuer?.subject ?? certificate.subject;
  certificate.extensions = extensions(request, ownKeyId, issuer === undefined ? ownKeyId : keyIdentifier(issuer));

  const { algorithm } = by.key;
  certificate.signature = AlgorithmIdentifier.fromBER(encode(SIGNATURE_ALGORITHM[algorithm]()));
  certificate.signatureAlgorithm = certificate.signature;
  certificate.tbsView = encode(certificate.encodeTBS());
  const made = await by.key.sign(certificate.tbsView, options);
  const signature = algorithm === 'ecdsa-p256-sha256' ? ecdsaToDer(made) : new Uint8Array(made);
  certificate.signatureValue = new BitString({ valueHex: signature });
  return new Uint8Array(certificate.toSchema().toBER(false));
}

/**
 * RFC 5280, 4.1.2.4. Built here and handed to pkijs as bytes, since pkijs 4.0 writes all parts into one SET, which
 * reads as a single many-valued part.
 */
function encodeName(name: CertificateName): RelativeDistinguishedNames {
  const part = (type: string, value: PrintableString | Utf8String) =>
    new AsnSet({ value: [new AttributeTypeAndValue({ type, value }).toSchema()] });
  const parts = [part(OID.country, new PrintableString({ value: name.country }))];
  if (name.organization !== undefined) {
    parts.push(part(OID.organization, new Utf8String({ value: name.organization })));
  }
  parts.push(part(OID.commonName, new Utf8String({ value: name.commonName })));
  return RelativeDistinguishedNames.fromBER(new Sequence({ value: parts }).toBER());
}

/** RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
function setTime(field: Certificate['notBefore'], value: Date): void {
  field.type = value.getUTCFullYear() < 2050 ? TimeType.UTCTime : TimeType.GeneralizedTime;
  field.value = value;
}

/** RFC 5280, 4.2.1.2 method (1): SHA-1 of the public key's bits. An identifier, not a protection. */
function keyIdentifier(certificate: Certificate): ArrayBuffer {
  const bits = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return Uint8Array.from(createHash('sha1').update(bits).digest()).buffer;
}

function keyUsage(role: CertificateRole): BitString {
  switch (role) {
    case 'root':
      return new BitString({ valueHex: Uint8Array.of(0x06).buffer, unusedBits: 1 }); // keyCertSign, cRLSign
    case 'stamp-signer':
      return new BitString({ valueHex: Uint8Array.of(0x80).buffer, unusedBits: 7 }); // digitalSignature
    case 'seal':
      return new BitString({ valueHex: Uint8Array.of(0xc0).buffer, unusedBits: 6 }); // digitalSignature, nonRepudiation
  }
}

function extensions(request: CertificateRequest, ownKeyId: ArrayBuffer, issuerKeyId: ArrayBuffer): Extension[] {
  const extension = (extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }) =>
    new Extension({ extnID, critical, extnValue: value.toBER() });
  const constraints = request.role === 'root' ? { cA: true, pathLenConstraint: 0 } : { cA: false };
  const list = [
    extension(OID.basicConstraints, true, new BasicConstraints(constraints).toSchema()),
    extension(OID.keyUsage, true, keyUsage(request.role)),
    extension(OID.subjectKeyIdentifier, false, new OctetString({ valueHex: ownKeyId })),
    extension(
      OID.authorityKeyIdentifier,
      false,
      new AuthorityKeyIdentifier({ keyIdentifier: new OctetString({ valueHex: issuerKeyId }) }).toSchema(),
    ),
  ];
  if (request.keyUseEnds !== undefined) {
    const period = new PrivateKeyUsagePeriod({ notBefore: request.notBefore, notAfter: request.keyUseEnds });
    list.push(extension(OID.privateKeyUsagePeriod, false, period.toSchema()));
  }
  return list;
}
