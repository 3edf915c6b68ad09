import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { movedClock } from '../../test/moved-clock.ts';
import { openRegister } from './register.ts';
import type { Register } from './register.ts';
import { startUpkeep } from './upkeep.ts';
import type { UpkeepRound } from './upkeep.ts';

const HOUR = 3_600_000;
const start = Date.parse('2026-11-22T10:00:00Z');

describe('upkeep of the register', () => {
  let folder: string;
  let register: Register;
  const files = () => ({ database: join(folder, 'r.sqlite'), key: join(folder, 'r.key') });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upkeep-'));
    register = await openRegister(files());
  });
  afterEach(async () => {
    await register.close();
    await rm(folder, { recursive: true });
  });

  const at = new Date(start);
  const reserve = (documentId: string) =>
    register.reserve({ idempotencyKey: `key of ${documentId}`, request: 'residence', documentId, certificateType: 'residence', year: 2026, dutyMark: null,
      ofCase: null, at });
  const issue = async (documentId: string, deleteAfter: Date, accessCode: string) => {
    await reserve(documentId);
    const bytes = (name: string) => Buffer.from(`${name} of ${documentId}`);
    await register.commit({
      documentId,
      visitId: 'v_1',
      kioskId: null,
      operatorId: null,
      issuedAt: at,
      ruleVersion: '2024-01-01',
      validTo: null,
      original: bytes('original'),
      stamp: bytes('stamp'),
      paper: bytes('paper'),
      pages: 1,
      accessCode,
      people: {},
      deleteAfter,
    });
  };
  /** Starts it, with a way to wait for each round. */
  function started(kept: Parameters<typeof startUpkeep>[0] = register) {
    const clock = movedClock(at);
    const ended: UpkeepRound[] = [];
    const failures: unknown[] = [];
    let told = Promise.withResolvers<void>();
    const tell = () => {
      told.resolve();
      told = Promise.withResolvers();
    };
    const upkeep = startUpkeep(kept, {
      ...clock,
      onRound: (round) => {
        ended.push(round);
        tell();
      },
      onFailure: (cause) => {
        failures.push(cause);
        tell();
      },
    });
    return {
      clock,
      ended,
      failures,
      upkeep,
      first: told.promise,
      async forward(ms: number) {
        // The timer of the round before is set right after it was told.
        await new Promise(setImmediate);
        const next = told.promise;
        clock.forward(ms);
        await next;
      },
    };
  }

  it('gives up a number that got no document within a day, while the service runs', async () => {
    await reserve('d_1');
    const { first, forward, ended, upkeep } = started();
    await first;
    for (let hour = 1; hour <= 25; hour += 1) await forward(HOUR);
    await upkeep.close();
    expect(ended.map(({ voided }) => voided)).to.deep.equal([...Array.from({ length: 25 }, () => 0), 1]);
    expect(await register.verify()).to.deep.include({ rows: 2, faults: [] });
  });

  it('deletes originals and papers when their term is over, and says so in the chain', async () => {
    await issue('d_1', new Date(start + 2 * HOUR), 'AAAAAAAAAAAA');
    await issue('d_2', new Date(start + 20 * HOUR), 'BBBBBBBBBBBB');
    const { first, forward, ended, upkeep } = started();
    await first;
    await forward(HOUR);
    await forward(HOUR);
    await forward(HOUR);
    await upkeep.close();
    expect(ended.map(({ deleted }) => deleted)).to.deep.equal([0, 0, 1, 0]);
    expect(await register.release('d_1').catch((error: unknown) => error)).to.have.property('code', 'unknown-document');
    expect(await register.readOriginal('d_1').catch((error: unknown) => error)).to.have.property('code', 'unknown-document');
    expect((await register.readOriginal('d_2')).toString()).to.equal('original of d_2');
    // Two of each document, and the deletion; who asked for whom is erased with the files.
    expect(await register.verify()).to.deep.include({ rows: 5, erased: 1, faults: [] });
    await register.close();
    const database = new DatabaseSync(files().database);
    const rows = database.prepare('select document_id, edition from kept_files order by edition').all();
    const [last] = database.prepare('select kind, document_id from audit_chain order by seq desc limit 1').all();
    database.close();
    expect(rows.map((row) => ({ ...row }))).to.deep.equal([
      { document_id: 'd_2', edition: 'original' },
      { document_id: 'd_2', edition: 'paper' },
    ]);
    expect({ ...last }).to.deep.equal({ kind: 'files-deleted', document_id: 'd_1' });
    register = await openRegister(files());
  });

  it('tries again an hour later when a round failed, and stops when it is closed', async () => {
    let isBroken = true;
    const { first, forward, ended, failures, upkeep, clock } = started({
      voidReservations: async () => 0,
      deleteExpired: async () => {
        if (isBroken) throw new Error('disk full');
        return 0;
      },
    });
    await first;
    expect([ended.length, failures.length]).to.deep.equal([0, 1]);
    isBroken = false;
    await forward(HOUR);
    expect([ended.length, failures.length]).to.deep.equal([1, 1]);
    await upkeep.close();
    await upkeep.close();
    expect(clock.waiting()).to.equal(false);
  });
});
