import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { registerEngines } from '../../test/register-places.ts';
import type { RegisterPlace } from '../../test/register-places.ts';
import { at, document, reservation, SUBJECT } from '../../test/register-rows.ts';
import { RegisterError } from './register-error.ts';
import { openRegister } from './register.ts';
import type { Register } from './register.ts';

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
  for (const engine of registerEngines()) {
    describe(`on ${engine.name}`, () => {
      let place: RegisterPlace;
      let register: Register;
      beforeEach(async () => {
        place = await engine.place();
        register = await openRegister(place);
      });
      afterEach(async () => {
        await register.close();
        await place[Symbol.asyncDispose]();
      });

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
        await using other = await openRegister(place);
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

      it('closes twice without complaint', async () => {
        await register.close();
        await register.close();
      });

      if (engine.name === 'SQLite') {
        it('keeps no personal word readable in its files, and the key file to this user', async () => {
          await register.reserve(reservation());
          await register.commit(document());
          for (const name of ['r.sqlite', 'r.sqlite-wal']) {
            const bytes = await readFile(join(place.folder, name));
            expect(bytes.includes(SUBJECT)).to.equal(false);
          }
          expect((await stat(place.key)).mode & 0o777).to.equal(0o600);
          expect((await stat(place.database)).mode & 0o777).to.equal(0o600);
        });
      }
    });
  }
});
