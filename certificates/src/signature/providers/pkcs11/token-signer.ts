import { X509Certificate, verify } from 'node:crypto';
import { algorithmOf, UnusableKeyError } from '../file-signer.ts';
import type { Signer } from '../../signer.ts';
import type { Token } from './token.ts';

/** A key of a token, named as its certificate is in the key folder. */
export interface TokenKey {
  readonly label: string;
  /** DER of its certificate, and of the issuers, nearest first. */
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

/**
 * A signer over a key in a PKCS#11 token: P-256, or RSA of 2,048 bits or more. It signs once to see that the key is the one in
 * the certificate, which holds for tokens that keep no public keys too.
 *
 * @throws {UnusableKeyError} when it is not, or is of another kind
 * @throws {TokenError} when the token does not serve
 */
export async function createTokenSigner(
  { label, certificate, chain }: TokenKey,
  token: Token,
  options: { readonly signal: AbortSignal },
): Promise<Signer> {
  const { publicKey } = new X509Certificate(certificate);
  const algorithm = algorithmOf(publicKey);
  const probe = new TextEncoder().encode('Is this the key of the certificate?');
  const answer = await token.sign(label, algorithm, probe, options);
  if (!verify('sha256', probe, { key: publicKey, dsaEncoding: 'ieee-p1363' }, answer)) {
    throw new UnusableKeyError('The key in the token does not belong to the certificate.');
  }
  return { algorithm, certificate, chain, sign: (data, waiting) => token.sign(label, algorithm, data, waiting) };
}
