import { createPrivateKey, sign as signBytes, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SignatureAlgorithm, Signer, SigningKey } from '../signer.ts';

/** The key of a file does not fit: not its certificate's, or of a kind that is not in {@link SignatureAlgorithm}. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError';
  readonly code = 'unusable-key';
}

/** A private key in memory with its certificate (DER) and the issuers above it, nearest first. */
export interface SealingKey {
  readonly privateKey: KeyObject;
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

/**
 * A signer over a key in memory: P-256, or RSA of 2,048 bits or more.
 *
 * @throws {UnusableKeyError} when the key is not the one in the certificate, or is of another kind
 */
export function createKeySigner({ privateKey, certificate, chain }: SealingKey): Signer {
  if (!new X509Certificate(certificate).checkPrivateKey(privateKey)) {
    throw new UnusableKeyError('The key does not belong to the certificate.');
  }
  return { ...keySigning(privateKey), certificate, chain };
}

/** Signs with a key in memory. @throws {UnusableKeyError} when it is of a kind that cannot sign here */
export function keySigning(privateKey: KeyObject): SigningKey {
  return {
    algorithm: algorithmOf(privateKey),
    async sign(data, { signal }) {
      signal.throwIfAborted();
      return new Uint8Array(signBytes('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
    },
  };
}

/**
 * Reads key and certificates (PEM) from files.
 *
 * @param files.key private key, PKCS#8 or SEC 1
 * @param files.certificates its certificate, then the issuers, one after the other in one file
 * @throws {UnusableKeyError} as {@link createKeySigner}; the file system's error when a file cannot be read
 */
export async function createFileSigner(files: {
  readonly key: string;
  readonly certificates: string;
}): Promise<Signer> {
  const [key, certificates] = await Promise.all([readFile(files.key, 'utf8'), readFile(files.certificates, 'utf8')]);
  const [certificate, ...chain] = certificatesInPem(certificates);
  if (certificate === undefined) throw new UnusableKeyError('A signer needs the certificate of its key.');
  return createKeySigner({ privateKey: createPrivateKey(key), certificate, chain });
}

/** DER of the certificates of a PEM text, in its order. */
export function certificatesInPem(pem: string): Uint8Array[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new Uint8Array(new X509Certificate(block).raw));
}

/** @throws {UnusableKeyError} when a key, public or private, is of a kind that cannot sign here */
export function algorithmOf(key: KeyObject): SignatureAlgorithm {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return 'rsa-pkcs1-sha256';
  throw new UnusableKeyError('Only P-256 and RSA keys of 2,048 bits or more can sign.');
}
