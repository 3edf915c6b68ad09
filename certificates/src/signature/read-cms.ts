import type * as asn1 from 'asn1js';
import { HASH_OF_OID, OID, SCHEME_OF_OID } from './algorithm.ts';
import type { HashName, SignatureScheme } from './algorithm.ts';
import { bytesOf, childrenOf, DerError, equalBytes, isTagged, octetsOf, oidOf, parseDer } from './der.ts';

const DER_NULL = Uint8Array.of(0x05, 0x00);

/** One signer of a CMS, as it says of itself; nothing of it is verified yet. */
export interface CmsSigner {
  /** DER of issuer and serial number; null when the signer is named in another way (RFC 5652, 5.3). */
  readonly issuerAndSerial: Uint8Array | null;
  /** Null: a digest that does not count, such as SHA-1. */
  readonly digest: HashName | null;
  /** Null: an algorithm that does not count. */
  readonly scheme: SignatureScheme | null;
  /** Values of each signed attribute, by object identifier. */
  readonly attributes: ReadonlyMap<string, readonly asn1.AsnType[]>;
  /** What the signature is over: the signed attributes under the tag of a SET OF (RFC 5652, 5.4). */
  readonly signedBytes: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly unsignedAttributes: ReadonlyMap<string, readonly asn1.AsnType[]>;
}

/** A CMS SignedData (RFC 5652, 5). */
export interface SignedCms {
  readonly contentType: string;
  /** The content, when it is inside. */
  readonly content: Uint8Array<ArrayBuffer> | null;
  /** DER of the certificates it brings. That they lie here says nothing for them. */
  readonly certificates: readonly Uint8Array[];
  readonly signers: readonly CmsSigner[];
}

/**
 * Reads a CMS SignedData whose signers have signed attributes, as PAdES and time-stamps must have. Verifies nothing.
 *
 * @param der untrusted; depth and number of nodes are bounded, its length is the caller's matter
 * @throws {DerError} when it is no such value
 */
export function readCms(der: Uint8Array): SignedCms {
  const [type, wrapped] = childrenOf(parseDer(der));
  if (oidOf(type) !== OID.signedData) throw new DerError('The CMS is no SignedData.');
  const [version, digests, content, ...rest] = childrenOf(childrenOf(wrapped)[0]);
  if (version === undefined || digests === undefined) throw new DerError('The SignedData is not complete.');
  const [contentType, inside] = childrenOf(content);
  const certificates = rest.find((node) => isTagged(node, 0));
  return {
    contentType: oidOf(contentType),
    content: inside === undefined ? null : octetsOf(childrenOf(inside)[0]),
    certificates: childrenOf(certificates).map(bytesOf),
    signers: childrenOf(rest.at(-1)).map(readSigner),
  };
}

function readSigner(node: asn1.AsnType): CmsSigner {
  const [version, name, digest, attributes, scheme, signature, unsigned] = childrenOf(node);
  if (version === undefined || name === undefined || !isTagged(attributes, 0)) {
    throw new DerError('A signer has no signed attributes.');
  }
  const signedBytes = bytesOf(attributes);
  // The tag [0] IMPLICIT stands in the file; the signature is over the SET OF.
  signedBytes[0] = 0x31;
  return {
    issuerAndSerial: isTagged(name, 0) ? null : bytesOf(name),
    digest: HASH_OF_OID.get(algorithmOf(digest)) ?? null,
    scheme: SCHEME_OF_OID.get(algorithmOf(scheme)) ?? null,
    attributes: readAttributes(attributes),
    signedBytes,
    signature: octetsOf(signature),
    unsignedAttributes: isTagged(unsigned, 1) ? readAttributes(unsigned) : new Map(),
  };
}

/** @throws {DerError} also for parameters other than NULL: no algorithm that counts here has any */
function algorithmOf(node: asn1.AsnType | undefined): string {
  const [algorithm, parameters, ...more] = childrenOf(node);
  if (more.length > 0 || (parameters !== undefined && !equalBytes(bytesOf(parameters), DER_NULL))) {
    throw new DerError('An algorithm has parameters.');
  }
  return oidOf(algorithm);
}

/** @throws {DerError} also when an attribute stands twice: two readers would take two values */
function readAttributes(node: asn1.AsnType): Map<string, readonly asn1.AsnType[]> {
  const read = new Map<string, readonly asn1.AsnType[]>();
  for (const attribute of childrenOf(node)) {
    const [type, values] = childrenOf(attribute);
    const name = oidOf(type);
    if (read.has(name)) throw new DerError('An attribute stands twice.');
    read.set(name, childrenOf(values));
  }
  return read;
}
