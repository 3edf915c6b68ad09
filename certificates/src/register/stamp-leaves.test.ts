import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { onEachEngine } from '../../test/register-places.ts';
import type { RegisterAtHand } from '../../test/register-places.ts';
import { at, document, reservation } from '../../test/register-rows.ts';
import { checkProof } from './checkpoint/check-proof.ts';
import { checkpointKeys, openCheckpointSigner } from './checkpoint/checkpoint-key.ts';
import { openCheckpoint } from './checkpoint/open-checkpoint.ts';
import { proofText } from './checkpoint/stored-checkpoints.ts';
import { leafHash, provesConsistency, provesInclusion } from './merkle/tree.ts';
import type { RegisterFault } from './verify-register.ts';

const ORIGIN = 'verifica.example/register';
const always = { rows: 1, everyMs: 0 };
const stampsOf = (document: string, count: number): Buffer[] => Array.from({ length: count }, (_, index) => Buffer.from(`stamp ${index + 1} of ${document}`));
const digestOf = (stamp: Uint8Array): Buffer => createHash('sha256').update(stamp).digest();

/** How many stamps each document has: leaves 0; 1, 2, 3; 4, 5. They are the rows 2, 4 and 6 of the chain. */
const PAPERS = { d_0: 1, d_1: 3, d_2: 2 } as const;

/** The place of a leaf moved without a unique index being hurt on the way. */
const moved = (from: number, to: number): string => `update stamp_leaves set position = ${to} where position = ${from};`;
const INDEXES = 'drop index stamp_leaves_digest; drop index stamp_leaves_document; drop index stamp_leaves_issue;';

/** A breach on purpose, and what the walk must name of it: the issue whose stamps they are not (0: none), and the places in the tree. */
const breaches: readonly [name: string, sql: string, issue: number, leaves: readonly (readonly [number, RegisterFault['fault']])[]][] = [
  ['the first stamp of a paper missing', 'delete from stamp_leaves where position = 1', 4, [[1, 'missing']]],
  ['a stamp in the middle missing', 'delete from stamp_leaves where position = 2', 4, [[2, 'missing']]],
  ['the last stamp of all missing', 'delete from stamp_leaves where position = 5', 6, []],
  [
    'a stamp doubled at the end',
    `${INDEXES} insert into stamp_leaves select 6, document_id, seq, 3, digest from stamp_leaves where position = 5`,
    6,
    [[6, 'doubled']],
  ],
  [
    'a stamp doubled in the place of the next',
    `${INDEXES} update stamp_leaves set digest = (select digest from stamp_leaves where position = 1) where position = 2`,
    4,
    [[2, 'doubled'], [3, 'node'], [3, 'node']],
  ],
  [
    'two papers reordered',
    `${moved(1, 91)} ${moved(2, 92)} ${moved(3, 93)} ${moved(4, 1)} ${moved(5, 2)} ${moved(91, 3)} ${moved(92, 4)} ${moved(93, 5)}`,
    0,
    [[1, 'altered'], [1, 'node'], [2, 'altered'], [3, 'order'], [3, 'node'], [3, 'node'], [4, 'order'], [5, 'order'], [5, 'node']],
  ],
  ['a stamp altered', `update stamp_leaves set digest = '${'a'.repeat(64)}' where position = 4`, 6, [[4, 'altered'], [5, 'node']]],
  [
    'two stamps of a paper reordered',
    `${moved(1, 99)} ${moved(2, 1)} ${moved(99, 2)}`,
    4,
    [[1, 'order'], [1, 'node'], [2, 'order'], [3, 'node'], [3, 'node']],
  ],
];

