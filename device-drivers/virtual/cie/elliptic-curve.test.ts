import { createECDH } from 'node:crypto';
import { expect } from 'chai';
import { CURVE_PARAMETER_ID, decodePoint, ellipticCurve, encodePoint, isOnCurve, multiplyPoint } from './elliptic-curve.ts';
import type { CurveName } from './elliptic-curve.ts';
import { curveAgreement } from './key-agreement.ts';

const NAMES = Object.keys(CURVE_PARAMETER_ID).filter((name): name is CurveName => name in CURVE_PARAMETER_ID);

describe('elliptic curves of the virtual card', () => {
  for (const name of NAMES) {
    it(`agree with OpenSSL on ${name}`, () => {
      const curve = ellipticCurve(name);
      const [own, other] = [createECDH(name), createECDH(name)];
      own.generateKeys();
      other.generateKeys();
      const agreement = curveAgreement(curve);
      expect(Buffer.from(agreement.publicKey(own.getPrivateKey()))).to.deep.equal(own.getPublicKey());
      expect(agreement.accepts(other.getPublicKey())).to.equal(true);
      expect(Buffer.from(agreement.sharedSecret(own.getPrivateKey(), other.getPublicKey()))).to.deep.equal(
        own.computeSecret(other.getPublicKey()),
      );
    });

    it(`has a generator of its order on ${name}`, () => {
      const curve = ellipticCurve(name);
      expect(isOnCurve(curve, curve.generator)).to.equal(true);
      expect(multiplyPoint(curve, curve.n, curve.generator)).to.equal(undefined);
      expect(multiplyPoint(curve, curve.n + 1n, curve.generator)).to.deep.equal(curve.generator);
    });
  }

  it('refuses what is no point of the curve', () => {
    const curve = ellipticCurve('brainpoolP256r1');
    const point = encodePoint(curve, curve.generator);
    const altered = Uint8Array.from(point);
    altered[64] = (altered[64] ?? 0) ^ 1;
    const compressed = Uint8Array.of(2, ...point.subarray(1, 33));
    const beyond = encodePoint(curve, { x: curve.p - 1n, y: 1n });
    for (const bytes of [altered, compressed, beyond, new Uint8Array(), new Uint8Array(65), point.subarray(0, -1)]) {
      expect(decodePoint(curve, bytes)).to.equal(undefined);
    }
    expect(decodePoint(curve, point)).to.deep.equal(curve.generator);
  });
});
