import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Client } from 'pg';
import { startSmallPostgres } from '../../../test/small-postgres.ts';
import type { SmallPostgres } from '../../../test/small-postgres.ts';
import { newCase } from '../../../test/new-case.ts';
import { document, issueDocuments, reservation } from '../../../test/register-rows.ts';
import { casesIn } from '../../cases/case-store.ts';
import { registerIn } from '../register.ts';
import type { Register } from '../register.ts';
import { createVault } from '../vault.ts';
import { databaseOver } from './open-database.ts';
import { postgresEngine } from './postgres.ts';

const limits = { connectMs: 1_000, lockMs: 300, statementMs: 700, silenceMs: 1_000 };
const vault = createVault(Buffer.alloc(32, 7));

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

/** A line between service and database that can be cut, or fall silent, also at a chosen word of the client's. */
async function startLine(target: string) {
  const folder = await mkdtemp(join(tmpdir(), 'line-'));
  const ends = new Set<Socket>();
  let isSilent = false;
  let cutAt: { readonly word: string; readonly passOn: boolean } | undefined;
  const server = createServer((near) => {
    const far = createConnection(target);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('close', () => ends.delete(end));
      // What one side lost the other one notices by the end of its own.
      end.on('error', () => undefined);
    }
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.on('data', (bytes) => {
      if (isSilent) return;
      const isCut = cutAt !== undefined && bytes.includes(cutAt.word);
      if (isCut && cutAt?.passOn === false) return void near.destroy();
      far.write(bytes);
      if (!isCut) return;
      // The server carries it out; its answer never arrives.
      cutAt = undefined;
      far.removeAllListeners('data');
      far.once('data', () => near.destroy());
    });
    far.on('data', (bytes) => void (isSilent || near.write(bytes)));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  const cut = () => {
    for (const end of ends) end.destroy();
  };
  return {
    folder,
    cut,
    silence: (silent: boolean) => void (isSilent = silent),
    cutAtWord: (word: string, passOn: boolean) => void (cutAt = { word, passOn }),
    mend: () => void (cutAt = undefined),
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

describe('PostgreSQL that goes away', function () {
  // A whole database server, and time limits that run out.
  this.timeout(60_000);
  let server: SmallPostgres;
  let line: Awaited<ReturnType<typeof startLine>>;
  let address: string;
  let register: Register;
  before(async () => {
    server = await startSmallPostgres();
  });
  after(() => server.close());
  beforeEach(async () => {
    address = await server.createDatabase();
    line = await startLine(join(server.folder, '.s.PGSQL.5432'));
    const throughLine = address.replace(encodeURIComponent(server.folder), encodeURIComponent(line.folder));
    register = registerIn(await databaseOver(postgresEngine(throughLine, limits), vault));
  });
  afterEach(async () => {
    await register.close();
    await line.close();
  });

  it('is served again over a new connection after the old ones were cut', async () => {
    await issueDocuments(register, 0, 1);
    line.cut();
    // A cut is noticed when it is met, or before.
    await codeOf(register.release('d_0'));
    await issueDocuments(register, 1, 2);
    expect(await register.verify()).to.deep.include({ rows: 4, faults: [] });
  });

  it('fails in time on a line that fell silent, and gives that connection up', async () => {
    await issueDocuments(register, 0, 1);
    line.silence(true);
    const began = performance.now();
    expect(await codeOf(register.reserve(reservation({ idempotencyKey: 'k', documentId: 'd_9' })))).to.equal('register-unavailable');
    expect(performance.now() - began).to.be.lessThan(5_000);
    line.silence(false);
    expect((await register.release('d_0')).number).to.equal('2026/0000001');
  });

  for (const [what, passOn] of [
    ['never reached the server', false],
    ['was carried out, unknown to us', true],
  ] as const) {
    it(`issues one document to whoever repeats the request when the commit ${what}`, async () => {
      const { number } = await register.reserve(reservation());
      line.cutAtWord('commit', passOn);
      expect(await codeOf(register.commit(document()))).to.equal('register-unavailable');
      line.mend();
      const released = await register.commit(document());
      expect(released.number).to.equal(number);
      expect(await register.findByKey('key-1', reservation().request)).to.deep.equal(released);
      const { rows, tree, faults } = await register.verify();
      expect({ rows, size: tree.size, faults }).to.deep.equal({ rows: 2, size: 1, faults: [] });
    });
  }

  it('waits for another writer no longer than its limit', async () => {
    const other = new Client({ connectionString: address });
    await other.connect();
    await other.query('begin');
    await other.query('lock table audit_chain in access exclusive mode');
    expect(await codeOf(register.reserve(reservation()))).to.equal('register-unavailable');
    await other.query('rollback');
    await other.end();
    expect((await register.reserve(reservation())).number).to.equal('2026/0000001');
  });

  it('is not there when it was shut down while a request ran, and again when it is back', async () => {
    await server.run(address, 'create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return new; end $$');
    await server.run(address, 'create trigger slow before insert on reservations for each row execute function slow()');
    const running = codeOf(register.reserve(reservation()));
    await server.run(
      address,
      `do $$ begin
         while not exists (select from pg_stat_activity where query like '%"reservations"%' and wait_event = 'PgSleep' and pid <> pg_backend_pid()) loop
           perform pg_stat_clear_snapshot(); perform pg_sleep(0.01);
         end loop;
         perform pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and pid <> pg_backend_pid();
       end $$`,
    );
    expect(await running).to.equal('register-unavailable');
    await server.run(address, 'drop trigger slow on reservations');
    expect((await register.reserve(reservation())).number).to.equal('2026/0000001');
    expect(await register.verify()).to.deep.include({ rows: 1, faults: [] });
  });

  it('serves an account that does not own the tables, and that cannot take the guards away', async () => {
    await server.run(
      address,
      `create role clerk login; grant select, insert, update, delete on all tables in schema public to clerk;
       revoke create on schema public from public`,
    );
    const asClerk = address.replace('register@', 'clerk@');
    await using clerk = registerIn(await databaseOver(postgresEngine(asClerk, limits), vault));
    await issueDocuments(clerk, 0, 2);
    expect(await clerk.deleteExpired(new Date('2040-01-01T00:00:00Z'))).to.equal(2);
    expect((await clerk.verify()).faults).to.deep.equal([]);
    await using cases = casesIn(await databaseOver(postgresEngine(asClerk, limits), vault));
    expect((await cases.open(newCase())).caseNumber).to.equal('2026-000001');
    for (const statement of ['drop trigger audit_chain_kept on audit_chain', 'alter table audit_chain disable trigger all', 'truncate audit_chain cascade'])
      expect(await codeOf(server.run(asClerk, statement)), statement).to.equal('42501');
  });

  it('says so when nobody listens at its address', async () => {
    const nowhere = postgresEngine(`postgres://register@localhost/none?host=${encodeURIComponent(join(line.folder, 'none'))}`, limits);
    expect(await codeOf(databaseOver(nowhere, vault))).to.equal('register-unavailable');
  });
});
