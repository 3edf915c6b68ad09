/** The test card's side of key agreement, over a MODP group or a curve. */
import { fromBigInt, toBigInt } from '../src/primitives/bytes.ts';
import {
  addPoints,
  curvePublicKey,
  multiplyPoint,
  sharedPoint,
  withBasePoint,
} from '../src/primitives/elliptic-curve.ts';
import type { EllipticCurve } from '../src/primitives/elliptic-curve.ts';
import { MODP_GROUPS, modPow, publicKey, sharedSecret, withGenerator } from '../src/primitives/modp-group.ts';
import type { ModpGroup } from '../src/primitives/modp-group.ts';
import { standardCurve } from '../src/primitives/standard-curves.ts';

export interface CardAgreement {
  /** Number in the protocol's object identifier: 1 DH, 2 ECDH, both with generic mapping. */
  readonly mappingNumber: 1 | 2;
  readonly publicKeyTag: 0x84 | 0x86;
  publicKey(privateKey: Uint8Array): Uint8Array;
  agree(privateKey: Uint8Array, other: Uint8Array): Uint8Array;
  map(nonce: Uint8Array, privateKey: Uint8Array, other: Uint8Array): CardAgreement;
}

/** The agreement of a standardised parameter id. */
export function cardAgreement(parameterId: number): CardAgreement {
  if (parameterId === 0 || parameterId === 1 || parameterId === 2) return modp(MODP_GROUPS[parameterId]);
  const curve = standardCurve(parameterId);
  if (curve === undefined) throw new RangeError('no such domain parameter');
  return onCurve(curve);
}

function modp(group: ModpGroup): CardAgreement {
  return {
    mappingNumber: 1,
    publicKeyTag: 0x84,
    publicKey: (privateKey) => publicKey(group, privateKey),
    agree: (privateKey, other) => sharedSecret(group, privateKey, other),
    map(nonce, privateKey, other) {
      const h = toBigInt(sharedSecret(group, privateKey, other));
      return modp(withGenerator(group, (modPow(group.g, toBigInt(nonce), group.p) * h) % group.p));
    },
  };
}

function onCurve(curve: EllipticCurve): CardAgreement {
  return {
    mappingNumber: 2,
    publicKeyTag: 0x86,
    publicKey: (privateKey) => curvePublicKey(curve, privateKey),
    agree: (privateKey, other) => fromBigInt(sharedPoint(curve, privateKey, other).x, curve.bytes),
    map(nonce, privateKey, other) {
      const h = sharedPoint(curve, privateKey, other);
      return onCurve(withBasePoint(curve, addPoints(curve, multiplyPoint(curve, toBigInt(nonce), curve.base), h)));
    },
  };
}
