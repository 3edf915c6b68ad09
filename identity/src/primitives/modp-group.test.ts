import { expect } from 'chai';
import { loadVectors } from '../../test/vectors/load.ts';
import { fromBigInt, fromHex, toBigInt, toHex } from './bytes.ts';
import { MODP_GROUPS, modPow, publicKey, readPublicKey, sharedSecret, withGenerator } from './modp-group.ts';

type Names =
  | 'nonce'
  | 'terminalMapPrivate'
  | 'terminalMapPublic'
  | 'chipMapPrivate'
  | 'chipMapPublic'
  | 'mappingSharedSecret'
  | 'mappedGenerator'
  | 'terminalEphemeralPrivate'
  | 'terminalEphemeralPublic'
  | 'chipEphemeralPrivate'
  | 'chipEphemeralPublic'
  | 'sharedSecret';
type Agreement = Record<Names, string>;
interface Group {
  parameterId: 0 | 1 | 2;
  p: string;
  q: string;
  g: string;
  bits: number;
}

describe('MODP groups, RFC 5114 sections 2.1 to 2.3', () => {
  const { groups } = loadVectors<{ groups: Group[] }>('dh-groups');

  for (const { parameterId, p, q, g, bits } of groups) {
    it(`parameter ${parameterId}: the constants, and a generator of order q`, () => {
      const group = MODP_GROUPS[parameterId];
      expect(toHex(fromBigInt(group.p, group.bytes))).to.equal(p);
      expect(group.q).to.equal(toBigInt(fromHex(q)));
      expect(toHex(fromBigInt(group.g, group.bytes))).to.equal(g);
      expect(group.bytes).to.equal(bits / 8);
      expect((group.p - 1n) % group.q).to.equal(0n);
      expect(modPow(group.g, group.q, group.p)).to.equal(1n);
    });
  }
});

describe('Diffie-Hellman over a MODP group', () => {
  const runs: [string, 0 | 2, Agreement][] = [
    ['ICAO Doc 9303 part 11 appendix G.2', 0, loadVectors<{ expected: Agreement }>('pace-dh-gm').expected],
    ...loadVectors<{ cases: Agreement[] }>('pace-dh-gm-3des-cie-profile').cases.map(
      (run, i): [string, 2, Agreement] => [`CIE profile, case ${i + 1}`, 2, run],
    ),
  ];

  for (const [label, id, run] of runs) {
    it(`reproduces both key agreements of ${label} from either side`, () => {
      const group = MODP_GROUPS[id];
      expect(toHex(publicKey(group, fromHex(run.terminalMapPrivate)))).to.equal(run.terminalMapPublic);
      expect(toHex(publicKey(group, fromHex(run.chipMapPrivate)))).to.equal(run.chipMapPublic);
      const shared = sharedSecret(group, fromHex(run.terminalMapPrivate), fromHex(run.chipMapPublic));
      expect(toHex(shared)).to.equal(run.mappingSharedSecret);
      const generator = (modPow(group.g, toBigInt(fromHex(run.nonce)), group.p) * toBigInt(shared)) % group.p;
      const mapped = withGenerator(group, generator);
      expect(toHex(fromBigInt(mapped.g, mapped.bytes))).to.equal(run.mappedGenerator);
      expect(toHex(publicKey(mapped, fromHex(run.terminalEphemeralPrivate)))).to.equal(run.terminalEphemeralPublic);
      const here = sharedSecret(mapped, fromHex(run.terminalEphemeralPrivate), fromHex(run.chipEphemeralPublic));
      const there = sharedSecret(mapped, fromHex(run.chipEphemeralPrivate), fromHex(run.terminalEphemeralPublic));
      expect(toHex(here)).to.equal(run.sharedSecret);
      expect(toHex(there)).to.equal(run.sharedSecret);
    });
  }

  it('keeps a leading zero byte of the shared secret (CIE profile, case 3)', () => {
    const run = runs[3]?.[2];
    expect(run?.sharedSecret.slice(0, 2)).to.equal('00');
    expect(run?.sharedSecret.length).to.equal(512);
  });

  it('refuses public keys outside 2..p-2 and private keys outside 1..p-2', () => {
    const group = MODP_GROUPS[0];
    const one = new Uint8Array([1]);
    const at = (value: bigint): Uint8Array => fromBigInt(value, group.bytes);
    const tooLong = new Uint8Array(group.bytes + 1).fill(1);
    for (const bad of [at(0n), at(1n), at(group.p - 1n), at(group.p), tooLong, new Uint8Array(0)]) {
      expect(() => readPublicKey(group, bad)).to.throw(RangeError);
      expect(() => sharedSecret(group, one, bad)).to.throw(RangeError);
    }
    expect(readPublicKey(group, at(2n))).to.equal(2n);
    expect(readPublicKey(group, at(group.p - 2n))).to.equal(group.p - 2n);
    for (const bad of [at(0n), at(group.p - 1n), at(group.p)]) {
      expect(() => publicKey(group, bad)).to.throw(RangeError);
    }
  });
});
