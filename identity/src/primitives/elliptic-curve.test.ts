import { createECDH, createHash, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import { fromBigInt, fromHex, toBigInt, toHex } from './bytes.ts';
import {
  addPoints,
  curvePublicKey,
  decodePoint,
  encodePoint,
  isOnCurve,
  multiplyPoint,
  sharedPoint,
  withBasePoint,
} from './elliptic-curve.ts';
import type { EllipticCurve } from './elliptic-curve.ts';
import { STANDARD_CURVES, standardCurve } from './standard-curves.ts';

/** OpenSSL's own names for two of the curves. */
const OPENSSL_NAMES: Readonly<Record<string, string>> = { secp192r1: 'prime192v1', secp256r1: 'prime256v1' };
const opensslName = ({ name }: EllipticCurve): string => OPENSSL_NAMES[name] ?? name;
const CURVES = Object.values(STANDARD_CURVES);

/** A private key of the curve that is the same at every run. */
function privateKeyOf(curve: EllipticCurve, label: string): Uint8Array {
  const digest = createHash('shake256', { outputLength: curve.bytes + 8 }).update(`${curve.name} ${label}`).digest();
  return fromBigInt((toBigInt(digest) % (curve.n - 1n)) + 1n, curve.bytes);
}

describe('standardised elliptic curves, BSI TR-03110 part 3 clause A.2.1.1', () => {
  const { otherParameterIds } = loadVectors<{ otherParameterIds: Record<string, string> }>('dh-groups');

  it('have the names of the published table, and no other id has a curve', () => {
    const names = Object.entries(STANDARD_CURVES).map(([id, { name }]) => [id, name]);
    expect(Object.fromEntries(names)).to.deep.equal(otherParameterIds);
    for (const id of [0, 1, 2, 7, 19, 31, Number.NaN]) expect(standardCurve(id)).to.equal(undefined);
    expect(standardCurve(13)?.name).to.equal('brainpoolP256r1');
  });

  for (const curve of CURVES) {
    it(`${curve.name}: the constants are those that OpenSSL writes into a key`, () => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: opensslName(curve), paramEncoding: 'explicit' });
      const written = toHex(publicKey.export({ format: 'der', type: 'spki' }));
      for (const value of [curve.p, curve.n]) expect(written).to.contain(toHex(fromBigInt(value, curve.bytes)));
      for (const value of [curve.a, curve.b]) expect(written).to.match(new RegExp(`04..(00)?${stripped(value)}`));
      expect(written).to.contain(toHex(encodePoint(curve, curve.base)));
    });
  }
});

