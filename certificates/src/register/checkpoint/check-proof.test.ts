import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { at, document, reservation } from '../../../test/register-rows.ts';
import { sqlitePlace } from '../../../test/register-places.ts';
import type { RegisterPlace } from '../../../test/register-places.ts';
import { openRegister } from '../register.ts';
import { checkProof } from './check-proof.ts';
import type { ProofCheck } from './check-proof.ts';
import { checkpointKeys, openCheckpointSigner } from './checkpoint-key.ts';
import { verifiersIn } from './open-checkpoint.ts';
import type { CheckpointVerifier } from './open-checkpoint.ts';
import { proofText } from './stored-checkpoints.ts';

const ORIGIN = 'verifica.valfiorita.example/register';
const stampsOf = (number: number): Buffer[] => [1, 2].map((part) => createHash('sha512').update(`stamp ${number} part ${part}`).digest());

/** A paper whose two stamps are one leaf, as papers were once written down. */
const EARLIER = 5;

describe('checkProof', () => {
  let place: RegisterPlace;
  let key: CheckpointVerifier;
  /** Of each paper the proofs of its stamps, one after the other. */
  const proofs: string[] = [];
  before(async () => {
    place = await sqlitePlace();
    await using register = await openRegister(place);
    for (const number of [0, 1, 2, 3, 4, EARLIER]) {
      const documentId = `d_${number}`;
      await register.reserve(reservation({ documentId, idempotencyKey: `key-${number}` }));
      const [original, paper] = [Buffer.from(`original ${number}`), Buffer.from(`paper ${number}`)];
      await register.commit(document({ documentId, original, paper, stamps: number === EARLIER ? [Buffer.concat(stampsOf(number))] : stampsOf(number), accessCode: `CODE${number}` }));
    }
    await register.checkpoints.make(await openCheckpointSigner(place.folder, ORIGIN, at), at, { rows: 1, everyMs: 0 });
    for (const number of [0, 1, 2, 3, 4, EARLIER]) proofs.push((await register.checkpoints.proveInclusion(`d_${number}`)).map(proofText).join(''));
    const year = at.getUTCFullYear();
    const registerKeys = (await checkpointKeys(place.folder, ORIGIN)).map(({ text }) => ({ key: text, validFrom: `${year}-01-01`, validTo: `${year}-12-31` }));
    const [verifier] = verifiersIn({ registerKeys });
    if (verifier === undefined) throw new TypeError('no key');
    key = verifier;
  });
  after(() => place[Symbol.asyncDispose]());

  const check = (proof: string, stamps: readonly Uint8Array[], by: CheckpointVerifier = key): ProofCheck[] => checkProof(proof, stamps, [by]);
  const statuses = (...args: Parameters<typeof check>): string[] => check(...args).map(({ status }) => status);

  it('finds each paper in the register, in whatever order its stamps were found', () => {
    for (const [number, proof] of proofs.entries()) {
      const said = { status: 'IN_REGISTER', origin: ORIGIN, at };
      expect(check(proof, stampsOf(number))).to.deep.equal([said, said]);
      expect(check(proof, stampsOf(number).toReversed())).to.deep.equal([said, said]);
    }
  });

  it('finds each stamp by a proof of its own, and no other by that', () => {
    for (const [number, text] of proofs.slice(0, EARLIER).entries()) {
      const each = text.split(/^(?=c2sp)/m);
      expect(each).to.have.length(2);
      for (const [place, proof] of each.entries()) {
        expect(statuses(proof, stampsOf(number).slice(place, place + 1))).to.deep.equal(['IN_REGISTER']);
        const found = stampsOf(number).map((_, index) => (index === place ? 'IN_REGISTER' : 'NOT_IN_REGISTER'));
        expect(statuses(proof, stampsOf(number))).to.deep.equal(found);
      }
      expect(statuses(each.toReversed().join(''), stampsOf(number))).to.deep.equal(['IN_REGISTER', 'IN_REGISTER']);
    }
  });

  it('does not find another paper, the bytes of its stamps in one, or more stamps than a paper has', () => {
    const [proof = ''] = proofs;
    for (const stamps of [stampsOf(1), [Buffer.concat(stampsOf(0))], Array.from({ length: 2_000 }, () => Buffer.from('x'))]) {
      expect(new Set(statuses(proof, stamps))).to.deep.equal(new Set(['NOT_IN_REGISTER']));
    }
    expect(check(proof, [])).to.deep.equal([]);
    expect(statuses(proofs[EARLIER] ?? '', stampsOf(EARLIER).slice(1))).to.deep.equal(['NOT_IN_REGISTER']);
  });

  it('says of a stamp that is not proved what is wrong with the proofs beside', () => {
    const [proof = ''] = proofs;
    const [first = ''] = proof.split(/^(?=c2sp)/m);
    expect(statuses(`${first}c2sp.org/tlog-proof@v1\nindex x`, stampsOf(0))).to.deep.equal(['IN_REGISTER', 'PROOF_MALFORMED']);
    expect(statuses(proofs.slice(0, 3).join(''), stampsOf(0))).to.deep.equal(['PROOF_MALFORMED', 'PROOF_MALFORMED']);
  });

  it('believes no checkpoint of another key, or of a year that is not the key’s', () => {
    const [proof = ''] = proofs;
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(statuses(proof, stampsOf(0), { name: ORIGIN, publicKey })).to.deep.equal(['PROOF_UNSIGNED', 'PROOF_UNSIGNED']);
    expect(statuses(proof, stampsOf(0), { ...key, days: { from: '2001-01-01', to: '2001-12-31' } })).to.deep.equal(['PROOF_UNSIGNED', 'PROOF_UNSIGNED']);
  });

  it('is shown nothing by a proof with any sign changed', () => {
    const proof = proofs[2] ?? '';
    for (let sign = 0; sign < proof.length; sign += 1) {
      const changed = proof.slice(0, sign) + (proof[sign] === 'A' ? 'Q' : 'A') + proof.slice(sign + 1);
      expect(statuses(changed, stampsOf(2)), `sign ${sign}`).not.to.deep.equal(['IN_REGISTER', 'IN_REGISTER']);
    }
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['a proof without its checkpoint', 'c2sp.org/tlog-proof@v1\nindex 0\n\n'],
    ['a path without end', `c2sp.org/tlog-proof@v1\nindex 0\n${`${'A'.repeat(43)}=\n`.repeat(5_000)}\nx`],
  ] as const) {
    it(`refuses ${what}`, () => expect(statuses(text, stampsOf(0))).to.deep.equal(['PROOF_MALFORMED', 'PROOF_MALFORMED']));
  }
});
