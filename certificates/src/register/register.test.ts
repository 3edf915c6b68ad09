import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { RegisterError } from './register-error.ts';
import { openRegister } from './register.ts';
import type { IssuedDocument, Register } from './register.ts';
import type { ReservationRequest } from './reservations.ts';

const at = new Date('2026-11-22T10:00:00Z');
const SUBJECT = 'DNGNCL90S30X000W';

const reservation = (change: Partial<ReservationRequest> = {}): ReservationRequest => ({
  idempotencyKey: 'key-1',
  request: `residence ${SUBJECT}`,
  documentId: 'd_1',
  certificateType: 'residence',
  year: 2026,
  dutyMark: null,
  at,
  ...change,
});

const document = (change: Partial<IssuedDocument> = {}): IssuedDocument => ({
  documentId: 'd_1',
  visitId: 'v_1',
  kioskId: 'kiosk-1',
  operatorId: 'op_1',
  issuedAt: at,
  ruleVersion: '2024-01-01',
  validTo: '2027-02-22',
  original: Buffer.from(`original of ${SUBJECT}`),
  stamp: Buffer.from('stamp'),
  paper: Buffer.from(`paper of ${SUBJECT}`),
  pages: 1,
  accessCode: 'ABCDEFGHJKLM',
  people: { subject: SUBJECT, requester: SUBJECT },
  deleteAfter: new Date('2028-02-22T23:59:59Z'),
  ...change,
});

