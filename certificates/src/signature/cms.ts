import { createHash } from 'node:crypto';
import * as asn1 from 'asn1js';
import type { SignatureAlgorithm, Signer } from './signer.ts';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** Signature algorithm identifiers: RFC 5754, 3.3 (ECDSA: no parameters) and RFC 4055, 5 (RSA: NULL parameters). */
const SIGNATURE_ALGORITHM: Record<SignatureAlgorithm, () => asn1.Sequence> = {
  'ecdsa-p256-sha256': () => sequence(oid('1.2.840.10045.4.3.2')),
  'rsa-pkcs1-sha256': () => sequence(oid('1.2.840.113549.1.1.11'), new asn1.Null()),
};

/**
 * Makes the detached CMS of a PAdES B-B seal (RFC 5652; ETSI EN 319 142-1, 6.3): the signed attributes are exactly
 * content-type, message-digest and signing-certificate-v2. The attribute signing-time is forbidden there; the time
 * stands in the PDF's `/M`.
 *
 * @param digest SHA-256 of the sealed bytes
 * @throws what the signer throws
 */
export async function detachedCms(
  digest: Uint8Array,
  signer: Signer,
  options: { readonly signal: AbortSignal },
): Promise<Buffer> {
  const attributes = signedAttributes(digest, signer.certificate);
  const signature = await signer.sign(encode(new asn1.Set({ value: attributes })), options);
  const { issuer, serialNumber } = readIssuer(signer.certificate);
  const signerInfo = sequence(
    new asn1.Integer({ value: 1 }),
    sequence(issuer, serialNumber),
    sequence(oid(OID.sha256)),
    tagged(0, attributes),
    SIGNATURE_ALGORITHM[signer.algorithm](),
    octets(signer.algorithm === 'ecdsa-p256-sha256' ? ecdsaToDer(signature) : signature),
  );
  const signedData = sequence(
    new asn1.Integer({ value: 1 }),
    new asn1.Set({ value: [sequence(oid(OID.sha256))] }),
    sequence(oid(OID.data)),
    tagged(0, inDerOrder([signer.certificate, ...signer.chain].map(parse))),
    new asn1.Set({ value: [signerInfo] }),
  );
  return encode(sequence(oid(OID.signedData), tagged(0, [signedData])));
}

/** r‖s to the `ECDSA-Sig-Value` of X.509 (RFC 3279, 2.2.3). */
export function ecdsaToDer(raw: Uint8Array): Buffer {
  const half = raw.length / 2;
  return encode(sequence(unsigned(raw.subarray(0, half)), unsigned(raw.subarray(half))));
}

function signedAttributes(digest: Uint8Array, certificate: Uint8Array): asn1.AsnType[] {
  const certificateHash = createHash('sha256').update(certificate).digest();
  return inDerOrder([
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octets(digest)),
    // RFC 5035, 3: SHA-256 is the default of ESSCertIDv2 and therefore left out in DER.
    attribute(OID.signingCertificateV2, sequence(sequence(sequence(octets(certificateHash))))),
  ]);
}

function readIssuer(certificate: Uint8Array): { readonly issuer: asn1.AsnType; readonly serialNumber: asn1.AsnType } {
  const [tbs] = children(parse(certificate));
  const fields = tbs === undefined ? [] : children(tbs);
  // RFC 5280, 4.1: version [0] is optional and stands before serialNumber, signature, issuer.
  const first = fields[0]?.idBlock.tagClass === 3 ? 1 : 0;
  const serialNumber = fields[first];
  const issuer = fields[first + 2];
  if (serialNumber === undefined || issuer === undefined) throw new TypeError('The signer has no X.509 certificate.');
  return { issuer, serialNumber };
}

function attribute(type: string, value: asn1.AsnType): asn1.Sequence {
  return sequence(oid(type), new asn1.Set({ value: [value] }));
}

function sequence(...value: asn1.AsnType[]): asn1.Sequence {
  return new asn1.Sequence({ value });
}

function tagged(tagNumber: number, value: asn1.AsnType[]): asn1.Constructed {
  return new asn1.Constructed({ idBlock: { tagClass: 3, tagNumber }, value });
}

function oid(value: string): asn1.ObjectIdentifier {
  return new asn1.ObjectIdentifier({ value });
}

function octets(bytes: Uint8Array): asn1.OctetString {
  return new asn1.OctetString({ valueHex: new Uint8Array(bytes) });
}

function unsigned(bytes: Uint8Array): asn1.Integer {
  const firstUsed = bytes.findIndex((byte) => byte !== 0);
  const used = firstUsed < 0 ? Uint8Array.of(0) : bytes.subarray(firstUsed);
  const positive = (used[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...used) : new Uint8Array(used);
  return new asn1.Integer({ valueHex: positive });
}

/** DER sorts the members of a SET OF by their encodings (X.690, 11.6). */
function inDerOrder(members: readonly asn1.AsnType[]): asn1.AsnType[] {
  return members.toSorted((a, b) => Buffer.compare(encode(a), encode(b)));
}

function children(node: asn1.AsnType): asn1.AsnType[] {
  return node instanceof asn1.Constructed ? node.valueBlock.value : [];
}

function parse(der: Uint8Array): asn1.AsnType {
  const { result, offset } = asn1.fromBER(new Uint8Array(der));
  if (offset !== der.length) throw new TypeError('A certificate of the chain is not DER.');
  return result;
}

function encode(node: asn1.AsnType): Buffer {
  return Buffer.from(node.toBER());
}
