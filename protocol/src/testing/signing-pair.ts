import { generateKeyPairSync, sign } from 'node:crypto';
import { grantKeys } from '../grant.ts';
import type { GrantKeys } from '../grant.ts';
import type { SigningKey } from '../signing-key.ts';

/** For tests and benches that have no queue: a key that signs, and what verifiers are told of it. */
export function newSigningPair(kid: string): { readonly key: SigningKey; readonly keys: GrantKeys } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    key: { kid, sign: (data) => sign(null, data, privateKey) },
    keys: grantKeys.parse({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'EdDSA' }] }),
  };
}
