import { createHash } from 'node:crypto';
import * as asn1 from 'asn1js';
import { OID, SIGNATURE_ALGORITHM } from './algorithm.ts';
import { certificateParts } from './certificate-parts.ts';
import { asItIs, ecdsaToDer, encode, inDerOrder, octets, oid, sequence, set, tagged } from './der.ts';
import type { Signer } from './signer.ts';

/** What a time-stamp is asked for: the token over the signature's bytes, or null to go without. */
export type StampSignature = (signature: Uint8Array) => Promise<Uint8Array | null>;

/**
 * Makes the detached CMS of a PAdES seal (RFC 5652; ETSI EN 319 142-1, 6.3): the signed attributes are exactly
 * content-type, message-digest and signing-certificate-v2. The attribute signing-time is forbidden there; the time
 * stands in the PDF's `/M`, and in the time-stamp of level B-T.
 *
 * @param digest SHA-256 of the sealed bytes
 * @param options.timeStamp gives the signature time-stamp of level B-T (RFC 3161, Appendix A); default: level B-B
 * @throws what the signer and `timeStamp` throw
 */
export async function detachedCms(
  digest: Uint8Array,
  signer: Signer,
  options: { readonly signal: AbortSignal; readonly timeStamp?: StampSignature },
): Promise<Uint8Array> {
  const { certificateHash, issuerAndSerial, certificates } = fixedParts(signer);
  const attributes = signedAttributes(digest, certificateHash);
  const made = await signer.sign(encode(set(...attributes)), options);
  const signature = signer.algorithm === 'ecdsa-p256-sha256' ? ecdsaToDer(made) : made;
  const token = (await options.timeStamp?.(signature)) ?? null;
  const signerInfo = sequence(
    new asn1.Integer({ value: 1 }),
    issuerAndSerial,
    sequence(oid(OID.sha256)),
    tagged(0, attributes),
    SIGNATURE_ALGORITHM[signer.algorithm](),
    octets(signature),
    ...(token === null ? [] : [tagged(1, [attribute(OID.timeStampToken, asItIs(token))])]),
  );
  const signedData = sequence(
    new asn1.Integer({ value: 1 }),
    set(sequence(oid(OID.sha256))),
    sequence(oid(OID.data)),
    tagged(0, certificates),
    set(signerInfo),
  );
  return encode(sequence(oid(OID.signedData), tagged(0, [signedData])));
}

/** What each seal of a signer says of its certificates. */
interface FixedParts {
  readonly certificateHash: Uint8Array;
  readonly issuerAndSerial: asn1.AsnType;
  readonly certificates: asn1.AsnType[];
}

/** Reading the certificates takes longer than all the rest of a CMS but the signature. */
const knownParts = new WeakMap<Signer, FixedParts>();

function fixedParts(signer: Signer): FixedParts {
  const known = knownParts.get(signer);
  if (known !== undefined) return known;
  const { issuer, serialNumber } = certificateParts(signer.certificate);
  const parts = {
    certificateHash: createHash('sha256').update(signer.certificate).digest(),
    issuerAndSerial: sequence(asItIs(issuer), asItIs(serialNumber)),
    certificates: inDerOrder([signer.certificate, ...signer.chain].map(asItIs)),
  };
  knownParts.set(signer, parts);
  return parts;
}

function signedAttributes(digest: Uint8Array, certificateHash: Uint8Array): asn1.AsnType[] {
  return inDerOrder([
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octets(digest)),
    // RFC 5035, 3: SHA-256 is the default of ESSCertIDv2 and therefore left out in DER.
    attribute(OID.signingCertificateV2, sequence(sequence(sequence(octets(certificateHash))))),
  ]);
}

function attribute(type: string, value: asn1.AsnType): asn1.Sequence {
  return sequence(oid(type), set(value));
}