/** The code of the {@link RegisterError} that `work` ends with. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(RegisterError);
  return (error as RegisterError).code;
}

describe('register', () => {
  let folder: string;
  let register: Register;
  const files = (): { database: string; key: string } => ({
    database: join(folder, 'r.sqlite'),
    key: join(folder, 'r.key'),
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'register-'));
    register = await openRegister(files());
  });
  afterEach(async () => {
    await register.close();
    await rm(folder, { recursive: true });
  });

  /** Opens the file as an intruder with the disk in hand would. */
  const tamper = async (sql: string): Promise<void> => {
    await register.close();
    const database = new DatabaseSync(files().database);
    database.exec(sql);
    database.close();
    register = await openRegister(files());
  };

  it('counts certificate and protocol numbers in each year from one', async () => {
    const numbers = [];
    for (const [index, year] of [2026, 2026, 2027].entries()) {
      numbers.push(await register.reserve(reservation({ idempotencyKey: `k${index}`, documentId: `d${index}`, year })));
    }
    expect(numbers.map(({ number }) => number)).to.deep.equal(['2026/0000001', '2026/0000002', '2027/0000001']);
    expect(numbers.map(({ protocol }) => protocol)).to.deep.equal(['0000001/2026', '0000002/2026', '0000001/2027']);
  });

  it('gives a repeated request the number it has, and refuses its key for another request', async () => {
    const first = await register.reserve(reservation());
    const again = await register.reserve(reservation({ documentId: 'd_2', at: new Date('2026-11-22T11:00:00Z') }));
    expect(again).to.deep.equal(first);
    expect(await refusal(register.reserve(reservation({ request: 'something else' })))).to.equal('key-reused');
  });

  it('releases what was committed, and the same for every repetition', async () => {
    const { number } = await register.reserve(reservation());
    expect(await register.findByKey('key-1', `residence ${SUBJECT}`)).to.equal(null);
    const released = await register.commit(document());
    expect(released).to.deep.include({
      documentId: 'd_1',
      number,
      pages: 1,
      printState: 'issued',
      validTo: '2027-02-22',
    });
    expect(released.pdf.toString()).to.equal(`paper of ${SUBJECT}`);
    expect(await register.findByKey('key-1', `residence ${SUBJECT}`)).to.deep.equal(released);
    expect(await register.commit(document({ paper: Buffer.from('another paper') }))).to.deep.equal(released);
  });

  it('gives two requests at the same moment two numbers, also over two connections', async () => {
    await using other = await openRegister(files());
    const asked = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? register : other).reserve(
        reservation({ idempotencyKey: `k${index}`, documentId: `d${index}` }),
      ),
    );
    const numbers = (await Promise.all(asked)).map(({ number }) => number);
    expect(new Set(numbers).size).to.equal(20);
    expect(await register.verify()).to.deep.include({ rows: 20, faults: [] });
  });

  it('takes a duty mark once, and frees it when its number is given up', async () => {
    await register.reserve(reservation({ dutyMark: '01234567890123' }));
    const second = reservation({ idempotencyKey: 'key-2', documentId: 'd_2', dutyMark: '01234567890123' });
    expect(await refusal(register.reserve(second))).to.equal('duty-mark-used');
    expect(await register.voidReservations(new Date(at.getTime() + 1), at)).to.equal(1);
    expect(await register.reserve(second)).to.include({ number: '2026/0000002' });
  });

  it('explains a number that never became a document, and keeps it from becoming one', async () => {
    await register.reserve(reservation());
    expect(await register.voidReservations(at, at)).to.equal(0);
    expect(await register.voidReservations(new Date(at.getTime() + 1), at)).to.equal(1);
    expect(await refusal(register.reserve(reservation()))).to.equal('reservation-void');
    expect(await refusal(register.commit(document()))).to.equal('reservation-void');
  });

  it('refuses to write down a document without a number, and to release an unknown one', async () => {
    expect(await refusal(register.commit(document()))).to.equal('unknown-document');
    expect(await refusal(register.release('d_9'))).to.equal('unknown-document');
  });

  it('opens the original with its access code while it is kept, and records that', async () => {
    await register.reserve(reservation());
    await register.commit(document());
    const before = await register.verify();
    expect((await register.openOriginal('ABCDEFGHJKLM', at))?.toString()).to.equal(`original of ${SUBJECT}`);
    expect((await register.verify()).rows).to.equal(before.rows + 1);
    expect(await register.openOriginal('WRONGWRONGWR', at)).to.equal(null);
    expect(await register.openOriginal('ABCDEFGHJKLM', new Date('2028-02-23T00:00:00Z'))).to.equal(null);
  });

  it('keeps no personal word readable in its files, and the key file to this user', async () => {
    await register.reserve(reservation());
    await register.commit(document());
    for (const name of ['r.sqlite', 'r.sqlite-wal']) {
      const bytes = await readFile(join(folder, name));
      expect(bytes.includes(SUBJECT)).to.equal(false);
    }
    expect((await stat(files().key)).mode & 0o777).to.equal(0o600);
    expect((await stat(files().database)).mode & 0o777).to.equal(0o600);
  });

  describe('print outcomes', () => {
    beforeEach(async () => {
      await register.reserve(reservation());
      await register.commit(document());
    });
    const report = (
      outcome: 'spooled' | 'printed' | 'taken' | 'jammed' | 'spoiled' | 'uncertain',
      outcomeId: string = outcome,
    ) => register.recordPrint({ outcomeId, documentId: 'd_1', outcome, sheets: 1, actor: 'kiosk-1', at });

    it('follows a paper to the citizen’s hand', async () => {
      expect([await report('spooled'), await report('printed'), await report('taken')]).to.deep.equal([
        'spooled',
        'printed',
        'taken',
      ]);
    });

    it('spools the number again only after the spoiled sheet is on record', async () => {
      await report('spooled');
      await report('jammed');
      expect(await refusal(report('spooled', 'second'))).to.equal('print-order');
      await report('spoiled');
      expect(await report('spooled', 'second')).to.equal('spooled');
      expect((await register.release('d_1')).printState).to.equal('spooled');
    });

    it('takes a repeated report as one', async () => {
      await report('spooled');
      const { rows } = await register.verify();
      expect(await report('spooled')).to.equal('spooled');
      expect((await register.verify()).rows).to.equal(rows);
    });
  });

  describe('audit chain', () => {
    beforeEach(async () => {
      await register.reserve(reservation());
      await register.commit(document());
      await register.recordPrint({
        outcomeId: 'o',
        documentId: 'd_1',
        outcome: 'spooled',
        sheets: 0,
        actor: 'kiosk-1',
        at,
      });
    });

    it('verifies when nothing was touched', async () => {
      expect(await register.verify()).to.deep.include({ rows: 3, erased: 0, faults: [] });
    });

    const intrusions: readonly [name: string, sql: string, fault: string][] = [
      ['a changed row', "update audit_chain set kind = 'original-opened' where seq = 2", 'hash'],
      ['a row taken out', 'delete from audit_payloads where seq = 2; delete from audit_chain where seq = 2', 'missing'],
      ['a row whose hash was computed anew', `update audit_chain set hash = '${'a'.repeat(64)}' where seq = 1`, 'link'],
      [
        'a payload moved to another row',
        'update audit_payloads set content = (select content from audit_payloads where seq = 1) where seq = 2',
        'payload',
      ],
    ];
    for (const [name, sql, fault] of intrusions) {
      it(`finds ${name}`, async () => {
        await tamper(sql);
        expect((await register.verify()).faults.map((found) => found.fault)).to.contain(fault);
      });
    }

    it('still verifies when personal payloads are erased', async () => {
      await tamper('delete from audit_payloads where seq = 2');
      expect(await register.verify()).to.deep.include({ rows: 3, erased: 1, faults: [] });
    });
  });

  it('closes twice without complaint', async () => {
    await register.close();
    await register.close();
  });
});