describe('arithmetic on elliptic curves', () => {
  for (const curve of CURVES) {
    it(`${curve.name}: public keys and shared secrets agree with the ECDH of node:crypto`, () => {
      for (const label of ['one', 'two']) {
        const privateKey = privateKeyOf(curve, label);
        const peer = createECDH(opensslName(curve));
        peer.generateKeys();
        const own = createECDH(opensslName(curve));
        own.setPrivateKey(privateKey);
        expect(toHex(curvePublicKey(curve, privateKey))).to.equal(toHex(own.getPublicKey()));
        const { x } = sharedPoint(curve, privateKey, peer.getPublicKey());
        expect(toHex(fromBigInt(x, curve.bytes))).to.equal(toHex(own.computeSecret(peer.getPublicKey())));
      }
    });

    it(`${curve.name}: the group laws hold, and n times the base point is at infinity`, () => {
      const { base, n, p } = curve;
      expect(isOnCurve(curve, base)).to.equal(true);
      expect(() => multiplyPoint(curve, n, base)).to.throw(RangeError);
      expect(() => multiplyPoint(curve, 0n, base)).to.throw(RangeError);
      const negative = { x: base.x, y: p - base.y };
      expect(multiplyPoint(curve, n - 1n, base)).to.deep.equal(negative);
      expect(() => addPoints(curve, base, negative)).to.throw(RangeError);
      expect(multiplyPoint(curve, n + 1n, base)).to.deep.equal(base);
      expect(addPoints(curve, base, base)).to.deep.equal(multiplyPoint(curve, 2n, base));
      const three = addPoints(curve, multiplyPoint(curve, 2n, base), base);
      expect(three).to.deep.equal(multiplyPoint(curve, 3n, base));
      expect(isOnCurve(curve, three)).to.equal(true);
    });
  }

  it('reads only uncompressed points that are on the curve', () => {
    const curve = STANDARD_CURVES[13];
    const good = encodePoint(curve, curve.base);
    expect(decodePoint(curve, good)).to.deep.equal(curve.base);
    const beyond = encodePoint({ ...curve, bytes: 33 }, { x: curve.base.x + curve.p, y: curve.base.y });
    const other = encodePoint(STANDARD_CURVES[12], STANDARD_CURVES[12].base);
    const compressed = Uint8Array.of(2, ...good.subarray(1, 33));
    const bad = [good.with(64, (good[64] ?? 0) ^ 1), good.with(0, 6), good.subarray(0, 64), compressed, other, beyond];
    for (const bytes of [...bad, Uint8Array.of(0), new Uint8Array(0), new Uint8Array(65).with(0, 4)]) {
      expect(() => decodePoint(curve, bytes), toHex(bytes)).to.throw(RangeError);
      expect(() => sharedPoint(curve, Uint8Array.of(1), bytes)).to.throw(RangeError);
    }
    expect(isOnCurve(curve, { x: curve.base.x + curve.p, y: curve.base.y })).to.equal(false);
    expect(isOnCurve(curve, { x: curve.base.x, y: -curve.base.y })).to.equal(false);
  });

  it('takes private keys from 1 to n-1 only', () => {
    const curve = STANDARD_CURVES[12];
    for (const bad of [0n, curve.n, curve.n + 1n]) {
      expect(() => curvePublicKey(curve, fromBigInt(bad, 33))).to.throw(RangeError);
    }
    expect(() => multiplyPoint(curve, -1n, curve.base)).to.throw(RangeError);
  });
});

describe('generic mapping over a curve, ICAO Doc 9303 part 11 appendix G.1', () => {
  type Names =
    | 'nonce'
    | 'terminalMapPrivate'
    | 'terminalMapPublic'
    | 'chipMapPrivate'
    | 'chipMapPublic'
    | 'mappingSharedPoint'
    | 'mappedGenerator'
    | 'terminalEphemeralPrivate'
    | 'terminalEphemeralPublic'
    | 'chipEphemeralPrivate'
    | 'chipEphemeralPublic'
    | 'sharedSecret';
  const { expected } = loadVectors<{ expected: Record<Names, string> }>('pace-ecdh-gm');
  const value = (name: Names): Uint8Array => fromHex(expected[name]);

  it('gives every published point from either side', () => {
    const curve = STANDARD_CURVES[13];
    expect(toHex(curvePublicKey(curve, value('terminalMapPrivate')))).to.equal(expected.terminalMapPublic);
    expect(toHex(curvePublicKey(curve, value('chipMapPrivate')))).to.equal(expected.chipMapPublic);
    const shared = sharedPoint(curve, value('terminalMapPrivate'), value('chipMapPublic'));
    expect(shared).to.deep.equal(sharedPoint(curve, value('chipMapPrivate'), value('terminalMapPublic')));
    expect(toHex(encodePoint(curve, shared))).to.equal(expected.mappingSharedPoint);
    const base = addPoints(curve, multiplyPoint(curve, toBigInt(value('nonce')), curve.base), shared);
    expect(toHex(encodePoint(curve, base))).to.equal(expected.mappedGenerator);
    const mapped = withBasePoint(curve, base);
    expect(toHex(curvePublicKey(mapped, value('terminalEphemeralPrivate')))).to.equal(expected.terminalEphemeralPublic);
    expect(toHex(curvePublicKey(mapped, value('chipEphemeralPrivate')))).to.equal(expected.chipEphemeralPublic);
    const here = sharedPoint(mapped, value('terminalEphemeralPrivate'), value('chipEphemeralPublic'));
    const there = sharedPoint(mapped, value('chipEphemeralPrivate'), value('terminalEphemeralPublic'));
    expect(toHex(fromBigInt(here.x, curve.bytes))).to.equal(expected.sharedSecret);
    expect(there).to.deep.equal(here);
  });
});

/** Hexadecimal text of a number without leading zero bytes. */
function stripped(value: bigint): string {
  const digits = value.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
