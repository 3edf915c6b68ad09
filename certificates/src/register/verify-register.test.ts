import { expect } from 'chai';
import { onEachEngine } from '../../test/register-places.ts';
import { at, issueDocuments, reservation } from '../../test/register-rows.ts';
import { checkpointKeys, openCheckpointSigner } from './checkpoint/checkpoint-key.ts';
import { checkpointText } from './checkpoint/checkpoint.ts';
import { openRegister } from './register.ts';
import type { RegisterFault } from './verify-register.ts';

const ORIGIN = 'verifica.example/register';
const always = { rows: 1, everyMs: 0 };

/** A breach on purpose, and the first fault the walk must name. Documents d_0 to d_2 fill rows 1 to 6, a print row 7. */
const breaches: readonly [name: string, sql: string, first: RegisterFault][] = [
  ['a row of the chain that was changed', "update audit_chain set kind = 'visit-step' where seq = 3", { part: 'chain', row: 3, fault: 'hash' }],
  ['a row taken out', 'delete from audit_payloads where seq = 3; delete from audit_chain where seq = 3', { part: 'chain', row: 3, fault: 'missing' }],
  ['a hash computed anew', `update audit_chain set hash = '${'a'.repeat(64)}' where seq = 1`, { part: 'chain', row: 1, fault: 'hash' }],
  ['a link bent to another row', `update audit_chain set previous = '${'a'.repeat(64)}' where seq = 4`, { part: 'chain', row: 4, fault: 'link' }],
  [
    'a payload moved to another row',
    'update audit_payloads set content = (select content from audit_payloads where seq = 1) where seq = 2',
    { part: 'chain', row: 2, fault: 'payload' },
  ],
  ['a number changed', "update reservations set certificate_number = '2026/0000009' where document_id = 'd_1'", { part: 'chain', row: 3, fault: 'record' }],
  ['a document exchanged', `update issued_documents set stamp_digest = '${'b'.repeat(64)}' where document_id = 'd_1'`, { part: 'chain', row: 4, fault: 'record' }],
  ['a paper said to be in the citizen’s hand', "update issued_documents set print_state = 'taken' where document_id = 'd_1'", { part: 'chain', row: 7, fault: 'record' }],
  ['an issue taken out of the tree', 'delete from stamp_leaves where position = 2', { part: 'chain', row: 6, fault: 'leaf' }],
  ['a leaf of another document', "update stamp_leaves set document_id = 'd_9' where position = 1", { part: 'tree', row: 1, fault: 'leaf' }],
  ['a node of the tree changed', 'update stamp_nodes set hash = (select hash from stamp_nodes where level = 0 and position = 0) where level = 1', { part: 'tree', row: 1, fault: 'node' }],
  ['a checkpoint taken out', 'delete from checkpoints where number = 1', { part: 'checkpoint', row: 1, fault: 'missing' }],
  ['a checkpoint changed', "update checkpoints set note = replace(note, 'number 1', 'number 3') where number = 1", { part: 'checkpoint', row: 1, fault: 'signature' }],
  ['a number that was given out and is nowhere', "update number_sequences set last = 4 where name = 'certificate'", { part: 'numbers', row: 2026, fault: 'lost' }],
];

