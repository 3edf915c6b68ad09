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

describe('checkProof', () => {
  let place: RegisterPlace;
  let key: CheckpointVerifier;
  const proofs: string[] = [];
  before(async () => {
    place = await sqlitePlace();
    await using register = await openRegister(place);
    for (const number of [0, 1, 2, 3, 4]) {
      const documentId = `d_${number}`;
      await register.reserve(reservation({ documentId, idempotencyKey: `key-${number}` }));
      const [original, paper] = [Buffer.from(`original ${number}`), Buffer.from(`paper ${number}`)];
      await register.commit(document({ documentId, original, paper, stamp: Buffer.concat(stampsOf(number)), accessCode: `CODE${number}` }));
    }
    await register.checkpoints.make(await openCheckpointSigner(place.folder, ORIGIN, at), at, { rows: 1, everyMs: 0 });
    for (const number of [0, 1, 2, 3, 4]) proofs.push(proofText(await register.checkpoints.proveInclusion(`d_${number}`)));
    const year = at.getUTCFullYear();
    const registerKeys = (await checkpointKeys(place.folder, ORIGIN)).map(({ text }) => ({ key: text, validFrom: `${year}-01-01`, validTo: `${year}-12-31` }));
    const [verifier] = verifiersIn({ registerKeys });
    if (verifier === undefined) throw new TypeError('no key');
    key = verifier;
  });
  after(() => place[Symbol.asyncDispose]());

  const check = (proof: string, stamps: readonly Uint8Array[], by: CheckpointVerifier = key): ProofCheck => checkProof(proof, stamps, [by]);

  it('finds each paper in the register, in whatever order its stamps were found', () => {
    for (const [number, proof] of proofs.entries()) {
      const said = { status: 'IN_REGISTER', origin: ORIGIN, at };
      expect(check(proof, stampsOf(number))).to.deep.equal(said);
      expect(check(proof, stampsOf(number).toReversed())).to.deep.equal(said);
    }
  });

  it('does not find another paper, half of its stamps, none, or more than a paper has', () => {
    const [proof = ''] = proofs;
    for (const stamps of [stampsOf(1), stampsOf(0).slice(1), [], Array.from({ length: 2_000 }, () => Buffer.from('x'))]) {
      expect(check(proof, stamps).status).to.equal('NOT_IN_REGISTER');
    }
  });

  it('believes no checkpoint of another key, or of a year that is not the key’s', () => {
    const [proof = ''] = proofs;
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(check(proof, stampsOf(0), { name: ORIGIN, publicKey }).status).to.equal('PROOF_UNSIGNED');
    expect(check(proof, stampsOf(0), { ...key, days: { from: '2001-01-01', to: '2001-12-31' } }).status).to.equal('PROOF_UNSIGNED');
  });

  it('is shown nothing by a proof with any sign changed', () => {
    const proof = proofs[2] ?? '';
    for (let sign = 0; sign < proof.length; sign += 1) {
      const changed = proof.slice(0, sign) + (proof[sign] === 'A' ? 'Q' : 'A') + proof.slice(sign + 1);
      expect(check(changed, stampsOf(2)).status, `sign ${sign}`).not.to.equal('IN_REGISTER');
    }
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['a proof without its checkpoint', 'c2sp.org/tlog-proof@v1\nindex 0\n\n'],
    ['a path without end', `c2sp.org/tlog-proof@v1\nindex 0\n${`${'A'.repeat(43)}=\n`.repeat(5_000)}\nx`],
  ] as const) {
    it(`refuses ${what}`, () => expect(check(text, stampsOf(0)).status).to.equal('PROOF_MALFORMED'));
  }
});
