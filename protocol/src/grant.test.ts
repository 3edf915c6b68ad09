import { expect } from 'chai';
import { ProtocolError } from './error-codes.ts';
import { compareFences, createFenceMemory, signGrant, verifyGrant } from './grant.ts';
import type { GrantClaims, GrantExpectation } from './grant.ts';
import { kioskId, newId, nodeId, visitId } from './ids.ts';
import { newHolderKey, signProof, thumbprintOf, verifyProof } from './keys.ts';
import { newSigningPair } from './testing/signing-pair.ts';

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error);
  }
};

async function setting() {
  const { key, keys } = newSigningPair('k1');
  const holder = await newHolderKey();
  const jkt = await thumbprintOf(holder.publicKey);
  const claims: GrantClaims = {
    iss: 'queue',
    aud: ['sfu'],
    sub: kioskId.parse('kiosk-1'),
    role: 'kiosk',
    kind: 'waiting',
    visit: newId(visitId, 'v'),
    kiosk: kioskId.parse('kiosk-1'),
    nodes: { sfu: nodeId.parse('media-1') },
    fence: { epoch: 1, counter: 4 },
    cnf: { jkt },
    iat: 1000,
    exp: 1060,
  };
  const expected: GrantExpectation = { audience: 'sfu', nodeId: 'media-1', holder: jkt, kinds: ['waiting', 'room'], nowMs: 1_001_000, keys };
  return { key, claims, expected };
}

describe('verifyGrant', () => {
  it('returns the claims of a good grant', async () => {
    const { key, claims, expected } = await setting();
    expect(await verifyGrant(await signGrant(claims, key), expected)).to.deep.equal(claims);
  });

  const refusals: [string, string, (claims: GrantClaims, expected: GrantExpectation) => [Partial<GrantClaims>, Partial<GrantExpectation>]][] = [
    ['expired', 'grant-expired', () => [{}, { nowMs: 1_060_000 }]],
    ['for another service', 'grant-foreign', () => [{ aud: ['certificates'] }, {}]],
    ['for another node', 'grant-foreign', () => [{}, { nodeId: 'media-2' }]],
    ['stolen: shown by another key', 'grant-foreign', () => [{}, { holder: 'A'.repeat(43) }]],
    ['of a kind not served here', 'grant-invalid', () => [{ kind: 'visit' }, {}]],
    ['living longer than a grant may', 'grant-invalid', () => [{ exp: 1061 }, {}]],
  ];
  for (const [what, code, change] of refusals) {
    it(`refuses a grant ${what} with ${code}`, async () => {
      const { key, claims, expected } = await setting();
      const [changedClaims, changedExpectation] = change(claims, expected);
      const token = await signGrant({ ...claims, ...changedClaims }, key);
      expect(await codeOf(verifyGrant(token, { ...expected, ...changedExpectation }))).to.equal(code);
    });
  }

  it('refuses a grant signed by somebody else and one that was altered', async () => {
    const { key, claims, expected } = await setting();
    const other = await setting();
    expect(await codeOf(verifyGrant(await signGrant(claims, { ...other.key, kid: 'k1' }), expected))).to.equal('grant-invalid');
    const [head, , signature] = (await signGrant(claims, key)).split('.');
    const altered = btoa(JSON.stringify({ ...claims, kind: 'room' })).replaceAll('=', '');
    expect(await codeOf(verifyGrant(`${head}.${altered}.${signature}`, expected))).to.equal('grant-invalid');
  });
});

describe('verifyProof', () => {
  it('returns the key that signed this nonce for this audience and session key', async () => {
    const kiosk = await newHolderKey();
    const page = await newHolderKey();
    const input = { nonce: 'n'.repeat(22), audience: 'queue', sessionKey: page.publicKey } as const;
    const proof = await signProof(kiosk, input);
    expect(await verifyProof(proof, input)).to.deep.equal(kiosk.publicKey);
    const { sessionKey: _, ...without } = input;
    for (const wrong of [{ ...input, nonce: 'm'.repeat(22) }, { ...input, audience: 'sfu' as const }, { ...input, sessionKey: kiosk.publicKey }, without]) {
      expect(await codeOf(verifyProof(proof, wrong))).to.equal('proof-invalid');
    }
    expect(await codeOf(verifyProof('a.b.c', input))).to.equal('proof-invalid');
  });
});

describe('fence memory', () => {
  it('orders fences by epoch, then counter', () => {
    expect(compareFences({ epoch: 2, counter: 0 }, { epoch: 1, counter: 9 })).to.be.greaterThan(0);
    expect(compareFences({ epoch: 1, counter: 3 }, { epoch: 1, counter: 4 })).to.be.lessThan(0);
    expect(compareFences({ epoch: 1, counter: 3 }, { epoch: 1, counter: 3 })).to.equal(0);
  });

  it('admits rising fences per visit, tells when one rose, and refuses a lower one', () => {
    const memory = createFenceMemory();
    const visit = newId(visitId, 'v');
    const at = (epoch: number, counter: number) => memory.admit({ visit, fence: { epoch, counter } });
    expect(at(1, 1)).to.deep.equal({ rose: false });
    expect(at(1, 2)).to.deep.equal({ rose: true });
    expect(at(1, 2)).to.deep.equal({ rose: false });
    expect(() => at(1, 1)).to.throw(ProtocolError).with.property('code', 'fence-stale');
    expect(memory.admit({ visit: newId(visitId, 'v'), fence: { epoch: 1, counter: 1 } })).to.deep.equal({ rose: false });
    memory.forget(visit);
    expect(at(1, 1)).to.deep.equal({ rose: false });
  });
});
