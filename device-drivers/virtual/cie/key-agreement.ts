/**
 * Key agreement as PACE and chip authentication use it (ICAO Doc 9303 part 11 clauses 4.4.3.3 and 9.6): Diffie-Hellman
 * over a MODP group, or over an elliptic curve. Generic mapping makes of one the same with another generator.
 */
import { fromBigInt, toBigInt } from '@videosportello/identity/primitives/bytes.ts';
import { modPow } from '@videosportello/identity/primitives/modp-group.ts';
import type { ModpGroup } from '@videosportello/identity/primitives/modp-group.ts';
import { addPoints, decodePoint, encodePoint, multiplyPoint } from './elliptic-curve.ts';
import type { EllipticCurve } from './elliptic-curve.ts';

export interface KeyAgreement {
  /** Tag of a public key inside DO 7F49 (part 11 clause 9.4.3 and 9.4.4): 84 for DH, 86 for a point. */
  readonly publicKeyTag: 0x84 | 0x86;
  /** Draws a private key below the group order. */
  drawPrivateKey(random: (bytes: number) => Uint8Array): Uint8Array;
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** Whether the other side's public key has the right length and lies in the group. */
  accepts(publicKey: Uint8Array): boolean;
  /** Seed of the key derivation: the shared number at the length of p, or the x coordinate. The key is an accepted one. */
  sharedSecret(privateKey: Uint8Array, otherPublicKey: Uint8Array): Uint8Array;
  /** Generic mapping: the same group with the generator that nonce and mapping keys make. The key is an accepted one. */
  map(nonce: Uint8Array, privateKey: Uint8Array, otherPublicKey: Uint8Array): KeyAgreement;
}

/** Half of all numbers of the order's length lie below it, so this bound on the draws is never met by chance. */
const MOST_DRAWS = 256;

function drawBelow(order: bigint, random: (bytes: number) => Uint8Array): Uint8Array {
  const bytes = Math.ceil(order.toString(16).length / 2);
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const key = random(bytes);
    const number = toBigInt(key);
    if (number > 0n && number < order) return key;
  }
  throw new Error('The source of randomness gives no number below the order of the group.');
}

/** Diffie-Hellman; public keys have the full length of p and lie in 2..p-2. */
export function modpAgreement(group: ModpGroup): KeyAgreement {
  const power = (base: bigint, exponent: Uint8Array): bigint => modPow(base, toBigInt(exponent), group.p);
  return {
    publicKeyTag: 0x84,
    drawPrivateKey: (random) => drawBelow(group.q, random),
    publicKey: (privateKey) => fromBigInt(power(group.g, privateKey), group.bytes),
    accepts(publicKey) {
      const number = toBigInt(publicKey);
      return publicKey.length === group.bytes && number >= 2n && number <= group.p - 2n;
    },
    sharedSecret: (privateKey, other) => fromBigInt(power(toBigInt(other), privateKey), group.bytes),
    map(nonce, privateKey, other) {
      const g = (power(group.g, nonce) * power(toBigInt(other), privateKey)) % group.p;
      return modpAgreement({ ...group, g });
    },
  };
}

/** ECDH; public keys are uncompressed points of the curve. */
export function curveAgreement(curve: EllipticCurve): KeyAgreement {
  const multiply = (privateKey: Uint8Array, publicKey: Uint8Array) => {
    const other = decodePoint(curve, publicKey);
    const point = other === undefined ? undefined : multiplyPoint(curve, toBigInt(privateKey), other);
    if (point === undefined) throw new Error('A public key that was not accepted is used.');
    return point;
  };
  return {
    publicKeyTag: 0x86,
    drawPrivateKey: (random) => drawBelow(curve.n, random),
    publicKey: (privateKey) => encodePoint(curve, multiply(privateKey, encodePoint(curve, curve.generator))),
    accepts: (publicKey) => decodePoint(curve, publicKey) !== undefined,
    sharedSecret: (privateKey, other) => fromBigInt(multiply(privateKey, other).x, curve.bytes),
    map(nonce, privateKey, other) {
      const s = multiplyPoint(curve, toBigInt(nonce) % curve.n, curve.generator);
      const h = multiply(privateKey, other);
      const generator = s === undefined ? h : addPoints(curve, s, h);
      if (generator === undefined) throw new Error('The mapped generator is the point at infinity.');
      return curveAgreement({ ...curve, generator });
    },
  };
}
