import { readSignerCertificate } from '../src/trust/signer-certificate.ts';
import type { TrustBundle } from '../src/trust/trust-bundle.ts';

/** A bundle, opened as it were, that vouches for these certificates (DER) of seals and for nothing else. */
export function trustInSeals(certificates: readonly [Uint8Array, ...Uint8Array[]]): TrustBundle {
  const now = new Date().toISOString();
  return {
    specimen: true,
    sequence: 1,
    issuedAt: now,
    nextUpdate: now,
    signers: [],
    revoked: [],
    seals: certificates.map((der) => ({ certificate: Buffer.from(der).toString('base64') })),
    revokedSeals: [],
    timeStampAuthorities: [],
    registerKeys: [],
    root: readSignerCertificate(certificates[0]),
    rootFingerprint: '',
  };
}
