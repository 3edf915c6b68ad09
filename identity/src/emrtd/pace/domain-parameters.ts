/**
 * Key agreement over the standardised domain parameters of PACE (ICAO Doc 9303 part 11, 9.5.1) with the generic
 * mapping.
 */
import { fromBigInt, toBigInt } from '../../primitives/bytes.ts';
import type { EllipticCurve } from '../../primitives/elliptic-curve.ts';
import {
  addPoints,
  curvePublicKey,
  multiplyPoint,
  sharedPoint,
  withBasePoint,
} from '../../primitives/elliptic-curve.ts';
import type { ModpGroup } from '../../primitives/modp-group.ts';
import { MODP_GROUPS, modPow, publicKey, sharedSecret, withGenerator } from '../../primitives/modp-group.ts';
import { standardCurve } from '../../primitives/standard-curves.ts';
import type { PaceMapping } from './oids.ts';

/** Where random bytes come from: a new array of the asked length at each call. */
export type RandomBytes = (length: number) => Uint8Array;

/** A key pair for one step of one PACE run. */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A group with its generator. The same shape serves MODP groups and curves. */
export interface KeyAgreement {
  /** Tag of a public key in the input of the authentication token: 84 for DH, 86 for curves. */
  readonly publicKeyTag: 0x84 | 0x86;
  /** A new key pair. */
  makeKeyPair(random: RandomBytes): KeyPair;
  /**
   * The shared secret as the key derivation takes it: the whole number for DH, the x coordinate for curves. Throws
   * RangeError on a public key outside the group's range or off the curve.
   */
  agree(privateKey: Uint8Array, otherPublicKey: Uint8Array): Uint8Array;
  /** The same group under the generator that nonce and mapping keys give. Throws RangeError as {@link agree} does. */
  mapGeneric(nonce: Uint8Array, privateKey: Uint8Array, otherPublicKey: Uint8Array): KeyAgreement;
}

/** The key agreement of a mapping and a standardised parameter id, undefined when this library does not have it. */
export function keyAgreement(mapping: PaceMapping, parameterId: number | undefined): KeyAgreement | undefined {
  if (mapping === 'DH-GM' && (parameterId === 0 || parameterId === 1 || parameterId === 2)) {
    return modpAgreement(MODP_GROUPS[parameterId]);
  }
  const curve = mapping === 'ECDH-GM' && parameterId !== undefined ? standardCurve(parameterId) : undefined;
  return curve === undefined ? undefined : curveAgreement(curve);
}

const MAX_DRAWS = 128;

function modpAgreement(group: ModpGroup): KeyAgreement {
  return {
    publicKeyTag: 0x84,
    /**
     * A number that begins with a zero byte is written by some cards at the length of p and by others without that byte
     * (PKCS #3 against BSI TR-03110 part 3, D.2.1.1), which would part the tokens. Our own never begins so: it is drawn again.
     */
    makeKeyPair(random) {
      for (let draw = 0; draw < MAX_DRAWS; draw += 1) {
        const privateKey = randomBelow(group.q, random);
        const pair = { privateKey, publicKey: publicKey(group, privateKey) };
        if (pair.publicKey[0] !== 0) return pair;
        privateKey.fill(0);
      }
      throw new RangeError('the source of random bytes does not vary');
    },
    agree: (privateKey, otherPublicKey) => sharedSecret(group, privateKey, otherPublicKey),
    mapGeneric(nonce, privateKey, otherPublicKey) {
      const h = toBigInt(sharedSecret(group, privateKey, otherPublicKey));
      const generator = (modPow(group.g, toBigInt(nonce), group.p) * h) % group.p;
      if (generator < 2n || generator > group.p - 2n) throw new RangeError('mapped generator outside 2..p-2');
      return modpAgreement(withGenerator(group, generator));
    },
  };
}

function curveAgreement(curve: EllipticCurve): KeyAgreement {
  return {
    publicKeyTag: 0x86,
    makeKeyPair(random) {
      const privateKey = randomBelow(curve.n, random);
      return { privateKey, publicKey: curvePublicKey(curve, privateKey) };
    },
    agree: (privateKey, otherPublicKey) => fromBigInt(sharedPoint(curve, privateKey, otherPublicKey).x, curve.bytes),
    mapGeneric(nonce, privateKey, otherPublicKey) {
      const h = sharedPoint(curve, privateKey, otherPublicKey);
      const mapped = addPoints(curve, multiplyPoint(curve, toBigInt(nonce), curve.base), h);
      return curveAgreement(withBasePoint(curve, mapped));
    },
  };
}

/** A number from 1 to limit-1 at the limit's length, each equally likely: draws again instead of reducing. */
function randomBelow(limit: bigint, random: RandomBytes): Uint8Array {
  const bits = limit.toString(2).length;
  const length = Math.ceil(bits / 8);
  for (let draw = 0; draw < MAX_DRAWS; draw += 1) {
    const candidate = random(length);
    // Bits above the limit's are dropped, so that at least every second draw is one to keep.
    candidate[0] = (candidate[0] ?? 0) & (0xff >> (8 * length - bits));
    const value = toBigInt(candidate);
    if (value >= 1n && value < limit) return fromBigInt(value, length);
  }
  throw new RangeError('the source of random bytes does not vary');
}
