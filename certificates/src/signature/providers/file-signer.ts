import { createPrivateKey, sign as signBytes, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SignatureAlgorithm, Signer } from '../signer.ts';

/** The key of a file does not fit: not its certificate's, or of a kind that is not in {@link SignatureAlgorithm}. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError';
  readonly code = 'unusable-key';
}

/**
 * A signer whose private key is held in memory.
 *
 * @param key a P-256 or RSA (2,048 bits or more) private key
 * @param chain its certificate first, then the issuers
 * @throws {UnusableKeyError} when the key is not the one in the certificate, or is of another kind
 */
export function createKeySigner(key: KeyObject, chain: readonly X509Certificate[]): Signer {
  const [certificate, ...issuers] = chain;
  if (certificate === undefined) throw new UnusableKeyError('A signer needs the certificate of its key.');
  if (!certificate.checkPrivateKey(key)) throw new UnusableKeyError('The key does not belong to the certificate.');
  const algorithm = algorithmOf(key);
  return {
    algorithm,
    certificate: new Uint8Array(certificate.raw),
    chain: issuers.map((issuer) => new Uint8Array(issuer.raw)),
    async sign(data, { signal }) {
      signal.throwIfAborted();
      return new Uint8Array(signBytes('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
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
export async function createFileSigner(files: { readonly key: string; readonly certificates: string }): Promise<Signer> {
  const [key, certificates] = await Promise.all([readFile(files.key, 'utf8'), readFile(files.certificates, 'utf8')]);
  return createKeySigner(createPrivateKey(key), certificatesInPem(certificates));
}

function certificatesInPem(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

function algorithmOf(key: KeyObject): SignatureAlgorithm {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
  if (key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return 'rsa-pkcs1-sha256';
  throw new UnusableKeyError('Only P-256 and RSA keys of 2,048 bits or more can sign.');
}
