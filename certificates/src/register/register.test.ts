import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { onEachEngine } from '../../test/register-places.ts';
import { at, document, reservation, SUBJECT } from '../../test/register-rows.ts';
import { RegisterError } from './register-error.ts';
import { openRegister } from './register.ts';

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
  onEachEngine((hand) => {
    it('counts certificate and protocol numbers in each year from one', async () => {
      const numbers = [];
      for (const [index, year] of [2026, 2026, 2027].entries()) {
        numbers.push(await hand.register.reserve(reservation({ idempotencyKey: `k${index}`, documentId: `d${index}`, year })));
      }
      expect(numbers.map(({ number }) => number)).to.deep.equal(['2026/0000001', '2026/0000002', '2027/0000001']);
      expect(numbers.map(({ protocol }) => protocol)).to.deep.equal(['0000001/2026', '0000002/2026', '0000001/2027']);
    });

    it('gives a repeated request the number it has, and refuses its key for another request', async () => {
      const first = await hand.register.reserve(reservation());
      const again = await hand.register.reserve(reservation({ documentId: 'd_2', at: new Date('2026-11-22T11:00:00Z') }));
      expect(again).to.deep.equal(first);
      expect(await refusal(hand.register.reserve(reservation({ request: 'something else' })))).to.equal('key-reused');
    });

    it('releases what was committed, and the same for every repetition', async () => {
      const { number } = await hand.register.reserve(reservation());
      expect(await hand.register.findByKey('key-1', `residence ${SUBJECT}`)).to.equal(null);
      const released = await hand.register.commit(document());
      expect(released).to.deep.include({
        documentId: 'd_1',
        number,
        pages: 1,
        printState: 'issued',
        validTo: '2027-02-22',
      });
      expect(released.pdf.toString()).to.equal(`paper of ${SUBJECT}`);
      expect(await hand.register.findByKey('key-1', `residence ${SUBJECT}`)).to.deep.equal(released);
      expect(await hand.register.commit(document({ paper: Buffer.from('another paper') }))).to.deep.equal(released);
    });

    it('gives two requests at the same moment two numbers, also over two connections', async () => {
      await using other = await openRegister(hand.place);
      const asked = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? hand.register : other).reserve(
          reservation({ idempotencyKey: `k${index}`, documentId: `d${index}` }),
        ),
      );
      const numbers = (await Promise.all(asked)).map(({ number }) => number);
      expect(new Set(numbers).size).to.equal(20);
      expect(await hand.register.verify()).to.deep.include({ rows: 20, faults: [] });
    });

    it('takes a duty mark once, and frees it when its number is given up', async () => {
      await hand.register.reserve(reservation({ dutyMark: '01234567890123' }));
      const second = reservation({ idempotencyKey: 'key-2', documentId: 'd_2', dutyMark: '01234567890123' });
      expect(await refusal(hand.register.reserve(second))).to.equal('duty-mark-used');
      expect(await hand.register.voidReservations(new Date(at.getTime() + 1), at)).to.equal(1);
      expect(await hand.register.reserve(second)).to.include({ number: '2026/0000002' });
    });

    it('explains a number that never became a document, and keeps it from becoming one', async () => {
      await hand.register.reserve(reservation());
      expect(await hand.register.voidReservations(at, at)).to.equal(0);
      expect(await hand.register.voidReservations(new Date(at.getTime() + 1), at)).to.equal(1);
      expect(await refusal(hand.register.reserve(reservation()))).to.equal('reservation-void');
      expect(await refusal(hand.register.commit(document()))).to.equal('reservation-void');
    });

    it('refuses to write down a document without a number, and to release an unknown one', async () => {
      expect(await refusal(hand.register.commit(document()))).to.equal('unknown-document');
      expect(await refusal(hand.register.release('d_9'))).to.equal('unknown-document');
    });

    it('opens the original with its access code while it is kept, and records that', async () => {
      await hand.register.reserve(reservation());
      await hand.register.commit(document());
      const before = await hand.register.verify();
      expect((await hand.register.openOriginal('ABCDEFGHJKLM', at))?.toString()).to.equal(`original of ${SUBJECT}`);
      expect((await hand.register.verify()).rows).to.equal(before.rows + 1);
      expect(await hand.register.openOriginal('WRONGWRONGWR', at)).to.equal(null);
      expect(await hand.register.openOriginal('ABCDEFGHJKLM', new Date('2028-02-23T00:00:00Z'))).to.equal(null);
    });

    describe('print outcomes', () => {
      beforeEach(async () => {
        await hand.register.reserve(reservation());
        await hand.register.commit(document());
      });
      const report = (
        outcome: 'spooled' | 'printed' | 'taken' | 'jammed' | 'spoiled' | 'uncertain',
        outcomeId: string = outcome,
      ) => hand.register.recordPrint({ outcomeId, documentId: 'd_1', outcome, sheets: 1, actor: 'kiosk-1', at });

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
        expect((await hand.register.release('d_1')).printState).to.equal('spooled');
      });

      it('takes a repeated report as one', async () => {
        await report('spooled');
        const { rows } = await hand.register.verify();
        expect(await report('spooled')).to.equal('spooled');
        expect((await hand.register.verify()).rows).to.equal(rows);
      });
    });

    it('closes twice without complaint', async () => {
      await hand.register.close();
      await hand.register.close();
    });

    if (hand.engine === 'SQLite') {
      it('keeps no personal word readable in its files, and the key file to this user', async () => {
        await hand.register.reserve(reservation());
        await hand.register.commit(document());
        for (const name of ['r.sqlite', 'r.sqlite-wal']) {
          const bytes = await readFile(join(hand.place.folder, name));
          expect(bytes.includes(SUBJECT)).to.equal(false);
        }
        expect((await stat(hand.place.key)).mode & 0o777).to.equal(0o600);
        expect((await stat(hand.place.database)).mode & 0o777).to.equal(0o600);
      });
    }
  });
});
