import * as asn1 from 'asn1js';
import { HASH_OF_OID, OID } from './algorithm.ts';
import type { HashName, SignatureScheme } from './algorithm.ts';
import { certificateParts } from './certificate-parts.ts';
import { asItIs, childrenOf, DerError, ecdsaFromDer, encode, equalBytes, octetsOf, oidOf, parseDer, sequence } from './der.ts';
import type { CmsSigner } from './read-cms.ts';

/** Why a signer's signature does not hold. */
export type SignatureFault = 'weak-algorithm' | 'other-content' | 'other-certificate' | 'wrong-signature';

/**
 * Verifies one signer against the certificate he is believed to have: content type and digest, signing-certificate-v2
 * (RFC 5035, 3), signature. Whether the certificate is to be trusted is the caller's question.
 *
 * @param certificate DER
 * @param content the bytes signed, digested with the signer's own algorithm
 * @returns null when all of it holds
 * @throws {DerError} when attributes or signature are malformed
 */
export async function faultOfSigner(
  signer: CmsSigner,
  certificate: Uint8Array,
  { contentType, content }: { readonly contentType: string; readonly content: Uint8Array<ArrayBuffer> },
): Promise<SignatureFault | null> {
  const { digest, scheme } = signer;
  if (digest === null || scheme === null || (scheme.hash !== null && scheme.hash !== digest)) return 'weak-algorithm';
  const key = readPublicKey(certificate, scheme);
  if (key === null) return 'weak-algorithm';
  if (!(await namesCertificate(signer, certificate))) return 'other-certificate';
  const expected = new Uint8Array(await crypto.subtle.digest(digest, content));
  if (oidOf(onlyValue(signer, OID.contentType)) !== contentType) return 'other-content';
  if (!equalBytes(octetsOf(onlyValue(signer, OID.messageDigest)), expected)) return 'other-content';
  return (await verifySignature(key, digest, signer)) ? null : 'wrong-signature';
}

/**
 * Whether a signer names this certificate as his, by issuer and serial number.
 *
 * @throws {DerError} when `certificate` is none
 */
export function isNamedBy({ issuerAndSerial }: CmsSigner, certificate: Uint8Array): boolean {
  const { issuer, serialNumber } = certificateParts(certificate);
  return issuerAndSerial !== null && equalBytes(encode(sequence(asItIs(issuer), asItIs(serialNumber))), issuerAndSerial);
}

/** Whether `certificate` is the one the signer signed with, by his name for it and by the signed attribute. */
async function namesCertificate(signer: CmsSigner, certificate: Uint8Array): Promise<boolean> {
  if (!isNamedBy(signer, certificate)) return false;
  // SigningCertificateV2 ::= { certs { ESSCertIDv2 { hashAlgorithm DEFAULT sha-256, certHash, … }, … }, … }
  const [first, second] = childrenOf(childrenOf(childrenOf(onlyValue(signer, OID.signingCertificateV2))[0])[0]);
  const hasDefault = first instanceof asn1.OctetString;
  const hash = hasDefault ? 'SHA-256' : HASH_OF_OID.get(oidOf(childrenOf(first)[0]));
  if (hash === undefined) return false;
  const expected = new Uint8Array(await crypto.subtle.digest(hash, new Uint8Array(certificate)));
  return equalBytes(octetsOf(hasDefault ? first : second), expected);
}

function onlyValue(signer: CmsSigner, type: string): asn1.AsnType {
  const values = signer.attributes.get(type);
  if (values?.length !== 1 || values[0] === undefined) throw new DerError('A signed attribute is missing or doubled.');
  return values[0];
}

interface PublicKey {
  readonly der: Uint8Array<ArrayBuffer>;
  readonly algorithm: { readonly name: 'ECDSA'; readonly namedCurve: string } | { readonly name: 'RSASSA-PKCS1-v1_5' };
  /** Bytes of the order of the curve; 0 for RSA. */
  readonly half: number;
}

const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const CURVES: ReadonlyMap<string, { readonly namedCurve: string; readonly half: number }> = new Map([
  ['1.2.840.10045.3.1.7', { namedCurve: 'P-256', half: 32 }],
  ['1.3.132.0.34', { namedCurve: 'P-384', half: 48 }],
  ['1.3.132.0.35', { namedCurve: 'P-521', half: 66 }],
]);
/** An RSA key of 2,048 bits in DER is about 294 bytes; of 1,024 bits, 162. */
const SHORTEST_RSA_KEY = 290;

/** The key of a certificate when it is of the scheme's kind and strong enough, else null. */
function readPublicKey(certificate: Uint8Array, scheme: SignatureScheme): PublicKey | null {
  const der = certificateParts(certificate).publicKey;
  const [type, parameters] = childrenOf(childrenOf(parseDer(der))[0]);
  if (scheme.kind === 'rsa-pkcs1') {
    const fits = oidOf(type) === RSA_ENCRYPTION && der.length >= SHORTEST_RSA_KEY;
    return fits ? { der, algorithm: { name: 'RSASSA-PKCS1-v1_5' }, half: 0 } : null;
  }
  if (oidOf(type) !== EC_PUBLIC_KEY) return null;
  const curve = CURVES.get(oidOf(parameters));
  return curve === undefined ? null : { der, algorithm: { name: 'ECDSA', namedCurve: curve.namedCurve }, half: curve.half };
}

async function verifySignature(key: PublicKey, hash: HashName, signer: CmsSigner): Promise<boolean> {
  const { algorithm, half } = key;
  const imported = await crypto.subtle.importKey('spki', key.der, { ...algorithm, hash }, false, ['verify']);
  const signature = half === 0 ? signer.signature : ecdsaFromDer(signer.signature, half);
  return crypto.subtle.verify({ name: algorithm.name, hash }, imported, signature, signer.signedBytes);
}
