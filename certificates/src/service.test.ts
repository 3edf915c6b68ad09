import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { kioskId, nodeId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { consoleOrigin, GIULIA, startCertificateTown } from '../test/certificate-town.ts';
import type { CertificateTown } from '../test/certificate-town.ts';
import { SmallCard } from '../test/small-card.ts';
import { cardOfGiulia, identified, step } from '../test/visits.ts';

describe('certificate service', function () {
  this.timeout(30_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

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

    it('has the door to originals open, and tells nothing of a code that opens none', async () => {
      expect(await (await http('/o/')).text()).to.contain('Comune di Valfiorita').and.to.contain('Codice di accesso');
      expect((await http('/o/MNPQRSTUVWXY', { method: 'POST' })).status).to.equal(404);
      expect(town.log()).to.contain('"outcome":"not-found"').and.not.to.contain('MNPQRSTUVWXY');
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
      const { visit, operator } = await identified(town);
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
      const second = await town.device(visit, { card: cardOfGiulia(town) });
      await first.peer.closed;
      expect(first.why.value).to.equal('replaced');
      expect((await second.read(GIULIA.can)).card.surname).to.equal(GIULIA.surname);
    });
  });

  describe('evidence', () => {
    it('reads and judges a card, and tells kiosk and operator what each may see', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: cardOfGiulia(town) });
      const operator = await town.operator(visit);
      const { card } = await device.read(GIULIA.can);
      expect(card).to.include({ surname: GIULIA.surname, givenNames: GIULIA.givenNames, specimen: true });
      expect(card.answers.genuine.answer).to.equal('yes');
      expect(device.phases).to.deep.equal(['connecting', 'connecting', 'access-number', 'reading', 'photo', 'checking', 'done']);
      // The second dialogue asked the national application, which this card has not.
      expect(device.released.value).to.equal(2);
      const file = await operator.file.until((seen) => seen?.evidence.phase === 'done');
      expect(file?.evidence.verdict?.person.taxCode).to.deep.equal({ value: GIULIA.taxCode, source: 'chip-signed' });
      expect(file?.evidence.verdict?.answers.holder.answer).to.equal('not-asked');
    });

    it('leaves it to the operator after three wrong numbers', async () => {
      const visit = town.newVisit();
      const device = await town.device(visit, { card: cardOfGiulia(town) });
      const operator = await town.operator(visit);
      expect(await codeOf(device.read('000001'))).to.equal('card-wrong-number');
      expect(await codeOf(device.read('000002'))).to.equal('card-wrong-number');
      expect(await codeOf(device.read('000003'))).to.equal('card-tries-exhausted');
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-tries-exhausted');
      expect(device.released.value).to.equal(3);
      const back = await town.device(visit, { card: cardOfGiulia(town) });
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
      device.put(cardOfGiulia(town));
      device.onExchange((count) => void (count === 4 && device.put(undefined)));
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-removed');
      device.onExchange(() => {});
      device.put(new SmallCard(GIULIA.can, town.documents.notACie));
      expect(await codeOf(device.read(GIULIA.can))).to.equal('card-unsupported');
      const { 0x0b: _, ...withoutDetails } = town.documents.giulia;
      device.put(new SmallCard(GIULIA.can, { ...withoutDetails, 0x0b: town.documents.anselmo[0x0b] ?? new Uint8Array(0) }));
      expect((await device.read(GIULIA.can)).card.answers.genuine.answer, 'spliced').to.equal('no');
      expect(device.released.value).to.equal(5);
    });

    it('starts anew after the line was lost in the middle of a dialogue', async () => {
      const visit = town.newVisit();
      const operator = await town.operator(visit);
      const device = await town.device(visit, { card: cardOfGiulia(town) });
      device.onExchange((count) => void (count === 5 && device.socket.terminate()));
      expect(await codeOf(device.read(GIULIA.can))).to.equal('link-lost');
      await operator.file.until((file) => file?.evidence.failure === 'link-lost');
      const back = await town.device(visit, { card: cardOfGiulia(town) });
      expect(await codeOf(back.read(GIULIA.can))).to.equal('done');
      expect((await operator.file.until((file) => file?.evidence.phase === 'done'))?.evidence.wrongNumbers).to.equal(0);
    });

    it('runs one dialogue at a time, and lets nobody judge or decide meanwhile', async () => {
      const { device, operator } = await identified(town);
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

  describe('all the while', () => {
    it('comes back to queue-service by itself, saying what its register has', async () => {
      const { visit } = await identified(town);
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
  });
});
