import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { kioskId } from '@videosportello/protocol/ids.ts';
import type { DocumentId } from '@videosportello/protocol/ids.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { ANSELMO, GIULIA, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import { cardOfAnselmo, cardOfGiulia, expiredCardOfGiulia, identified, issued, step } from '../../test/visits.ts';

describe('a document’s way, from words to the end of the visit', function () {
  this.timeout(30_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  const printStateOf = async (documentId: DocumentId) => (await town.register.release(documentId)).printState;

  describe('documents', () => {
    it('need evidence, and an officer who has judged the holder', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: cardOfGiulia(town) });
      const operator = await town.operator(visit);
      expect(await codeOf(operator.prepare())).to.equal('evidence-missing');
      expect(await codeOf(operator.judge(true))).to.equal('evidence-missing');
      await device.read(GIULIA.can);
      expect(await codeOf(operator.prepare())).to.equal('document-refused:identity-too-low');
      await operator.judge(false);
      expect(await codeOf(operator.prepare())).to.equal('document-refused:identity-too-low');
      await operator.judge(true);
      expect(await codeOf(operator.prepare())).to.equal('done');
      expect(await codeOf(operator.prepare({ use: 'public-office' }))).to.equal('document-refused:self-declaration');
      expect(await codeOf(operator.prepare({ subjectTaxCode: 'XXXXXX00X00X000X' }))).to.equal('subject-not-found:subject-not-found');
    });

    it('are refused to the holder of an expired card, whatever the officer judged, and given on the new one', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: expiredCardOfGiulia(town) });
      const operator = await town.operator(visit);
      await device.read(GIULIA.can);
      const seen = await operator.file.until((file) => file?.evidence.verdict !== undefined);
      expect(seen?.evidence.verdict?.answers).to.deep.include({ notExpired: { answer: 'no', reason: 'expired' } });
      await operator.judge(true);
      expect(await codeOf(operator.prepare())).to.equal('document-refused:document-expired');
      device.put(cardOfGiulia(town));
      await device.read(GIULIA.can);
      await operator.judge(true);
      const { documentId } = await operator.prepare();
      await operator.review(documentId);
      device.put(expiredCardOfGiulia(town));
      await device.read(GIULIA.can);
      await operator.judge(true);
      expect(await codeOf(operator.issue(documentId)), 'the old one again').to.equal('evidence-missing');
    });

    it('go from words through the citizen’s answer to one number, and the same number when asked again', async () => {
      const { device, operator } = await identified(town);
      const { documentId, review } = await operator.prepare();
      expect(await codeOf(operator.issue(documentId))).to.equal('review-declined');
      device.answers(false);
      expect(await operator.review(documentId)).to.deep.equal({ agreed: false });
      expect(await codeOf(operator.issue(documentId))).to.equal('review-declined');
      device.answers(true);
      expect(await operator.review(documentId)).to.deep.equal({ agreed: true });
      expect(device.reviews.value).to.deep.equal([review, review]);
      const [one, two] = await Promise.all([operator.issue(documentId), operator.issue(documentId)]);
      expect(one).to.deep.equal(two).and.to.deep.equal(await operator.issue(documentId));
      const [offer] = await device.offers.until((offers) => offers.length > 0);
      expect(offer).to.include({ documentId, attempt: 1 });
      const paper = await device.fetch(documentId);
      expect(createHash('sha256').update(paper).digest('hex')).to.equal(offer?.sha256);
      expect(paper.length).to.equal(offer?.bytes);
      expect(await codeOf(device.peer.request('paper.fetch', { documentId, offset: paper.length }))).to.equal('document-unknown');
      expect(device.offers.value).to.have.length(1);
      expect(await codeOf(operator.review(documentId))).to.equal('visit-state');
    });

    it('are shown once when the operator asks twice or reloads his page in the middle', async () => {
      const { visit, device, operator } = await identified(town);
      const answer = Promise.withResolvers<boolean>();
      device.answers(answer.promise);
      const { documentId } = await operator.prepare();
      void codeOf(operator.review(documentId));
      await device.reviews.until((reviews) => reviews.length === 1);
      operator.socket.terminate();
      const reloaded = await town.operator(visit);
      expect(reloaded.document(documentId)?.state).to.equal('reviewing');
      const asked = reloaded.review(documentId);
      answer.resolve(true);
      expect(await asked).to.deep.equal({ agreed: true });
      expect(device.reviews.value).to.have.length(1);
    });

    it('wait in their first state when the kiosk is not there or goes away', async () => {
      const { visit, device, operator } = await identified(town);
      device.answers(new Promise<boolean>(() => {}));
      const { documentId } = await operator.prepare();
      const asked = operator.review(documentId);
      await device.reviews.until((reviews) => reviews.length === 1);
      device.socket.terminate();
      expect(await codeOf(asked)).to.equal('link-lost');
      expect(await codeOf(operator.review(documentId))).to.equal('peer-absent');
      await town.device(visit);
      expect(await codeOf(operator.review(documentId))).to.equal('done');
    });

    it('are not issued for a person who has since been taken for somebody else', async () => {
      const { device, operator } = await identified(town);
      const { documentId } = await operator.prepare();
      await operator.review(documentId);
      await operator.judge(false);
      expect(await codeOf(operator.issue(documentId))).to.equal('evidence-missing');
      device.put(cardOfAnselmo(town));
      await device.read(ANSELMO.can);
      await operator.judge(true);
      expect(await codeOf(operator.issue(documentId))).to.equal('evidence-missing');
      const second = await operator.prepare();
      expect(JSON.stringify(second.review)).to.include(ANSELMO.taxCode);
    });

    it('make room for new ones when there are many', async () => {
      const { visit, operator } = await identified(town);
      const { documentId: first } = await operator.prepare();
      for (let index = 0; index < 20; index += 1) await operator.prepare();
      expect(await codeOf(operator.review(first))).to.equal('document-unknown');
      const again = await town.operator(visit);
      expect(again.file.value?.documents).to.have.length(20);
    });

    it('of another visit are nobody’s here', async () => {
      const { documentId } = await issued(town);
      const other = await identified(town);
      expect(await codeOf(other.operator.reprint(documentId))).to.equal('document-unknown');
      expect(await codeOf(other.device.peer.request('paper.fetch', { documentId, offset: 0 }))).to.equal('document-unknown');
      expect(await codeOf(other.device.report(documentId, 'printed'))).to.equal('document-unknown');
    });
  });

  describe('papers', () => {
    it('are followed into the register, a repeated report changing nothing', async () => {
      const { device, operator, documentId } = await issued(town);
      for (const state of ['fetched', 'spooled', 'spooled', 'printing', 'needs-attention', 'printing', 'printed', 'printed', 'taken', 'taken'] as const) {
        await device.report(documentId, state, state === 'needs-attention' ? 'media-empty' : undefined);
      }
      await operator.untilState(documentId, 'taken');
      expect(await printStateOf(documentId)).to.equal('taken');
    });

    it('are deleted when their term is over, while the service runs', async () => {
      const { documentId, number } = await issued(town);
      await town.upkeepAfter(24 * 3_600_000);
      expect((await town.register.release(documentId)).number).to.equal(number);
      await town.upkeepAfter(20 * 365 * 24 * 3_600_000);
      expect(await town.register.release(documentId).catch((error: unknown) => error)).to.have.property('code', 'unknown-document');
      expect((await town.register.verify()).faults).to.deep.equal([]);
      expect(town.log()).to.include('register gone through');
    });

    it('take no report out of order, and none that is not the kiosk’s to make', async () => {
      const { device, operator, documentId } = await issued(town);
      for (const state of ['agreed', 'prepared', 'declined', 'spoiled', 'reviewing'] as const) {
        expect(await codeOf(device.report(documentId, state)), state).to.equal('visit-state');
      }
      await device.report(documentId, 'printed');
      for (const state of ['issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'failed'] as const) {
        expect(await codeOf(device.report(documentId, state)), state).to.equal('visit-state');
      }
      await device.report(documentId, 'taken');
      expect(await codeOf(device.report(documentId, 'uncertain'))).to.equal('visit-state');
      const { documentId: unprinted } = await operator.prepare();
      expect(await codeOf(device.report(unprinted, 'printed'))).to.equal('visit-state');
      expect(await codeOf(device.report(unprinted, 'agreed'))).to.equal('visit-state');
      expect(operator.document(unprinted)?.state).to.equal('prepared');
    });

    it('put steps whose reports were lost on record too', async () => {
      const { device, documentId } = await issued(town);
      await Promise.all([device.report(documentId, 'printed'), device.report(documentId, 'taken')]);
      expect(await printStateOf(documentId)).to.equal('taken');
    });

    it('print again only after the spoiled sheet is on record, under the next attempt', async () => {
      const { device, operator, documentId } = await issued(town);
      expect(await codeOf(operator.reprint(documentId)), 'on its way').to.equal('visit-state');
      await device.report(documentId, 'spooled');
      expect(await codeOf(operator.reprint(documentId)), 'spooled').to.equal('visit-state');
      await device.report(documentId, 'uncertain', 'offline');
      expect(await codeOf(operator.reprint(documentId))).to.equal('done');
      const [, second] = await device.offers.until((offers) => offers.length === 2);
      expect(second).to.include({ documentId, attempt: 2 });
      expect(await printStateOf(documentId)).to.equal('spoiled');
      await device.report(documentId, 'taken');
      expect(await codeOf(operator.reprint(documentId)), 'taken').to.equal('visit-state');
    });

    it('take a late report of a spoiled sheet for what it is, and not for the next one', async () => {
      const { device, operator, documentId } = await issued(town);
      await device.report(documentId, 'uncertain', 'offline');
      await operator.reprint(documentId);
      await device.offers.until((offers) => offers.length === 2);
      for (const state of ['spooled', 'printing', 'printed', 'taken', 'failed'] as const) {
        expect(await codeOf(device.report(documentId, state, undefined, 1)), state).to.equal('done');
      }
      expect(operator.document(documentId)).to.include({ state: 'issued', attempt: 2 });
      expect(await printStateOf(documentId)).to.equal('spoiled');
      expect(town.log()).to.include('late report of a spoiled sheet');
      expect(await codeOf(device.report(documentId, 'printed', undefined, 3)), 'a sheet nobody offered').to.equal('visit-state');
      await device.report(documentId, 'printed');
      expect(await printStateOf(documentId)).to.equal('printed');
    });

    it('that nobody could be sure of are settled: came out, the number is used and no sheet follows', async () => {
      const { visit, device, operator, documentId, number } = await issued(town);
      expect(await codeOf(operator.settle(documentId, 1, true)), 'not in question').to.equal('visit-state');
      await device.report(documentId, 'uncertain', 'offline');
      expect(operator.document(documentId)).not.to.have.property('confirmed');
      expect(await codeOf(operator.settle(documentId, 2, true)), 'another sheet').to.equal('visit-state');
      const { rows } = await town.register.verify();
      expect(await codeOf(operator.settle(documentId, 1, true))).to.equal('done');
      expect(await town.register.verify()).to.deep.include({ rows: rows + 1, faults: [] });
      expect(await town.register.release(documentId)).to.include({ number, printState: 'confirmed' });
      await device.confirmed.until((attempts) => attempts.includes(1));
      expect(operator.document(documentId)).to.include({ state: 'printed', attempt: 1, number, confirmed: true });
      expect(await codeOf(operator.settle(documentId, 1, false))).to.equal('visit-state');
      expect(await codeOf(operator.reprint(documentId))).to.equal('visit-state');
      // A kiosk that was away says again what it knew, and is told again.
      device.socket.terminate();
      const back = await town.device(visit);
      expect(await codeOf(back.report(documentId, 'uncertain', 'offline'))).to.equal('done');
      await back.confirmed.until((attempts) => attempts.includes(1));
      expect(operator.document(documentId)?.state).to.equal('printed');
      await back.report(documentId, 'taken');
      expect(await printStateOf(documentId)).to.equal('taken');
      expect([...device.offers.value, ...back.offers.value]).to.have.length(1);
    });

    it('that nobody could be sure of are settled: did not come out, spoiled on record and the same number again', async () => {
      const { device, operator, documentId, number } = await issued(town);
      await device.report(documentId, 'uncertain', 'offline');
      expect(await codeOf(operator.settle(documentId, 1, false))).to.equal('done');
      const [, second] = await device.offers.until((offers) => offers.length === 2);
      expect(second).to.include({ documentId, attempt: 2 });
      expect(await town.register.release(documentId)).to.include({ number, printState: 'spoiled' });
      expect(await codeOf(operator.settle(documentId, 1, true)), 'pressed twice').to.equal('visit-state');
      await device.report(documentId, 'failed', 'aborted');
      expect(await codeOf(operator.settle(documentId, 2, true))).to.equal('done');
      expect(await printStateOf(documentId)).to.equal('confirmed');
    });

    it('are given up after nine spoiled sheets', async () => {
      const { device, operator, documentId } = await issued(town);
      for (let attempt = 1; attempt < 9; attempt += 1) {
        await device.report(documentId, 'uncertain', 'offline', attempt);
        await operator.settle(documentId, attempt, false);
      }
      await device.report(documentId, 'uncertain', 'offline', 9);
      expect(await codeOf(operator.settle(documentId, 9, false))).to.equal('too-much');
      expect(await codeOf(operator.settle(documentId, 9, true))).to.equal('done');
    });

    it('ask for no spoiled sheet when nothing reached the printer', async () => {
      const { device, operator, documentId } = await issued(town);
      await device.report(documentId, 'failed', 'media-empty');
      await operator.reprint(documentId);
      const [, second] = await device.offers.until((offers) => offers.length === 2);
      expect(second).to.include({ documentId, attempt: 1 });
      expect(await printStateOf(documentId)).to.equal('issued');
      await device.report(documentId, 'failed', 'aborted');
      await operator.reprint(documentId);
      expect((await device.offers.until((offers) => offers.length === 3)).at(-1)).to.include({ attempt: 2 });
    });

    it('are offered again when the kiosk is back', async () => {
      const { visit, device, operator } = await identified(town);
      const { documentId } = await operator.prepare();
      await operator.review(documentId);
      device.socket.terminate();
      await device.peer.closed;
      await operator.issue(documentId);
      const back = await town.device(visit);
      const [offer] = await back.offers.until((offers) => offers.length === 1);
      expect(offer).to.include({ documentId, attempt: 1 });
    });
  });

  describe('the end of a visit', () => {
    const closedWith = async (parts: Awaited<ReturnType<typeof identified>>, why: string) => {
      await Promise.all([parts.device.peer.closed, parts.operator.peer.closed]);
      expect([parts.device.why.value, parts.operator.why.value]).to.deep.equal([why, 'visit-ended']);
    };

    it('wipes papers and evidence, and nobody gets back in', async () => {
      const parts = await issued(town);
      const paper = town.papers.at(-1);
      await parts.device.report(parts.documentId, 'printed');
      town.node().notify('visit.ended', { visitId: parts.visit });
      await closedWith(parts, 'visit-ended');
      expect(paper?.every((byte) => byte === 0)).to.equal(true);
      const [device, operator] = [
        await town.device(parts.visit, { admitted: false }),
        await town.operator(parts.visit, { admitted: false, holder: parts.operator.holder }),
      ];
      expect(await codeOf(device.hello())).to.equal('visit-unknown');
      expect(await codeOf(operator.hello())).to.equal('visit-unknown');
      expect((await town.register.release(parts.documentId)).number).to.equal(parts.number);
    });

    it('waits for a paper under way, and serves nothing but its report meanwhile', async () => {
      const { visit, device, operator, documentId } = await issued(town);
      await device.fetch(documentId);
      await device.report(documentId, 'spooled');
      const paper = town.papers.at(-1);
      town.node().notify('visit.ended', { visitId: visit });
      await operator.peer.closed;
      expect(device.why.value).to.equal(undefined);
      expect(paper?.every((byte) => byte === 0), 'bytes the kiosk has').to.equal(true);
      expect(await codeOf(device.read(GIULIA.can))).to.equal('visit-unknown');
      const late = await town.operator(visit, { admitted: false });
      expect(await codeOf(late.hello())).to.equal('visit-unknown');
      device.socket.terminate();
      const back = await town.device(visit);
      expect(await codeOf(back.report(documentId, 'printing'))).to.equal('done');
      expect(await codeOf(back.report(documentId, 'printed'))).to.equal('done');
      await back.peer.closed;
      expect(back.why.value).to.equal('visit-ended');
      expect(await printStateOf(documentId)).to.equal('printed');
    });

    it('leaves nothing of a dialogue, a review or an issue that was running', async () => {
      const parts = await identified(town);
      const { documentId } = await parts.operator.prepare();
      await parts.operator.review(documentId);
      const [held, committing, reading] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      town.onCommit(() => {
        committing.resolve();
        return held.promise;
      });
      const issuing = codeOf(parts.operator.issue(documentId));
      await committing.promise;
      parts.device.onExchange(async () => {
        reading.resolve();
        await held.promise;
      });
      const read = codeOf(parts.device.read(GIULIA.can));
      await reading.promise;
      town.node().notify('visit.ended', { visitId: parts.visit });
      await closedWith(parts, 'visit-ended');
      const papers = town.papers.length;
      town.onCommit(async () => {});
      held.resolve();
      expect(await Promise.all([issuing, read])).to.deep.equal(['link-lost', 'link-lost']);
      // Another visit's paper comes after it; by then the first has its number and its bytes are gone.
      await issued(town);
      expect((await town.register.release(documentId)).printState).to.equal('issued');
      expect(town.papers[papers]?.every((byte) => byte === 0)).to.equal(true);
    });

    it('is also heard from the stream of steps, which the register takes in once', async () => {
      const parts = await identified(town);
      const events = [step(parts.visit, 'opened'), step(parts.visit, 'ended')];
      const { rows } = await town.register.verify();
      expect(await town.node().request('events.take', { events })).to.deep.equal({ lastId: events[1]?.id });
      await closedWith(parts, 'visit-ended');
      expect(await town.node().request('events.take', { events })).to.deep.equal({ lastId: events[1]?.id });
      expect(await town.register.verify()).to.deep.include({ rows: rows + 2, faults: [] });
    });

    it('comes with the revocation of the kiosk, which cannot come back with the grant it holds', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { kiosk: 'kiosk-2', card: cardOfGiulia(town) });
      const operator = await town.operator(visit, { terms: { kiosk: kioskId.parse('kiosk-2') } });
      await device.read(GIULIA.can);
      town.node().notify('kiosk.revoked', { kioskId: kioskId.parse('kiosk-2') });
      await Promise.all([device.peer.closed, operator.peer.closed]);
      expect(device.why.value).to.equal('kiosk-revoked');
      for (const id of [visit, town.newVisit()]) {
        const back = await town.device(id, { kiosk: 'kiosk-2', admitted: false });
        expect(await codeOf(back.hello())).to.equal('kiosk-unknown');
      }
      town.node().notify('kiosk.enrolled', { kioskId: kioskId.parse('kiosk-2'), publicKey: town.kioskKey('kiosk-2').publicKey });
    });
  });

  describe('all the while', () => {
    it('has written nothing personal on the log, and the visit on every line of one', () => {
      const text = town.log();
      for (const secret of [GIULIA.surname, 'Conti', ANSELMO.surname, GIULIA.taxCode, ANSELMO.taxCode, 'CA00001AA', 'Via dei Tigli', '"can"', 'eyJ']) {
        expect(text).not.to.include(secret);
      }
      const lines = text.trim().split('\n').map((line) => JSON.parse(line) as { msg: string; visitId?: string });
      const ofVisits = lines.filter(({ msg }) => ['evidence', 'document', 'kiosk joined', 'operator joined', 'visit forgotten'].includes(msg));
      expect(ofVisits.length).to.be.greaterThan(50);
      expect(ofVisits.every(({ visitId }) => /^v_[0-9a-f]{24}$/.test(visitId ?? ''))).to.equal(true);
      expect(lines.filter(({ msg }) => msg === 'failed')).to.deep.equal([]);
    });
  });
});