describe('leaves of stamps', () => {
  onEachEngine((hand) => {
    const commit = async (documentId: string, stamps: readonly Uint8Array[]): Promise<void> => {
      const bytes = (name: string) => Buffer.from(`${name} of ${documentId}`);
      await hand.register.reserve(reservation({ idempotencyKey: `key of ${documentId}`, documentId }));
      await hand.register.commit(document({ documentId, original: bytes('original'), stamps, paper: bytes('paper'), accessCode: `CODE ${documentId}` }));
    };
    const fill = async (): Promise<void> => {
      for (const [documentId, count] of Object.entries(PAPERS)) await commit(documentId, stampsOf(documentId, count));
    };
    const checkpoint = async () => {
      const made = await hand.register.checkpoints.make(await openCheckpointSigner(hand.place.folder, ORIGIN, at), at, always);
      return openCheckpoint(made?.note ?? '', await keysOf(hand));
    };

    it('are one a stamp, in the order of issue and of the paper, each with a proof of its own', async () => {
      await fill();
      const { size, root } = await checkpoint();
      expect(size).to.equal(6);
      let place = 0;
      for (const [documentId, count] of Object.entries(PAPERS)) {
        const proofs = await hand.register.checkpoints.proveInclusion(documentId);
        expect(proofs).to.have.length(count);
        for (const [index, stamp] of stampsOf(documentId, count).entries()) {
          const proof = proofs[index];
          expect(proof).to.deep.include({ index: place, size });
          const claim = { leaf: leafHash(digestOf(stamp)), index: place, size, root };
          expect(provesInclusion(claim, proof?.path ?? [])).to.equal(true);
          expect(provesInclusion({ ...claim, leaf: leafHash(digestOf(Buffer.concat(stampsOf(documentId, 2)))) }, proof?.path ?? [])).to.equal(false);
          place += 1;
        }
      }
      expect(await hand.register.verify({ notes: [], keys: await keysOf(hand) })).to.deep.include({ rows: 6, checkpoints: 1, faults: [] });
    });

    it('are all of a paper or none', async () => {
      await fill();
      // The last stamp is that of another paper: refused when the others are written already.
      const refused: unknown = await commit('d_3', [...stampsOf('d_3', 2), ...stampsOf('d_0', 1)]).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(Error);
      const none: unknown = await hand.register.commit(document({ documentId: 'd_3', stamps: [] })).catch((error: unknown) => error);
      expect(none).to.be.instanceOf(RangeError);
      const { tree, faults } = await hand.register.verify();
      expect({ size: tree.size, faults }).to.deep.equal({ size: 6, faults: [] });
    });

    for (const [name, sql, issue, leaves] of breaches) {
      it(`name ${name}`, async () => {
        await fill();
        await hand.reopenedAfter(sql);
        const { faults } = await hand.register.verify();
        expect(faults).to.deep.equal([
          ...(issue === 0 ? [] : [{ part: 'chain', row: issue, fault: 'leaf' }]),
          ...leaves.map(([row, fault]) => ({ part: 'tree', row, fault })),
        ]);
      });
    }

    it('name a gap that is hashed anew by the checkpoint, and do not follow a made-up place far away', async () => {
      await fill();
      await checkpoint();
      await hand.reopenedAfter('update stamp_leaves set position = 900000000000 where position = 5; delete from stamp_nodes where position > 1');
      const { faults } = await hand.register.verify({ notes: [], keys: await keysOf(hand) });
      expect(faults).to.have.length(100);
      expect(faults).to.deep.include({ part: 'tree', row: 5, fault: 'missing' });
    });

    it('of a register from before are kept, with their proofs and checkpoints, and grow by one a stamp', async () => {
      // The same rows as then: the bytes of all stamps were hashed as one.
      for (const documentId of ['e_0', 'e_1', 'e_2']) await commit(documentId, [Buffer.concat(stampsOf(documentId, 2))]);
      const earlier = await checkpoint();
      await hand.reopenedAfter(
        `create table earlier (position bigint primary key, document_id text not null unique references issued_documents (document_id),
           seq bigint not null unique references audit_chain (seq));
         insert into earlier select position, document_id, seq from stamp_leaves; drop table stamp_leaves;
         alter table earlier rename to stamp_leaves; update register_schema set version = 6`,
      );
      const keys = await keysOf(hand);
      expect(await hand.register.verify({ notes: [], keys })).to.deep.include({ rows: 6, checkpoints: 1, faults: [] });
      await fill();
      const later = await checkpoint();
      expect([earlier.size, later.size]).to.deep.equal([3, 9]);
      expect(await hand.register.verify({ notes: [], keys })).to.deep.include({ rows: 12, checkpoints: 2, faults: [] });
      expect(provesConsistency(earlier, later, await hand.register.checkpoints.proveConsistency(3, 9))).to.equal(true);
      for (const [documentId, proofs, count] of [['e_1', 1, 2], ['d_1', 3, 3]] as const) {
        const proved = await hand.register.checkpoints.proveInclusion(documentId);
        expect(proved).to.have.length(proofs);
        const checks = checkProof(proved.map(proofText).join(''), stampsOf(documentId, count), keys);
        expect(checks).to.deep.equal(Array.from({ length: count }, () => ({ status: 'IN_REGISTER', origin: ORIGIN, at })));
      }
      const kept: unknown = await hand.place.intrude('delete from stamp_leaves').catch((error: unknown) => error);
      expect(kept).to.be.instanceOf(Error).and.to.have.property('message').that.includes('register: ');
    });
  });
});

async function keysOf(hand: RegisterAtHand) {
  const [key, ...others] = (await checkpointKeys(hand.place.folder, ORIGIN)).map(({ verifier }) => verifier);
  if (key === undefined) throw new TypeError('no key');
  return [key, ...others] as const;
}
