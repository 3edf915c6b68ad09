import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watched } from '@videosportello/protocol/testing/watched.ts';
import { expect } from 'chai';
import { movedClock } from '../../../test/moved-clock.ts';
import { sqlitePlace } from '../../../test/register-places.ts';
import type { RegisterPlace } from '../../../test/register-places.ts';
import { at, issueDocuments, reservation } from '../../../test/register-rows.ts';
import { startSmallWitness } from '../../../test/small-witness.ts';
import { leafHash, provesInclusion } from '../merkle/tree.ts';
import { openRegister } from '../register.ts';
import type { Register } from '../register.ts';
import { checkpointKeys, openCheckpointSigner, registerOrigin } from './checkpoint-key.ts';
import { checkpointOf } from './checkpoint.ts';
import { folderOutbox, notesInFolder } from './folder-outbox.ts';
import { startCheckpoints } from './keeper.ts';
import { OutboxError } from './outbox.ts';
import type { CheckpointOutbox } from './outbox.ts';
import { openNote } from './signed-note.ts';
import { proofText } from './stored-checkpoints.ts';
import { witnessOutbox } from './witness-outbox.ts';

const ORIGIN = 'verifica.example/register';
const MINUTE = 60_000;
const within = { signal: new AbortController().signal };

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof OutboxError ? error.code : String(error)),
  );

