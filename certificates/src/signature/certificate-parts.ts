import { bytesOf, childrenOf, DerError, isTagged, parseDer } from './der.ts';

/** The parts of an X.509 certificate (RFC 5280, 4.1) that a CMS refers to, each as it stands in it. */
export interface CertificateParts {
  readonly serialNumber: Uint8Array<ArrayBuffer>;
  readonly issuer: Uint8Array<ArrayBuffer>;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

/** @throws {DerError} when `certificate` is not shaped like one */
export function certificateParts(certificate: Uint8Array): CertificateParts {
  const fields = childrenOf(childrenOf(parseDer(certificate))[0]);
  // The version stands before the other fields, or not at all.
  const [serialNumber, , issuer, , , publicKey] = isTagged(fields[0], 0) ? fields.slice(1) : fields;
  if (serialNumber === undefined || issuer === undefined || publicKey === undefined) {
    throw new DerError('This is no X.509 certificate.');
  }
  return { serialNumber: bytesOf(serialNumber), issuer: bytesOf(issuer), publicKey: bytesOf(publicKey) };
}
