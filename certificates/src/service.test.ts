import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { kioskId, nodeId } from '@videosportello/protocol/ids.ts';
import type { DocumentId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { ANSELMO, codeOf, consoleOrigin, GIULIA, startCertificateTown } from '../test/certificate-town.ts';
import type { CertificateTown } from '../test/certificate-town.ts';
import { SmallCard } from '../test/small-card.ts';

describe('certificate service', function () {
  this.timeout(30_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  const cardOfGiulia = () => new SmallCard(GIULIA.can, town.documents.giulia);
  const cardOfAnselmo = () => new SmallCard(ANSELMO.can, town.documents.anselmo);

  /** A visit with its kiosk and operator, the card read and the holder judged. */
  async function identified() {
    const visit = town.newVisit();
    const device = await town.device(visit, { card: cardOfGiulia() });
    const operator = await town.operator(visit);
    await device.read(GIULIA.can);
    await operator.judge(true);
    return { visit, device, operator };
  }
  /** The same, with a document agreed on and issued. */
  async function issued() {
    const parts = await identified();
    const { documentId } = await parts.operator.prepare();
    await parts.operator.review(documentId);
    const { number } = await parts.operator.issue(documentId);
    await parts.device.offers.until((offers) => offers.length === 1);
    return { ...parts, documentId, number };
  }
  const printStateOf = async (documentId: DocumentId) => (await town.register.release(documentId)).printState;
  const http = (path: string, init?: RequestInit) => fetch(`${town.service.url.replace('ws', 'http')}${path}`, init);

  describe('at the door', () => {
    /** The status a refused upgrade is answered with; `open` when it was let in. */
    const upgrade = (path: string, origin?: string) =>
      new Promise<number | 'open'>((resolve, reject) => {
        const socket = new WebSocket(`${town.service.url}${path}`, origin === undefined ? {} : { origin });
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.on('open', () => {
          socket.terminate();
          resolve('open');
        });
        socket.on('error', reject);
      });

    it('lets pages in from the console only, and device services only without an origin', async () => {
      expect(await upgrade('/operator', consoleOrigin)).to.equal('open');
      expect(await upgrade('/device')).to.equal('open');
      for (const [path, origin] of [
        ['/operator', undefined],
        ['/operator', 'http://console.localhost:9.evil.example'],
        ['/operator', 'null'],
        ['/device', consoleOrigin],
        ['/device?grant=x', undefined],
        ['/', undefined],
      ] as const) {
        expect(await upgrade(path, origin), `${path} ${origin}`).to.equal(403);
      }
    });

    it('outlives clients that reset the connection while they are refused', async () => {
      for (let round = 0; round < 20; round += 1) {
        const socket = connectTcp(Number(new URL(town.service.url).port), '127.0.0.1');
        await once(socket, 'connect');
        socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
        socket.resetAndDestroy();
        await once(socket, 'close');
      }
      expect((await http('/live')).status).to.equal(200);
    });

    it('answers live, ready, metrics and verdict keys, and nothing else', async () => {
      expect(await (await http('/live')).json()).to.deep.equal({ live: true });
      expect((await http('/ready')).status).to.equal(200);
      expect(await (await http('/metrics')).text()).to.match(/^videosportello_certificate_visits \d+$/m);
      const { keys } = (await (await http('/verdict-keys')).json()) as { keys: object[] };
      expect(keys[0]).to.include({ kty: 'OKP', crv: 'Ed25519' }).and.not.to.have.property('d');
      expect((await http('/other')).status).to.equal(404);
      expect((await http('/live', { method: 'POST' })).status).to.equal(405);
    });

    it('serves nothing before hello, and takes no second one', async () => {
      const device = await town.device(town.newVisit(), { admitted: false });
      expect(await codeOf(device.read(GIULIA.can))).to.equal('not-authenticated');
      await device.hello();
      expect(await codeOf(device.hello())).to.equal('bad-message');
      const operator = await town.operator(town.newVisit(), { admitted: false });
      expect(await codeOf(operator.prepare())).to.equal('not-authenticated');
      const both = await Promise.all([codeOf(operator.hello()), codeOf(operator.hello())]);
      expect(both).to.have.members(['done', 'bad-message']);
    });

    it('closes on a large message before hello and on a huge one after it', async () => {
      const early = await town.device(town.newVisit(), { admitted: false });
      early.socket.send('x'.repeat(20_000));
      expect(await early.peer.closed).to.equal(4413);
      const late = await town.device(town.newVisit());
      late.socket.send('x'.repeat(1_100_000));
      expect(await late.peer.closed).to.equal(1009);
      const binary = await town.device(town.newVisit());
      binary.socket.send(new Uint8Array(5));
      expect(await binary.peer.closed).to.equal(1003);
      expect((await http('/live')).status).to.equal(200);
    });
  });

  describe('grants', () => {
    const iat = () => Math.floor(Date.now() / 1000);
    it('of a kiosk: refuses foreign, expired, stolen and unknown ones', async () => {
      const thief = await newHolderKey();
      const cases: [string, string, Parameters<CertificateTown['device']>[1]][] = [
        ['for another node', 'grant-foreign', { terms: { nodes: { certificates: nodeId.parse('certificates-2') } } }],
        ['for another service', 'grant-foreign', { terms: { aud: ['sfu'] } }],
        ['expired', 'grant-expired', { terms: { iat: iat() - 90, exp: iat() - 30 } }],
        ['too long', 'grant-invalid', { terms: { exp: iat() + 3600 } }],
        ['stolen', 'grant-foreign', { prover: thief }],
        ['of another kind', 'grant-invalid', { terms: { kind: 'waiting' } }],
        ['of another role', 'grant-foreign', { terms: { role: 'operator' } }],
        ['under another name', 'grant-foreign', { as: 'kiosk-2' }],
        ['of a kiosk nobody enrolled', 'kiosk-unknown', { terms: { kiosk: kioskId.parse('kiosk-9') } }],
      ];
      for (const [what, code, options] of cases) {
        const device = await town.device(town.newVisit(), { ...options, admitted: false });
        expect(await codeOf(device.hello()), what).to.equal(code);
        device.peer.close();
      }
    });

    it('of an operator: the newer fence sends the older away, whose requests are refused and who cannot come back', async () => {
      const visit = town.newVisit();
      const older = await town.operator(visit, { counter: 1, who: 'a' });
      const newer = await town.operator(visit, { counter: 2, who: 'b' });
      await older.peer.closed;
      expect(older.why.value).to.equal('fence-stale');
      const back = await town.operator(visit, { counter: 1, who: 'a', holder: older.holder, admitted: false });
      expect(await codeOf(back.hello())).to.equal('fence-stale');
      const stale = await town.grantFor(visit, newer.holder, town.operatorTerms(1, 'b'));
      expect(await codeOf(newer.peer.request('grant.update', { grant: stale }))).to.equal('fence-stale');
      const fresh = await town.grantFor(visit, newer.holder, town.operatorTerms(3, 'b'));
      expect(await codeOf(newer.peer.request('grant.update', { grant: fresh }))).to.equal('done');
      const elsewhere = await town.grantFor(town.newVisit(), newer.holder, town.operatorTerms(3, 'b'));
      expect(await codeOf(newer.peer.request('grant.update', { grant: elsewhere }))).to.equal('grant-foreign');
    });

    it('hears nothing more from an evicted operator who keeps his socket open', async () => {
      const { visit, operator } = await identified();
      // His page neither answers the close nor stops sending.
      operator.socket.pause();
      await town.operator(visit, { counter: 5, who: 'b' });
      operator.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 900, method: 'holder.judge', params: { matches: false } }));
      const newer = await town.operator(visit, { counter: 6, who: 'c' });
      expect(await codeOf(newer.prepare())).to.equal('done');
      expect(newer.file.value?.evidence.verdict?.answers.holder.answer).to.equal('yes');
      operator.socket.terminate();
    });

    it('of an operator: his second page takes the visit over, and the first is told so', async () => {
      const visit = town.newVisit();
      const first = await town.operator(visit);
      await town.operator(visit);
      await first.peer.closed;
      expect(first.why.value).to.equal('replaced');
    });

    it('lets the kiosk in with the grant from before the operator came', async () => {
      const visit = town.newVisit();
      await town.operator(visit, { counter: 7 });
      const device = await town.device(visit, { terms: { fence: { epoch: 1, counter: 6 } } });
      expect(device.peer.signal.aborted).to.equal(false);
    });

    it('closes a connection when its grant runs out', async () => {
      const device = await town.device(town.newVisit(), { terms: { iat: iat() - 58, exp: iat() + 2 } });
      await device.peer.closed;
      expect(device.why.value).to.equal('grant-expired');
    });

    it('replaces the kiosk’s own older connection', async () => {
      const visit = town.newVisit();
      const first = await town.device(visit);
      const second = await town.device(visit, { card: cardOfGiulia() });
      await first.peer.closed;
      expect(first.why.value).to.equal('replaced');
      expect((await second.read(GIULIA.can)).card.surname).to.equal(GIULIA.surname);
    });
  });

  describe('evidence', () => {
    it('reads and judges a card, and tells kiosk and operator what each may see', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: cardOfGiulia() });
      const operator = await town.operator(visit);
      const { card } = await device.read(GIULIA.can);
      expect(card).to.include({ surname: GIULIA.surname, givenNames: GIULIA.givenNames, specimen: true });
      expect(card.answers.genuine.answer).to.equal('yes');
      expect(device.phases).to.deep.equal(['connecting', 'connecting', 'access-number', 'reading', 'photo', 'checking', 'done']);
      expect(device.released.value).to.equal(1);
      const file = await operator.file.until((seen) => seen?.evidence.phase === 'done');
      expect(file?.evidence.verdict?.person.taxCode).to.deep.equal({ value: GIULIA.taxCode, source: 'chip-signed' });
      expect(file?.evidence.verdict?.answers.holder.answer).to.equal('not-asked');
    });

    it('leaves it to the operator after three wrong numbers', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: cardOfGiulia() });
      const operator = await town.operator(visit);
      expect(await codeOf(device.read('000001'))).to.equal('card-wrong-number');
      expect(await codeOf(device.read('000002'))).to.equal('card-wrong-number');
      expect(await codeOf(device.read('000003'))).to.equal('card-tries-exhausted');
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-tries-exhausted');
      expect(device.released.value).to.equal(3);
      const back = await town.device(visit, { card: cardOfGiulia() });
      expect(await codeOf(back.read(GIULIA.can)), 'after a reconnect').to.equal('card-tries-exhausted');
      const { evidence } = (await operator.file.until((file) => file?.evidence.wrongNumbers === 3)) ?? {};
      expect(evidence).to.deep.include({ phase: 'failed', failure: 'card-tries-exhausted' });
      await operator.peer.request('evidence.allow-retry', {});
      expect(await codeOf(back.read(GIULIA.can))).to.equal('done');
      expect(operator.file.value?.evidence.wrongNumbers).to.equal(0);
    });

    it('says what is wrong with a card that is absent, taken away, or no identity card', async () => {
      const device = await town.device(town.newVisit());
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-absent');
      device.put(cardOfGiulia());
      device.onExchange((count) => void (count === 4 && device.put(undefined)));
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-removed');
      device.onExchange(() => {});
      device.put(new SmallCard(GIULIA.can, town.documents.notACie));
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-unsupported');
      const { 0x0b: _, ...withoutDetails } = town.documents.giulia;
      device.put(new SmallCard(GIULIA.can, { ...withoutDetails, 0x0b: town.documents.anselmo[0x0b] ?? new Uint8Array(0) }));
      expect((await device.read(GIULIA.can)).card.answers.genuine.answer, 'spliced').to.equal('no');
      expect(device.released.value).to.equal(4);
    });

    it('starts anew after the line was lost in the middle of a dialogue', async () => {
      const visit = town.newVisit();
      const operator = await town.operator(visit);
      const device = await town.device(visit, { card: cardOfGiulia() });
      device.onExchange((count) => void (count === 5 && device.socket.terminate()));
      expect(await codeOf(device.read(GIULIA.can))).to.equal('link-lost');
      await operator.file.until((file) => file?.evidence.failure === 'link-lost');
      const back = await town.device(visit, { card: cardOfGiulia() });
      expect(await codeOf(back.read(GIULIA.can))).to.equal('done');
      expect((await operator.file.until((file) => file?.evidence.phase === 'done'))?.evidence.wrongNumbers).to.equal(0);
    });

    it('runs one dialogue at a time, and lets nobody judge or decide meanwhile', async () => {
      const { device, operator } = await identified();
      const held = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      device.onExchange(async (count) => {
        if (count !== 3) return;
        begun.resolve();
        await held.promise;
      });
      const reading = device.read(GIULIA.can);
      await begun.promise;
      expect(await codeOf(device.read(GIULIA.can))).to.equal('visit-state');
      expect(await codeOf(operator.judge(true))).to.equal('visit-state');
      expect(await codeOf(operator.peer.request('evidence.allow-retry', {}))).to.equal('visit-state');
      held.resolve();
      expect(await codeOf(reading)).to.equal('done');
    });
  });

  describe('documents', () => {
    it('need evidence, and an officer who has judged the holder', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: cardOfGiulia() });
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

    it('go from words through the citizen’s answer to one number, and the same number when asked again', async () => {
      const { device, operator } = await identified();
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
      const { visit, device, operator } = await identified();
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
      const { visit, device, operator } = await identified();
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
      const { device, operator } = await identified();
      const { documentId } = await operator.prepare();
      await operator.review(documentId);
      await operator.judge(false);
      expect(await codeOf(operator.issue(documentId))).to.equal('evidence-missing');
      device.put(cardOfAnselmo());
      await device.read(ANSELMO.can);
      await operator.judge(true);
      expect(await codeOf(operator.issue(documentId))).to.equal('evidence-missing');
      const second = await operator.prepare();
      expect(JSON.stringify(second.review)).to.include(ANSELMO.taxCode);
    });

    it('make room for new ones when there are many', async () => {
      const { visit, operator } = await identified();
      const { documentId: first } = await operator.prepare();
      for (let index = 0; index < 20; index += 1) await operator.prepare();
      expect(await codeOf(operator.review(first))).to.equal('document-unknown');
      const again = await town.operator(visit);
      expect(again.file.value?.documents).to.have.length(20);
    });

    it('of another visit are nobody’s here', async () => {
      const { documentId } = await issued();
      const other = await identified();
      expect(await codeOf(other.operator.reprint(documentId))).to.equal('document-unknown');
      expect(await codeOf(other.device.peer.request('paper.fetch', { documentId, offset: 0 }))).to.equal('document-unknown');
      expect(await codeOf(other.device.report(documentId, 'printed'))).to.equal('document-unknown');
    });
  });

  describe('papers', () => {
    it('are followed into the register, a repeated report changing nothing', async () => {
      const { device, operator, documentId } = await issued();
      for (const state of ['fetched', 'spooled', 'spooled', 'printing', 'needs-attention', 'printing', 'printed', 'printed', 'taken', 'taken'] as const) {
        await device.report(documentId, state, state === 'needs-attention' ? 'media-empty' : undefined);
      }
      await operator.untilState(documentId, 'taken');
      expect(await printStateOf(documentId)).to.equal('taken');
    });

    it('take no report out of order, and none that is not the kiosk’s to make', async () => {
      const { device, operator, documentId } = await issued();
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
      const { device, documentId } = await issued();
      await Promise.all([device.report(documentId, 'printed'), device.report(documentId, 'taken')]);
      expect(await printStateOf(documentId)).to.equal('taken');
    });

    it('print again only after the spoiled sheet is on record, under the next attempt', async () => {
      const { device, operator, documentId } = await issued();
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

    it('ask for no spoiled sheet when nothing reached the printer', async () => {
      const { device, operator, documentId } = await issued();
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
      const { visit, device, operator } = await identified();
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
      const parts = await issued();
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
      const { visit, device, operator, documentId } = await issued();
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
      const parts = await identified();
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
      await issued();
      expect((await town.register.release(documentId)).printState).to.equal('issued');
      expect(town.papers[papers]?.every((byte) => byte === 0)).to.equal(true);
    });

    it('is also heard from the stream of steps, which the register takes in once', async () => {
      const parts = await identified();
      const events = [step(parts.visit, 'opened'), step(parts.visit, 'ended')];
      const { rows } = await town.register.verify();
      expect(await town.node().request('events.take', { events })).to.deep.equal({ lastId: events[1]?.id });
      await closedWith(parts, 'visit-ended');
      expect(await town.node().request('events.take', { events })).to.deep.equal({ lastId: events[1]?.id });
      expect(await town.register.verify()).to.deep.include({ rows: rows + 2, faults: [] });
    });

    it('comes with the revocation of the kiosk, which cannot come back with the grant it holds', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { kiosk: 'kiosk-2', card: cardOfGiulia() });
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

  let stepNumber = 0;
  const step = (visit: ReturnType<CertificateTown['newVisit']>, kind: 'opened' | 'ended' | 'wrapped-up') => {
    stepNumber += 1;
    return { id: `${Date.now()}-${stepNumber}`, at: Date.now(), visitId: visit, kioskId: kioskId.parse('kiosk-1'), kind, fence: { epoch: 1, counter: 1 } };
  };

  describe('all the while', () => {
    it('comes back to queue-service by itself, saying what its register has', async () => {
      const { visit } = await identified();
      await town.node().request('events.take', { events: [step(visit, 'opened')] });
      const last = await town.register.lastVisitEvent();
      const hellos = town.queue.hellos.length;
      town.node().close();
      await town.queue.node.until((node) => node === undefined);
      await town.queue.node.until((node) => node !== undefined);
      expect(town.queue.hellos).to.have.length(hellos + 1);
      expect(town.queue.hellos.at(-1)).to.deep.equal({ nodeId: 'certificates-1', eventsAfter: last });
      expect((await http('/ready')).status).to.equal(200);
    });

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
