import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { registerEngines, sqlitePlace } from '../../../test/register-places.ts';
import type { RegisterPlace } from '../../../test/register-places.ts';
import { document, issueDocuments, reservation } from '../../../test/register-rows.ts';
import { openRegister } from '../register.ts';

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

/** What nobody may do to rows on record, the service's own account included. */
const intrusions: readonly [name: string, sql: string][] = [
  ['change a row of the chain', "update audit_chain set kind = 'visit-step'"],
  ['take out a row of the chain', 'delete from audit_chain where seq = 4'],
  ['add a row that does not follow', "insert into audit_chain values (9, 1, 'visit-step', null, 'd', 'p', 'h')"],
  [
    'add a second row after the same one',
    "insert into audit_chain select 5, at, kind, document_id, digest, previous, 'h' from audit_chain where seq = 4",
  ],
  ['change a payload', 'update audit_payloads set seq = 9 where seq = 1'],
  ['change a number', "update reservations set certificate_number = '2026/0000009' where document_id = 'd_1'"],
  ['take out a number', "delete from reservations where document_id = 'd_1'"],
  ['count numbers back', 'update number_sequences set last = 0'],
  ['change a document', "update issued_documents set paper_digest = 'x' where document_id = 'd_1'"],
  ['take out a document', "delete from issued_documents where document_id = 'd_1'"],
  ['change a leaf', 'update stamp_leaves set position = 7 where position = 1'],
  ['take out a node', 'delete from stamp_nodes where level = 1'],
  ['change a kept file', "update kept_files set edition = 'x' where document_id = 'd_1'"],
];

describe('database of the register', function () {
  // Processes of their own, and a whole database server.
  this.timeout(60_000);
  for (const engine of registerEngines()) {
    describe(`on ${engine.name}`, () => {
      let place: RegisterPlace;
      beforeEach(async () => {
        place = await engine.place();
      });
      afterEach(() => place[Symbol.asyncDispose]());

      for (const [name, statement] of intrusions) {
        it(`refuses to ${name}`, async () => {
          await using register = await openRegister(place);
          await issueDocuments(register, 0, 2);
          const refused: unknown = await place.intrude(statement).catch((error: unknown) => error);
          expect(refused).to.be.instanceOf(Error).and.to.have.property('message').that.includes('register: ');
          expect((await register.verify()).faults).to.deep.equal([]);
        });
      }

      it('gives every number once to two processes that write at the same time', async () => {
        const fixture = fileURLToPath(new URL('../../../test/writing-node.fixture.ts', import.meta.url));
        await openRegister(place).then((register) => register.close());
        const each = 25;
        const nodes = ['one', 'two'].map((name) => {
          const child = spawn(process.execPath, [fixture, place.database, place.key, name, String(each)], { stdio: ['pipe', 'pipe', 'inherit'] });
          return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exit: once(child, 'exit') };
        });
        await Promise.all(nodes.map(({ lines }) => lines.next()));
        for (const { child } of nodes) child.stdin.write('go\n');
        const given = await Promise.all(
          nodes.map(async ({ lines, exit }) => {
            const { value } = await lines.next();
            expect((await exit)[0]).to.equal(0);
            return JSON.parse(String(value)) as string[];
          }),
        );
        const expected = Array.from({ length: 2 * each }, (_, index) => `2026/${String(index + 1).padStart(7, '0')}`);
        expect(given.flat().toSorted()).to.deep.equal(expected);
        await using register = await openRegister(place);
        expect(await register.verify()).to.deep.include({ rows: 4 * each, faults: [] });
      });

      it('is made once by nodes that start together', async () => {
        const registers = await Promise.all(Array.from({ length: 4 }, () => openRegister(place)));
        await Promise.all(registers.map((register, index) => register.reserve(reservation({ idempotencyKey: `k${index}`, documentId: `d${index}` }))));
        expect(await registers[0]?.verify()).to.deep.include({ rows: 4, faults: [] });
        await Promise.all(registers.map((register) => register.close()));
      });

      it('does not open with the key of another register, nor for an older program', async () => {
        await openRegister(place).then((register) => register.close());
        expect(await codeOf(openRegister({ ...place, key: join(place.folder, 'other.key') }))).to.equal('register-key');
        await place.intrude('update register_schema set version = 99');
        expect(await codeOf(openRegister(place))).to.equal('register-newer');
      });

      it('writes nothing of what fails half-way', async () => {
        await using register = await openRegister(place);
        await issueDocuments(register, 0, 1);
        await register.reserve(reservation({ idempotencyKey: 'k', documentId: 'd_5' }));
        // The stamp of another document: refused by the database in the middle of the transaction.
        const copy = document({ documentId: 'd_5', stamp: Buffer.from('stamp of d_0')});
        expect(await codeOf(register.commit(copy))).to.not.equal('done');
        expect(await codeOf(register.release('d_5'))).to.equal('unknown-document');
        const { rows, tree, faults } = await register.verify();
        expect({ rows, size: tree.size, faults }).to.deep.equal({ rows: 3, size: 1, faults: [] });
        await register.commit(document({ documentId: 'd_5' }));
        expect((await register.verify()).tree.size).to.equal(2);
      });
    });
  }

  describe('a SQLite file whose tables were not numbered yet', () => {
    it('is taken over with the stamps issued in it', async () => {
      await using place = await sqlitePlace();
      await openRegister(place).then(async (register) => {
        await issueDocuments(register, 0, 3);
        await register.close();
      });
      await place.tamper(
        `drop table stamp_leaves; drop table stamp_nodes; drop table checkpoints; drop table register_key; drop table register_schema;
         drop index audit_chain_previous; drop index audit_chain_document; drop table held_duty_marks; alter table cases drop column document_id`,
      );
      await using register = await openRegister(place);
      const { rows, tree, faults } = await register.verify();
      expect({ rows, size: tree.size, faults }).to.deep.equal({ rows: 6, size: 3, faults: [] });
      expect(await codeOf(place.intrude('delete from audit_chain'))).to.not.equal('done');
    });
  });
});
