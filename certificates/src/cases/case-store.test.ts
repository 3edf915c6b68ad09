import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import { expect } from 'chai';
import { giulia } from '../../test/known-facts.ts';
import { newCase } from '../../test/new-case.ts';
import { at, reservation } from '../../test/register-rows.ts';
import { registerEngines } from '../../test/register-places.ts';
import type { RegisterPlace } from '../../test/register-places.ts';
import { openRegister } from '../register/register.ts';
import { caseToCollect } from './back-office.ts';
import { caseState, nextCaseState } from './case-machine.ts';
import type { CaseState, CaseStep } from './case-machine.ts';
import { openCases } from './case-store.ts';
import type { CaseStore } from './case-store.ts';

const GIULIA = giulia.taxCode;
const daysLater = (days: number): Date => new Date(at.getTime() + days * 86_400_000);

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

describe('a case of the back office', () => {
  const steps: readonly CaseStep[] = ['approve', 'refuse', 'issue', 'collect', 'give-back', 'lapse'];
  /** Where each step leads; what is not named cannot be. */
  const table: Readonly<Record<CaseState, Partial<Record<CaseStep, CaseState>>>> = {
    open: { approve: 'approved', refuse: 'refused' },
    approved: { approve: 'approved', issue: 'ready' },
    ready: { issue: 'ready', collect: 'collected', 'give-back': 'ready', lapse: 'lapsed' },
    collected: { collect: 'collected', 'give-back': 'ready' },
    refused: { refuse: 'refused' },
    lapsed: { lapse: 'lapsed' },
  };
  for (const state of caseState.options) {
    it(`goes from ${state} where the table says, and nowhere else`, () => {
      for (const step of steps) expect(nextCaseState(state, step), step).to.equal(table[state][step] ?? null);
    });
  }

  for (const engine of registerEngines()) {
    describe(`on ${engine.name}`, function () {
      this.timeout(30_000);
      let place: RegisterPlace;
      let cases: CaseStore;
      beforeEach(async () => {
        place = await engine.place();
        cases = await openCases(place);
      });
      afterEach(async () => {
        await cases.close();
        await place[Symbol.asyncDispose]();
      });

      it('counts within its year, and is one for the same wish of the same visit', async () => {
        const first = await cases.open(newCase());
        expect(first).to.deep.include({ caseNumber: '2026-000001', state: 'open', answerBy: '2026-12-22', keepDays: 90, decidedAt: null, openedAt: at });
        expect(await cases.open(newCase({ documentId: 'd_0123456789abcdef01234568', idempotencyKey: 'another-key-of-it' }))).to.deep.equal(first);
        expect((await cases.open(newCase({ onDay: '2001-02-04' }))).caseNumber).to.equal('2026-000002');
        expect((await cases.open({ ...newCase({ visitId: 'v_0123456789abcdef01234568' }), year: 2027 })).caseNumber).to.equal('2027-000001');
        expect((await cases.list()).map((one) => one.caseNumber)).to.deep.equal(['2026-000001', '2026-000002', '2027-000001']);
      });

      it('keeps what a case was opened with', async () => {
        await cases.open(newCase());
        for (const statement of ["update cases set collect_at = 'altrove'", 'delete from cases', 'update case_sequences set year = 2020']) {
          const refused: unknown = await place.intrude(statement).catch((error: unknown) => error);
          expect(refused, statement).to.be.instanceOf(Error).and.to.have.property('message').that.includes('register: ');
        }
      });

      it('holds a duty mark for its own document, also when the number of that one is given up', async () => {
        await using register = await openRegister(place);
        const mark = '01234567890123';
        const { caseNumber: number } = await cases.open(newCase({}, mark));
        expect(await codeOf(cases.open(newCase({}, mark))), 'the same case again').to.equal('done');
        expect(await codeOf(cases.open(newCase({ onDay: '2001-02-04' }, mark)))).to.equal('duty-mark-used');
        expect(await cases.list()).to.have.length(1);
        await cases.take(number, 'approve', { at });
        const other = reservation({ dutyMark: mark });
        const own = reservation({ dutyMark: mark, ofCase: number, documentId: 'd_2', idempotencyKey: 'key-2' });
        expect(await codeOf(register.reserve(other))).to.equal('duty-mark-used');
        expect(await codeOf(register.reserve(own))).to.equal('done');
        await register.voidReservations(daysLater(1), daysLater(1));
        expect(await codeOf(register.reserve(other)), 'the case has it still').to.equal('duty-mark-used');
      });

      it('keeps the number of an approved case, however long its document does not come', async () => {
        await using register = await openRegister(place);
        const { caseNumber: number, request } = await cases.open(newCase());
        await cases.take(number, 'approve', { at });
        const asked = reservation({ ofCase: number, documentId: request?.documentId ?? '' });
        const reserved = await register.reserve(asked);
        expect(await register.voidReservations(daysLater(30), daysLater(30))).to.equal(0);
        expect(await register.reserve(asked)).to.deep.equal(reserved);
      });

      describe('in the register’s chain', () => {
        /** One case for each way: collected after a give-back, refused, lapsed; nine steps and three openings. */
        const walked = async (): Promise<void> => {
          const [collected, refused, lapsed] = ['4', '5', '6'].map((day) => newCase({ onDay: `2001-02-0${day}`, documentId: `d_${day.repeat(24)}` }));
          for (const [wish, steps] of [
            [collected, ['approve', 'issue', 'collect', 'give-back', 'collect']],
            [refused, ['refuse']],
            [lapsed, ['approve', 'issue']],
          ] as const) {
            if (wish === undefined) throw new TypeError('no wish');
            const { caseNumber: number } = await cases.open(wish);
            for (const step of steps) await cases.take(number, step, { at, ...(step === 'refuse' ? { refusedFor: 'motivo insufficiente' } : {}) });
          }
          await cases.eraseOver(daysLater(100));
        };
        const faultsAfter = async (sql: string) => {
          await place.tamper(sql);
          await using register = await openRegister(place);
          return (await register.verify()).faults;
        };

        it('has every step, and nobody’s name', async () => {
          await walked();
          await using register = await openRegister(place);
          expect(await register.verify()).to.deep.include({ rows: 12, erased: 0, faults: [] });
          await cases.take(caseNumber.parse('2026-000002'), 'refuse', { at });
          expect((await register.verify()).rows, 'a step that was taken before').to.equal(12);
        });

        // Openings in the rows 1, 7 and 9; the last steps in 6, 8 and 12.
        for (const [what, sql, fault] of [
          ['a refused case that says ready', "update cases set state = 'ready' where case_number = '2026-000002'", { part: 'chain', row: 8, fault: 'record' }],
          ['a case given another document', "update cases set document_id = 'd_9' where case_number = '2026-000001'", { part: 'chain', row: 6, fault: 'record' }],
          ['a case taken out', "delete from cases where case_number = '2026-000003'", { part: 'chain', row: 12, fault: 'record' }],
          [
            'a case that was never opened',
            `insert into cases select '2026-000004', 'f', 'ready', certificate_type, title, answer_by, keep_days, collect_at, opened_at, decided_at, erase_after,
             content, 'd_9' from cases where case_number = '2026-000001'`,
            { part: 'cases', row: 2026, fault: 'missing' },
          ],
          ['a case number that is nowhere', 'update case_sequences set last = 4', { part: 'numbers', row: 2026, fault: 'lost' }],
        ] as const) {
          it(`is compared with the cases: ${what}`, async () => {
            await walked();
            expect((await faultsAfter(sql))[0]).to.deep.equal(fault);
          });
        }

        it('tells nothing of a case from before, and does not miss it', async () => {
          const { caseNumber: number } = await cases.open(newCase());
          await place.tamper('delete from audit_payloads; delete from audit_chain; update cases set document_id = null');
          await cases.take(number, 'approve', { at });
          await using register = await openRegister(place);
          expect(await register.verify()).to.deep.include({ rows: 0, faults: [] });
        });
      });

      it('gives each number once to wishes of the same moment', async () => {
        const days = Array.from({ length: 6 }, (_, index) => `2001-02-0${index + 1}`);
        const opened = await Promise.all(days.map((onDay) => cases.open(newCase({ onDay }))));
        expect(new Set(opened.map((one) => one.caseNumber)).size).to.equal(6);
      });

      it('keeps who asked for what and why unreadable, and erases it when the case is over', async () => {
        const { caseNumber: number } = await cases.open(newCase());
        await cases.take(number, 'approve', { at });
        expect(await cases.eraseOver(daysLater(400)), 'not decided yet').to.equal(0);
        await cases.take(number, 'issue', { at: daysLater(10) });
        expect(await cases.eraseOver(daysLater(99))).to.equal(0);
        expect((await cases.find(number)).request?.reason).to.equal('successione della nonna');
        expect(await cases.eraseOver(daysLater(100))).to.equal(1);
        expect(await cases.find(number)).to.deep.include({ state: 'lapsed', request: null, title: 'Certificato di residenza alla data' });
        expect(await cases.eraseOver(daysLater(100))).to.equal(0);
        expect(await codeOf(cases.take(number, 'collect', { at }))).to.equal('case-order');
      });

      it('takes a step once, in its order, and says no with its reason', async () => {
        const { caseNumber: number } = await cases.open(newCase());
        expect(await codeOf(cases.take(number, 'issue', { at }))).to.equal('case-order');
        expect(await codeOf(cases.take(caseNumber.parse('2026-000009'), 'approve', { at }))).to.equal('case-unknown');
        const refused = await cases.take(number, 'refuse', { at, refusedFor: 'motivo insufficiente' });
        expect(refused).to.deep.include({ state: 'refused', refusedFor: 'motivo insufficiente', decidedAt: at });
        expect(await cases.take(number, 'refuse', { at: daysLater(1), refusedFor: 'altro' })).to.deep.equal(refused);
        expect(await codeOf(cases.take(number, 'approve', { at }))).to.equal('case-order');
        expect((await cases.list('open')).length).to.equal(0);
        expect((await cases.list('refused')).length).to.equal(1);
      });

      it('hands its paper out once, and again after it was given back', async () => {
        const { caseNumber: number } = await cases.open(newCase());
        expect(await cases.handOut(number, at)).to.equal(false);
        await cases.take(number, 'approve', { at });
        await cases.take(number, 'issue', { at });
        expect((await Promise.all([cases.handOut(number, at), cases.handOut(number, at)])).filter(Boolean)).to.have.length(1);
        await cases.take(number, 'give-back', { at });
        expect(await cases.handOut(number, at)).to.equal(true);
      });

      it('is nobody else’s to collect, and no paper before it is ready', async () => {
        const { caseNumber: number } = await cases.open(newCase());
        const refusal = async (who: string): Promise<unknown[]> => {
          const error: unknown = await caseToCollect(number, async () => who, cases).catch((reason: unknown) => reason);
          expect(error).to.be.instanceOf(ProtocolError);
          return [(error as ProtocolError).code, (error as ProtocolError).detail];
        };
        expect(await refusal(GIULIA)).to.deep.equal(['case-not-ready', 'open']);
        expect(await refusal('DLLNLM47L02X000X')).to.deep.equal(['case-unknown', undefined]);
        expect(await codeOf(caseToCollect(caseNumber.parse('2020-000001'), async () => GIULIA, cases))).to.equal('case-unknown');
        await cases.take(number, 'approve', { at });
        await cases.take(number, 'issue', { at });
        expect((await caseToCollect(number, async () => GIULIA, cases)).caseNumber).to.equal(number);
      });
    });
  }
});
