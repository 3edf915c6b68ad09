import type { StampSigner } from '../stamp/encode-seal.ts';
import { readSignerCertificate } from '../trust/signer-certificate.ts';
import { UnusableKeyError } from './providers/file-signer.ts';
import type { Signer } from './signer.ts';

/** How long a key may take to sign a stamp, milliseconds: a token that logs in anew needs seconds. */
const STAMP_MS = 20_000;

/**
 * Signs stamps with a key wherever it is: file or token. The seal's header names it after its certificate (Doc 9303-8).
 *
 * @throws {UnusableKeyError} when it is no P-256 key, or the certificate's subject is no signer code
 */
export function createStampSigner(signer: Signer): StampSigner {
  const { signerCode, reference } = readSignerCertificate(signer.certificate);
  if (signerCode === null || signer.algorithm !== 'ecdsa-p256-sha256') {
    throw new UnusableKeyError('A stamp is signed with a P-256 key whose certificate names a signer code.');
  }
  return { signerCode, reference, sign: (bytes) => signer.sign(bytes, { signal: AbortSignal.timeout(STAMP_MS) }) };
}
