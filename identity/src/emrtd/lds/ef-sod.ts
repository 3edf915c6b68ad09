/**
 * EF.SOD: the signed list of digests (ICAO Doc 9303 part 10, 4.6.2; CMS SignedData of RFC 5652). Read here, judged in
 * passive authentication. The signed attributes are kept as the very bytes that stood in the file.
 */
import { malformed } from '../../card-error.ts';
import type { Tlv } from '../../iso7816/tlv.ts';
import { readTlv, readTlvList, readWholeTlv } from '../../iso7816/tlv.ts';
import { concat, toBigInt, toHex } from '../../primitives/bytes.ts';
import { decodeObjectIdentifier } from '../object-identifier.ts';
import { readHash, readSignatureScheme } from '../signature-scheme.ts';
import type { HashName, SignatureScheme } from '../signature-scheme.ts';

/** The security object, taken apart. */
export interface SecurityObject {
  /** 0 without version information, 1 with it. */
  readonly version: 0 | 1;
  /** Hash of the digests below. */
  readonly hash: HashName;
  /** Digest by number of the data group. */
  readonly digests: ReadonlyMap<number, Uint8Array>;
  /** The octets that the message digest covers. */
  readonly content: Uint8Array;
  /** DER certificates inside the file. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SignerInfo;
}

/** The one signer. */
export interface SignerInfo {
  /** Names the certificate: issuer and serial number, or key identifier. */
  readonly id:
    | { readonly kind: 'issuer'; readonly issuerName: Uint8Array; readonly serialNumber: string }
    | { readonly kind: 'key'; readonly subjectKeyId: string };
  /** Hash of the message digest attribute. */
  readonly digestHash: HashName;
  /** What the signature covers: the signed attributes under the tag of a set (RFC 5652, 5.4). */
  readonly signedAttributes: Uint8Array;
  readonly contentType: string;
  readonly messageDigest: Uint8Array;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
}

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const;

/** The type of the signed content, and the one that old French and Belgian documents carry. */
export const LDS_SECURITY_OBJECT_TYPES: readonly string[] = ['2.23.136.1.1.1', '1.3.27.1.1.1'];

const DER = { integer: 0x02, octetString: 0x04, oid: 0x06, sequence: 0x30, set: 0x31 } as const;
const CONTEXT_0 = 0xa0;
const CONTEXT_0_PRIMITIVE = 0x80;

/** Reads the file. Throws CardError `malformed`, or `unsupported` for algorithms that this library does not know. */
export function parseEfSod(file: Uint8Array): SecurityObject {
  const [type, wrapped] = sequenceOf(readTlv(readWholeTlv(file, 0x77)));
  if (oidOf(type) !== OID.signedData || wrapped?.tag !== CONTEXT_0) throw malformed('EF.SOD is no signed data');
  const fields = sequenceOf(readTlv(wrapped.value));
  const [, , encapsulated] = fields;
  const signers = fields.at(-1);
  const [contentType, contentWrapper] = sequenceOf(encapsulated);
  if (!LDS_SECURITY_OBJECT_TYPES.includes(oidOf(contentType)) || contentWrapper?.tag !== CONTEXT_0) {
    throw malformed('signed data without an LDS security object');
  }
  const content = concat(readWholeTlv(contentWrapper.value, DER.octetString));
  const [signer, ...others] = signers?.tag === DER.set ? readTlvList(signers.value) : [];
  if (signer === undefined || others.length > 0) throw malformed('EF.SOD has not exactly one signer');
  const certificates = fields.find(({ tag }) => tag === CONTEXT_0);
  return {
    ...parseLdsSecurityObject(content),
    content,
    certificates: readTlvList(certificates?.value ?? new Uint8Array(0)).map(({ raw }) => concat(raw)),
    signer: parseSigner(signer),
  };
}

function parseLdsSecurityObject(content: Uint8Array): Pick<SecurityObject, 'version' | 'hash' | 'digests'> {
  const [version, algorithm, list] = sequenceOf(readTlv(content));
  const number = integerOf(version);
  if (number !== 0 && number !== 1) throw malformed('LDS security object of an unknown version');
  if (algorithm?.tag !== DER.sequence) throw malformed('LDS security object without a hash');
  const digests = new Map<number, Uint8Array>();
  for (const entry of sequenceOf(list)) {
    const [group, value] = sequenceOf(entry);
    if (value?.tag !== DER.octetString) throw malformed('digest of a data group missing');
    const groupNumber = integerOf(group);
    if (digests.has(groupNumber)) throw malformed('two digests of one data group');
    digests.set(groupNumber, concat(value.value));
  }
  return { version: number, hash: readHash(algorithm.value), digests };
}

function parseSigner(signer: Tlv): SignerInfo {
  const [, sid, digestAlgorithm, attributes, signatureAlgorithm, signature] = sequenceOf(signer);
  if (digestAlgorithm?.tag !== DER.sequence || attributes?.tag !== CONTEXT_0) {
    throw malformed('signer without attributes');
  }
  if (signatureAlgorithm?.tag !== DER.sequence || signature?.tag !== DER.octetString) {
    throw malformed('signer without a signature');
  }
  const digestHash = readHash(digestAlgorithm.value);
  return {
    id: parseSignerId(sid),
    digestHash,
    signedAttributes: concat(Uint8Array.of(DER.set), attributes.raw.subarray(1)),
    contentType: oidOf(attribute(attributes, OID.contentType)),
    messageDigest: concat(readTlvOf(attribute(attributes, OID.messageDigest), DER.octetString)),
    scheme: readSignatureScheme(signatureAlgorithm.value, digestHash),
    signature: concat(signature.value),
  };
}

function parseSignerId(sid: Tlv | undefined): SignerInfo['id'] {
  if (sid?.tag === CONTEXT_0_PRIMITIVE) return { kind: 'key', subjectKeyId: toHex(sid.value) };
  const [issuer, serial] = sequenceOf(sid);
  if (issuer === undefined || serial?.tag !== DER.integer) throw malformed('signer without a name');
  return { kind: 'issuer', issuerName: concat(issuer.raw), serialNumber: toHex(serial.value) };
}

/** The single value of a signed attribute. */
function attribute(attributes: Tlv, oid: string): Tlv {
  for (const entry of readTlvList(attributes.value)) {
    const [type, values] = sequenceOf(entry);
    if (oidOf(type) !== oid) continue;
    const [value, ...others] = values?.tag === DER.set ? readTlvList(values.value) : [];
    if (value === undefined || others.length > 0) break;
    return value;
  }
  throw malformed('signed attribute missing');
}

function sequenceOf(tlv: Tlv | undefined): readonly Tlv[] {
  return readTlvList(readTlvOf(tlv, DER.sequence));
}

function readTlvOf(tlv: Tlv | undefined, tag: number): Uint8Array {
  if (tlv?.tag !== tag) throw malformed('security object with another structure than the standard says');
  return tlv.value;
}

function oidOf(tlv: Tlv | undefined): string {
  return decodeObjectIdentifier(readTlvOf(tlv, DER.oid));
}

function integerOf(tlv: Tlv | undefined): number {
  return Number(toBigInt(readTlvOf(tlv, DER.integer)));
}
