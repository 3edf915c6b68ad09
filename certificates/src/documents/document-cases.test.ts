import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import type { CaseNumber } from '@videosportello/protocol/messages/document.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { ANSELMO, startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import { cardOfAnselmo, identified } from '../../test/visits.ts';
import { approveCase } from '../cases/back-office.ts';

const run = promisify(execFile);
const historical = { type: 'residence-on-date', onDay: '2022-05-01', reason: 'successione della nonna' };
const within = { signal: new AbortController().signal };

describe('what the back office decides, in a visit', function () {
  this.timeout(60_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  const left = async () => {
    const parts = await identified(town);
    const asked = await parts.operator.ask(historical);
    if (asked.outcome !== 'back-office') throw new Error('it was prepared');
    return { ...parts, opened: asked.opened };
  };
  const approve = (number: CaseNumber) => approveCase(number, { cases: town.cases, issue: town.issuer }, within);

  it('ends with a number that citizen and operator are shown, once for the same wish, and with no paper', async () => {
    const { device, operator, opened } = await left();
    expect(opened).to.include({ title: 'Certificato di residenza alla data', keepDays: 90 });
    expect(opened.caseNumber).to.match(/^\d{4}-\d{6}$/);
    const [told] = await device.opened.until((cases) => cases.length === 1);
    expect(told).to.deep.equal(opened);
    const file = await operator.file.until((seen) => seen?.cases?.length === 1);
    expect(file?.cases).to.deep.equal([opened]);
    expect(file?.documents).to.deep.equal([]);
    expect(await operator.ask(historical)).to.deep.equal({ outcome: 'back-office', opened });
    expect(operator.file.value?.cases).to.have.length(1);
    expect(await codeOf(operator.collect(opened.caseNumber))).to.equal('case-not-ready:open');
    expect(town.log()).to.include(opened.caseNumber).and.not.to.include('successione');
  });

  it('prints one slip with number, title, place and days, and no name, and tells the register nothing of it', async () => {
    const { device, operator, opened } = await left();
    const [offer] = await device.offers.until((offers) => offers.length === 1);
    if (offer === undefined) throw new TypeError('no slip');
    expect(offer).to.include({ documentId: opened.slip, attempt: 1 });
    const pdf = await device.fetch(offer.documentId);
    expect(createHash('sha256').update(pdf).digest('hex')).to.equal(offer.sha256);
    const folder = await mkdtemp(join(tmpdir(), 'slip-'));
    await writeFile(join(folder, 's.pdf'), pdf);
    const { stdout } = await run('pdftotext', ['-layout', join(folder, 's.pdf'), '-']);
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const words of [opened.caseNumber, opened.title, opened.collectAt, 'Per 90 giorni', 'non è un certificato']) expect(text).to.contain(words);
    expect(text).to.not.match(/CONTI|GIULIA|CNTGLI|successione/i);
    expect(stdout.split('\f').filter((page) => page.trim() !== '')).to.have.length(1);
    await rm(folder, { recursive: true });
    const { rows } = await town.register.verify();
    for (const state of ['fetched', 'spooled', 'printed'] as const) await device.report(offer.documentId, state);
    expect((await town.register.verify()).rows).to.equal(rows);
    await operator.ask(historical);
    await operator.ask({ ...historical, onDay: '2022-05-02' });
    const offers = await device.offers.until((all) => all.length > 1);
    expect(offers.map(({ documentId }) => documentId), 'the other case’s, and none twice').to.have.length(2);
  });

  it('offers a slip again that a busy kiosk could not take', async () => {
    const { device, operator } = await identified(town);
    device.isBusy(true);
    const asked = await operator.ask(historical);
    if (asked.outcome !== 'back-office') throw new Error('it was prepared');
    await device.refusedOffers.until((count) => count === 1);
    device.isBusy(false);
    const { documentId } = await operator.prepare();
    await operator.review(documentId);
    await operator.issue(documentId);
    await device.offers.until((offers) => offers.length === 1);
    for (const state of ['fetched', 'spooled', 'printed'] as const) await device.report(documentId, state);
    const offers = await device.offers.until((all) => all.length === 2);
    expect(offers[1]?.documentId).to.equal(asked.opened.slip);
  });

  it('is refused at once for want of a reason, a day, or when there are too many', async () => {
    const { operator } = await identified(town);
    expect(await codeOf(operator.ask({ ...historical, reason: undefined }))).to.equal('document-refused:reason-missing');
    expect(await codeOf(operator.ask({ ...historical, onDay: undefined }))).to.equal('document-refused:day-missing');
    for (let day = 1; day <= 5; day += 1) await operator.ask({ ...historical, onDay: `2022-05-0${day}` });
    expect(await codeOf(operator.ask({ ...historical, onDay: '2022-05-06' }))).to.equal('too-much');
  });

  it('is printed once in another visit, for who asked and for nobody else', async () => {
    const { opened } = await left();
    await approve(opened.caseNumber);
    const visit = town.newVisit();
    const other = await town.device(visit, { card: cardOfAnselmo(town) });
    const desk = await town.operator(visit);
    await other.read(ANSELMO.can);
    await desk.judge(true);
    expect(await codeOf(desk.collect(opened.caseNumber))).to.equal('case-unknown');
    expect(await codeOf(desk.collect(caseNumber.parse('2020-000001')))).to.equal('case-unknown');

    const { device, operator } = await identified(town);
    const { documentId } = await operator.collect(opened.caseNumber);
    expect(await operator.collect(opened.caseNumber)).to.deep.equal({ documentId });
    const [offer] = await device.offers.until((offers) => offers.length === 1);
    expect(offer).to.include({ documentId, attempt: 1 });
    expect((await device.fetch(documentId)).subarray(0, 5).toString()).to.equal('%PDF-');
    await device.report(documentId, 'printed');
    await device.report(documentId, 'taken');
    expect((await town.register.release(documentId)).printState).to.equal('taken');
    expect(await town.cases.find(opened.caseNumber)).to.include({ state: 'collected' });

    const again = await identified(town);
    expect(await codeOf(again.operator.collect(opened.caseNumber))).to.equal('case-not-ready:collected');
    expect(device.offers.value).to.have.length(1);
  });

  it('is not reviewed a second time: the office has looked at it', async () => {
    const { opened } = await left();
    await approve(opened.caseNumber);
    const { operator } = await identified(town);
    const { documentId } = await operator.collect(opened.caseNumber);
    expect(await codeOf(operator.review(documentId))).to.equal('visit-state');
    expect(operator.document(documentId)).to.include({ state: 'issued' }).and.not.to.have.property('review');
  });
});
