/**
 * The parts of an X.509 certificate that travel documents are judged by (ICAO Doc 9303 part 12, 7.1; RFC 5280).
 */
import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { CardError, malformed } from '../card-error.ts';
import type { Tlv } from '../iso7816/tlv.ts';
import { readTlv, readTlvList, readWholeTlv } from '../iso7816/tlv.ts';
import { concat, toHex } from '../primitives/bytes.ts';
import { decodeObjectIdentifier } from './object-identifier.ts';

/** A certificate, read. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly publicKey: KeyObject;
  /** Upper-case hexadecimal. */
  readonly serialNumber: string;
  /** Name of the holder as text, for example `C=IT, CN=...`; of an authority, never of a person. */
  readonly subject: string;
  /** DER of the issuer's name. */
  readonly issuerName: Uint8Array;
  readonly subjectName: Uint8Array;
  /** Two letters of the subject, as written. */
  readonly country: string | undefined;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Hexadecimal; absent where the extension is. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** Whether basic constraints make it an authority. */
  readonly isAuthority: boolean;
  /** Whether key usage names digital signatures. */
  readonly maySignData: boolean;
  /** Whether it is signed by this key; its dates are not looked at. */
  isSignedBy(key: KeyObject): boolean;
}

const OID = {
  country: '2.5.4.6',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  authorityKeyId: '2.5.29.35',
} as const;
const DER = { sequence: 0x30, set: 0x31, oid: 0x06, integer: 0x02, bitString: 0x03, octetString: 0x04 } as const;
const CONTEXT = { version: 0xa0, extensions: 0xa3, keyIdentifier: 0x80 } as const;
const DIGITAL_SIGNATURE_BIT = 0x80;

/** Reads a certificate. Throws CardError `malformed`, or `unsupported` for a key of a kind that cannot be used. */
export function readCertificate(der: Uint8Array): Certificate {
  const x509 = parse(der);
  const [tbs] = readTlvList(readWholeTlv(der, DER.sequence));
  const fields = readTlvList(tbs?.value ?? new Uint8Array(0));
  const [serial, , issuer, , subject] = fields[0]?.tag === CONTEXT.version ? fields.slice(1) : fields;
  if (serial?.tag !== DER.integer || issuer === undefined || subject === undefined) {
    throw malformed('certificate without serial number or names');
  }
  const extensions = readExtensions(fields.find(({ tag }) => tag === CONTEXT.extensions));
  const keyUsage = extensions.get(OID.keyUsage);
  return {
    der: concat(der),
    publicKey: readPublicKey(x509),
    serialNumber: toHex(serial.value),
    subject: x509.subject.split('\n').join(', '),
    issuerName: issuer.raw,
    subjectName: subject.raw,
    country: readCountry(subject),
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    subjectKeyId: readKeyId(extensions.get(OID.subjectKeyId)),
    authorityKeyId: readAuthorityKeyId(extensions.get(OID.authorityKeyId)),
    isAuthority: x509.ca,
    maySignData: keyUsage !== undefined && ((readBits(keyUsage)[0] ?? 0) & DIGITAL_SIGNATURE_BIT) !== 0,
    isSignedBy: (key) => isSignedBy(x509, key),
  };
}

function parse(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw malformed('certificate cannot be read', { cause: error });
  }
}

function isSignedBy(x509: X509Certificate, key: KeyObject): boolean {
  try {
    return x509.verify(key);
  } catch {
    // OpenSSL refuses some keys and algorithms by an error where others get a plain no.
    return false;
  }
}

function readPublicKey(x509: X509Certificate): KeyObject {
  try {
    return x509.publicKey;
  } catch (error) {
    throw new CardError('unsupported', 'certificate with a key of an unknown kind', { cause: error });
  }
}

/** Content of each extension by object identifier. */
function readExtensions(field: Tlv | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (field === undefined) return found;
  for (const extension of readTlvList(readWholeTlv(field.value, DER.sequence))) {
    const parts = readTlvList(extension.value);
    const [oid] = parts;
    const content = parts.at(-1);
    if (oid?.tag !== DER.oid || content?.tag !== DER.octetString) throw malformed('certificate extension of no form');
    found.set(decodeObjectIdentifier(oid.value), content.value);
  }
  return found;
}

function readKeyId(content: Uint8Array | undefined): string | undefined {
  return content === undefined ? undefined : toHex(readWholeTlv(content, DER.octetString));
}

function readAuthorityKeyId(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined;
  const keyId = readTlvList(readWholeTlv(content, DER.sequence)).find(({ tag }) => tag === CONTEXT.keyIdentifier);
  return keyId === undefined ? undefined : toHex(keyId.value);
}

function readBits(content: Uint8Array): Uint8Array {
  return readWholeTlv(content, DER.bitString).subarray(1);
}

function readCountry(name: Tlv): string | undefined {
  for (const { value: attributes } of readTlvList(name.value)) {
    const [oid, text] = readTlvList(readTlv(attributes).value);
    if (oid?.tag === DER.oid && text !== undefined && decodeObjectIdentifier(oid.value) === OID.country) {
      return new TextDecoder('latin1').decode(text.value);
    }
  }
  return undefined;
}