describe('checkpoints of the register', () => {
  let place: RegisterPlace;
  let register: Register;
  let outside: string;
  beforeEach(async () => {
    [place, outside] = await Promise.all([sqlitePlace(), mkdtemp(join(tmpdir(), 'outside-'))]);
    register = await openRegister(place);
  });
  afterEach(async () => {
    await register.close();
    await Promise.all([place[Symbol.asyncDispose](), rm(outside, { recursive: true })]);
  });
  const keys = async () => (await checkpointKeys(place.folder, ORIGIN)).map(({ verifier }) => verifier);
  const make = async (moment = at, rule = { rows: 1, everyMs: 0 }) =>
    register.checkpoints.make(await openCheckpointSigner(place.folder, ORIGIN, moment), moment, rule);
  /** Another register that was written with the same keys, as after a roll-back or a history written anew. */
  const another = async (documents: number): Promise<Register> => {
    const other = await openRegister({ ...place, database: join(place.folder, 'other.sqlite') });
    await issueDocuments(other, 50, 50 + documents);
    await other.checkpoints.make(await openCheckpointSigner(place.folder, ORIGIN, at), at, { rows: 1, everyMs: 0 });
    return other;
  };

  it('say where chain and tree stand, signed with the key of the year', async () => {
    expect(registerOrigin('https://verifica.example')).to.equal(ORIGIN);
    expect(await make()).to.equal(undefined);
    await issueDocuments(register, 0, 3);
    const made = await make();
    const said = checkpointOf(openNote(made?.note ?? '', await keys()));
    const { rows, head, tree } = await register.verify();
    expect({ ...said, root: said.root.toString('hex') }).to.deep.equal({
      origin: ORIGIN,
      size: 3,
      root: tree.root,
      number: 1,
      chain: { rows, head },
      at,
    });
  });

  it('prove with one text that a stamp was in the register, and of a later one not yet', async () => {
    await issueDocuments(register, 0, 5);
    expect(await register.checkpoints.proveInclusion('d_3').catch((error: unknown) => error)).to.have.property('code', 'unknown-document');
    await make();
    await issueDocuments(register, 5, 6);
    expect(await register.checkpoints.proveInclusion('d_5').catch((error: unknown) => error)).to.have.property('code', 'unknown-document');
    const [head = '', ...note] = (await register.checkpoints.proveInclusion('d_3')).map(proofText).join('').split('\n\n');
    const [format, index, ...path] = head.split('\n');
    expect([format, index]).to.deep.equal(['c2sp.org/tlog-proof@v1', 'index 3']);
    const { size, root } = checkpointOf(openNote(note.join('\n\n'), await keys()));
    const proof = path.map((hash) => Buffer.from(hash, 'base64'));
    const leafOf = (stamp: string) => leafHash(createHash('sha256').update(stamp).digest());
    expect(provesInclusion({ leaf: leafOf('stamp of d_3'), index: 3, size, root }, proof)).to.equal(true);
    expect(provesInclusion({ leaf: leafOf('stamp of d_4'), index: 3, size, root }, proof)).to.equal(false);
  });

  it('have a key for each year, for this user alone, that stays among the published ones', async () => {
    const later = new Date('2027-01-01T00:00:00Z');
    await Promise.all([openCheckpointSigner(place.folder, ORIGIN, at), openCheckpointSigner(place.folder, ORIGIN, at)]);
    await openCheckpointSigner(place.folder, ORIGIN, later);
    expect((await checkpointKeys(place.folder, ORIGIN)).map(({ year }) => year)).to.deep.equal([2026, 2027]);
    expect((await stat(join(place.folder, 'checkpoints-2026.pem'))).mode & 0o777).to.equal(0o600);
    await issueDocuments(register, 0, 1);
    await make();
    await issueDocuments(register, 1, 2);
    await make(later);
    expect((await register.verify({ notes: [], keys: await keys() })).faults).to.deep.equal([]);
  });

  it('are made after so many rows or so much time, never without a new row', async () => {
    const rule = { rows: 10, everyMs: 5 * MINUTE };
    await register.reserve(reservation());
    expect((await make(at, rule))?.number).to.equal(1);
    await register.reserve(reservation({ idempotencyKey: 'k2', documentId: 'd_2' }));
    expect(await make(new Date(at.getTime() + 4 * MINUTE), rule)).to.equal(undefined);
    expect((await make(new Date(at.getTime() + 5 * MINUTE), rule))?.number).to.equal(2);
    expect(await make(new Date(at.getTime() + 60 * MINUTE), rule)).to.equal(undefined);
    await issueDocuments(register, 10, 15);
    expect((await make(new Date(at.getTime() + 5 * MINUTE + 1), rule))?.number).to.equal(3);
  });

  describe('in a folder', () => {
    it('lie one file each, also those made while it was away', async () => {
      const outbox = folderOutbox(join(outside, 'notes'));
      for (let index = 0; index < 3; index += 1) {
        await issueDocuments(register, index, index + 1);
        await make();
        if (index !== 1) await outbox.deliver(register.checkpoints, within);
      }
      expect(await readdir(join(outside, 'notes'))).to.have.members(['checkpoint-000000001.note', 'checkpoint-000000002.note', 'checkpoint-000000003.note']);
      const notes = await notesInFolder(join(outside, 'notes'));
      expect(await register.verify({ notes, keys: await keys() })).to.deep.include({ checkpoints: 6, faults: [] });
    });

    it('tell a register that was rolled back, one written anew, and a folder that cannot be written', async () => {
      const outbox = folderOutbox(outside);
      await issueDocuments(register, 0, 1);
      await make();
      await issueDocuments(register, 1, 2);
      await make();
      await outbox.deliver(register.checkpoints, within);
      await using shorter = await another(1);
      expect(await codeOf(outbox.deliver(shorter.checkpoints, within))).to.equal('register-rolled-back');
      await rm(join(outside, 'checkpoint-000000002.note'));
      expect(await codeOf(outbox.deliver(shorter.checkpoints, within))).to.equal('register-forked');
      await writeFile(join(outside, 'file'), '');
      expect(await codeOf(folderOutbox(join(outside, 'file')).deliver(register.checkpoints, within))).to.equal('outbox-unavailable');
      expect(await readFile(join(outside, 'checkpoint-000000001.note'), 'utf8')).to.equal((await register.checkpoints.after(0))[0]?.note);
    });
  });

  describe('at a witness', () => {
    let witness: Awaited<ReturnType<typeof startSmallWitness>>;
    beforeEach(async () => {
      await openCheckpointSigner(place.folder, ORIGIN, at);
      witness = await startSmallWitness(await keys());
    });
    afterEach(() => witness.close());
    const outboxTo = (prefix = witness.prefix) => witnessOutbox(prefix, { random: () => 0 });

    it('are taken with the proof that the tree has only grown, also after a start anew', async () => {
      const outbox = outboxTo();
      for (const to of [3, 8]) {
        await issueDocuments(register, to - 3, to);
        await make();
        await outbox.deliver(register.checkpoints, within);
        await outbox.deliver(register.checkpoints, within);
      }
      expect([witness.size(), witness.asked]).to.deep.equal([6, [0, 3]]);
      await issueDocuments(register, 20, 21);
      await make();
      await outboxTo(`${witness.prefix}/`).deliver(register.checkpoints, within);
      expect([witness.size(), witness.asked]).to.deep.equal([7, [0, 3, 0, 6]]);
    });

    it('are sent again while it fails, and left for the next round when it goes on failing', async () => {
      await issueDocuments(register, 0, 1);
      await make();
      witness.fail(2);
      await outboxTo().deliver(register.checkpoints, within);
      expect(witness.size()).to.equal(1);
      await issueDocuments(register, 1, 2);
      await make();
      witness.fail(3);
      expect(await codeOf(outboxTo().deliver(register.checkpoints, within))).to.equal('outbox-unavailable');
      expect(witness.size()).to.equal(1);
    });

    it('tell a register that was rolled back, one written anew, and a witness that knows nothing of it', async () => {
      await issueDocuments(register, 0, 4);
      await make();
      await outboxTo().deliver(register.checkpoints, within);
      for (const [documents, code] of [
        [2, 'register-rolled-back'],
        [4, 'register-forked'],
        [7, 'register-forked'],
      ] as const) {
        const other = await another(documents);
        expect(await codeOf(outboxTo().deliver(other.checkpoints, within)), String(documents)).to.equal(code);
        await other.close();
        await rm(join(place.folder, 'other.sqlite'));
        await rm(join(place.folder, 'other.sqlite-wal'), { force: true });
      }
      expect(await codeOf(outboxTo(`${witness.prefix}/x`).deliver(register.checkpoints, within))).to.equal('outbox-refused');
      await witness.close();
      expect(await codeOf(outboxTo().deliver(register.checkpoints, within))).to.equal('outbox-unavailable');
    });
  });

  it('are made and sent while the service runs, whichever outbox fails', async () => {
    const clock = movedClock(at);
    const made = watched<number[]>([]);
    const failed = watched<string[]>([]);
    const broken: CheckpointOutbox = { name: 'broken', deliver: () => Promise.reject(new OutboxError('outbox-unavailable', 'away')) };
    await issueDocuments(register, 0, 1);
    await using keeper = startCheckpoints(register, {
      signerAt: (moment) => openCheckpointSigner(place.folder, ORIGIN, moment),
      outboxes: [broken, folderOutbox(outside)],
      now: clock.now,
      timers: clock.timers,
      onMade: (number) => made.set([...made.value, number]),
      onOutboxFailure: (outbox) => failed.set([...failed.value, outbox]),
      onFailure: (cause) => failed.set([...failed.value, String(cause)]),
    });
    await made.until((numbers) => numbers.length === 1);
    await issueDocuments(register, 1, 2);
    while (made.value.length < 2) {
      if (clock.waiting()) clock.forward(MINUTE);
      await new Promise(setImmediate);
    }
    await keeper.close();
    expect(await readdir(outside)).to.deep.equal(['checkpoint-000000001.note', 'checkpoint-000000002.note']);
    expect(new Set(failed.value)).to.deep.equal(new Set(['broken']));
    expect(clock.waiting()).to.equal(false);
  });
});