describe('walk through the register', () => {
  onEachEngine((hand) => {
    const signer = () => openCheckpointSigner(hand.place.folder, ORIGIN, at);
    const keys = async () => (await checkpointKeys(hand.place.folder, ORIGIN)).map(({ verifier }) => verifier);
    const checkpoint = async (): Promise<string> => (await hand.register.checkpoints.make(await signer(), at, always))?.note ?? '';
    const fill = async (): Promise<void> => {
      await issueDocuments(hand.register, 0, 2);
      await checkpoint();
      await issueDocuments(hand.register, 2, 3);
      await hand.register.recordPrint({ outcomeId: 'o', documentId: 'd_1', outcome: 'spooled', sheets: 0, actor: 'kiosk-1', at });
      await checkpoint();
    };
    it('finds an empty register whole, and a filled one with its checkpoints', async () => {
      expect(await hand.register.verify()).to.deep.include({ rows: 0, head: '0'.repeat(64), checkpoints: 0, faults: [] });
      await fill();
      const report = await hand.register.verify({ notes: [], keys: await keys() });
      expect(report).to.deep.include({ rows: 7, erased: 0, checkpoints: 2, faults: [] });
      expect(report.tree.size).to.equal(3);
    });

    it('finds it whole when payloads were erased, and says how many', async () => {
      await fill();
      await hand.place.intrude('delete from audit_payloads where seq in (2, 4)');
      expect(await hand.register.verify()).to.deep.include({ rows: 7, erased: 2, faults: [] });
    });

    it('finds more rows than one stretch whole, and a breach far inside', async () => {
      for (let index = 0; index < 700; index += 1) await hand.register.reserve(reservation({ idempotencyKey: `k${index}`, documentId: `r${index}` }));
      expect(await hand.register.verify()).to.deep.include({ rows: 700, faults: [] });
      await hand.reopenedAfter("update audit_chain set kind = 'visit-step' where seq = 600");
      expect((await hand.register.verify()).faults).to.deep.equal([{ part: 'chain', row: 600, fault: 'hash' }]);
    }).timeout(60_000);

    for (const [name, sql, first] of breaches) {
      it(`names ${name}`, async () => {
        await fill();
        await hand.reopenedAfter(sql);
        const { faults } = await hand.register.verify({ notes: [], keys: await keys() });
        expect(faults[0]).to.deep.equal(first);
      });
    }

    it('finds a roll-back by a checkpoint that left the machine, and only by that', async () => {
      await fill();
      const outside = await hand.register.checkpoints.after(0);
      await hand.reopenedAfter(
        `delete from checkpoints where number = 2; delete from stamp_leaves where position = 2; delete from stamp_nodes where level = 0 and position = 2;
         delete from print_outcomes; delete from audit_payloads where seq > 4; delete from audit_chain where seq > 4; delete from kept_files where document_id = 'd_2';
         delete from issued_documents where document_id = 'd_2'; delete from reservations where document_id = 'd_2'; update number_sequences set last = 2`,
      );
      expect((await hand.register.verify({ notes: [], keys: await keys() })).faults).to.deep.equal([]);
      const notes = outside.map(({ note }) => note);
      expect((await hand.register.verify({ notes, keys: await keys() })).faults).to.deep.equal([{ part: 'checkpoint', row: 2, fault: 'rolled-back' }]);
    });

    it('finds a history written anew, of the same length, by a checkpoint from outside', async () => {
      await fill();
      const [outside] = await hand.register.checkpoints.after(1);
      await using other = await hand.newPlace();
      await using forged = await openRegister(other);
      await issueDocuments(forged, 5, 9);
      const { faults } = await forged.verify({ notes: [outside?.note ?? ''], keys: await keys() });
      expect(faults).to.deep.equal([{ part: 'checkpoint', row: 2, fault: 'chain' }]);
    });

    it('refuses what a checkpoint says of the tree when chain and signature hold, and a note of a stranger', async () => {
      await fill();
      const { head, rows } = await hand.register.verify();
      const { sign } = await signer();
      const wrong = sign(checkpointText({ origin: ORIGIN, size: 3, root: Buffer.alloc(32), number: 3, chain: { rows, head }, at }));
      const stranger = await openCheckpointSigner(`${hand.place.folder}/stranger`, ORIGIN, at);
      const foreign = stranger.sign(checkpointText({ origin: ORIGIN, size: 3, root: Buffer.alloc(32), number: 4, chain: { rows, head }, at }));
      const { faults } = await hand.register.verify({ notes: [wrong, foreign, 'no note'], keys: await keys() });
      expect(faults).to.deep.equal([
        { part: 'checkpoint', row: 2, fault: 'signature' },
        { part: 'checkpoint', row: 3, fault: 'signature' },
        { part: 'checkpoint', row: 3, fault: 'tree' },
      ]);
    });
  });
});
