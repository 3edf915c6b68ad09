/**
 * The chip's signing key in DG15, and active authentication with it (ICAO Doc 9303 part 11 clauses 6.1 and 9.2.3).
 * RSA signs by ISO/IEC 9796-2 digital signature scheme 1 with SHA-1 or SHA-256; a curve signs r and s joined (BSI
 * TR-03111 clause 5.2.1), which DG14 then names.
 */
import { constants, createHash, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { integer, oid, sequence, tlv } from '../authority/der.ts';

export type ActiveAuthenticationKind = 'rsa-1024-sha1' | 'rsa-2048-sha256' | 'ec-p256';

export interface ActiveAuthenticationKey {
  readonly kind: ActiveAuthenticationKind;
  readonly privateKey: KeyObject;
  /** The whole of DG15. */
  readonly dataGroup15: Uint8Array;
  /** ActiveAuthenticationInfo for DG14, of a curve only. */
  readonly securityInfos: readonly Uint8Array[];
}

/** The challenge has this length. */
export const CHALLENGE_BYTES = 8;

const OID = {
  activeAuthentication: '2.23.136.1.1.5',
  ecdsaPlainSha256: '0.4.0.127.0.7.1.1.4.1.3',
} as const;

/** Trailer fields of ISO/IEC 9796-2: SHA-1 is implied, SHA-256 is named (part 11 clause 6.1.2.3). */
const RSA = {
  'rsa-1024-sha1': { bits: 1024, hash: 'sha1', trailer: Uint8Array.of(0xbc) },
  'rsa-2048-sha256': { bits: 2048, hash: 'sha256', trailer: Uint8Array.of(0x34, 0xcc) },
} as const;

/** First byte of a message representative with partial recovery and no padding bits. */
const HEADER = 0x6a;

/** Makes a key of that kind. */
export function makeActiveAuthenticationKey(kind: ActiveAuthenticationKind): ActiveAuthenticationKey {
  const pair =
    kind === 'ec-p256'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: RSA[kind].bits });
  return {
    kind,
    privateKey: pair.privateKey,
    dataGroup15: tlv(0x6f, pair.publicKey.export({ format: 'der', type: 'spki' })),
    securityInfos:
      kind === 'ec-p256' ? [sequence(oid(OID.activeAuthentication), integer(1), oid(OID.ecdsaPlainSha256))] : [],
  };
}

/** The key a cloned chip has: DG15 can be copied, the private key cannot. */
export function otherChipsSigningKey(key: ActiveAuthenticationKey): ActiveAuthenticationKey {
  return { ...key, privateKey: makeActiveAuthenticationKey(key.kind).privateKey };
}

/** Signs the terminal's challenge; `random` is the part of the message that the chip adds. */
export function signChallenge(
  { kind, privateKey }: ActiveAuthenticationKey,
  challenge: Uint8Array,
  random: (bytes: number) => Uint8Array,
): Uint8Array {
  if (kind === 'ec-p256') return sign('sha256', challenge, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const { bits, hash, trailer } = RSA[kind];
  const hashBytes = createHash(hash).digest().length;
  const recoverable = random(bits / 8 - 1 - hashBytes - trailer.length);
  const digest = createHash(hash).update(recoverable).update(challenge).digest();
  const representative = Buffer.concat([Uint8Array.of(HEADER), recoverable, digest, trailer]);
  return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, representative);
}
