import { createHash } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { documentId, newId, reviewId, visitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey, verifyProof } from '@videosportello/protocol/keys.ts';
import type { Review } from '@videosportello/protocol/messages/document.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { startKiosk } from '../test/kiosk.ts';
import type { Kiosk } from '../test/kiosk.ts';

describe('device service', function () {
  this.timeout(20_000);
  let kiosk: Kiosk;
  beforeEach(async () => {
    kiosk = await startKiosk();
  });
  afterEach(() => kiosk.close());

  const dialogue = '00A4040C07A0000002471001';
  const newDialogue = () => `g_${'0'.repeat(23)}1` as never;

  /** A visit opened by a page, with the certificate node's end of its link. */
  async function openVisit() {
    const page = await kiosk.page();
    const visit = newId(visitId, 'v');
    await page.openVisit(visit);
    const link = await kiosk.node.link();
    await page.status.until((status) => status?.certificates === 'open');
    return { page, visit, link };
  }
  /** The same, with a card on the reader and the page waiting for its reading. */
  async function reading() {
    const parts = await openVisit();
    kiosk.reader.put();
    const finish = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    kiosk.node.onEvidence(async () => {
      begun.resolve();
      await finish.promise;
    });
    const read = codeOf(parts.page.read(parts.visit));
    await begun.promise;
    return { ...parts, read, finish };
  }
  const aReview = (): Review => ({ reviewId: newId(reviewId, 'r'), title: 'Certificato', lines: [{ label: 'Nome', value: 'Bianca' }], wording: [], specimen: true });
  const paper = Buffer.from('%PDF-1.7 of an invented person '.repeat(9000));
  const anOffer = (attempt = 1, id = newId(documentId, 'd')) => ({
    documentId: id,
    attempt,
    sha256: createHash('sha256').update(paper).digest('hex'),
    bytes: paper.length,
  });

  describe('to pages', () => {
    const upgrade = (path: string, headers: Record<string, string>) =>
      new Promise<number | 'open'>((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${kiosk.port}${path}`, { headers });
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.on('open', () => {
          socket.terminate();
          resolve('open');
        });
        socket.on('error', reject);
      });

    it('opens a socket for its own origin under its own name only', async () => {
      const { host, origin, port } = kiosk;
      expect(await upgrade('/device', { host, origin })).to.equal('open');
      for (const [path, headers] of [
        ['/device', { host }],
        ['/device', { host, origin: 'http://evil.example' }],
        ['/device', { host, origin: 'null' }],
        ['/device', { host: 'evil.example', origin: 'http://evil.example' }],
        ['/device', { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` }],
        ['/other', { host, origin }],
      ] as const) {
        expect(await upgrade(path, headers), JSON.stringify(headers)).to.equal(403);
      }
    });

    it('takes nothing without the token, and sends away who has a wrong one', async () => {
      const page = await kiosk.page({ admitted: false });
      expect(await codeOf(page.command('Common.Status', {}))).to.equal('not-authenticated');
      expect(await codeOf(page.command('Videosportello.Hello', { token: 'x'.repeat(43) }))).to.equal('not-authenticated');
      await page.closed;
      const chatty = await kiosk.page({ admitted: false });
      for (let index = 0; index < 4; index += 1) void codeOf(chatty.command('Common.Status', {}));
      expect(await chatty.closeCode).to.equal(4413);
    });

    it('outlives huge messages, binary ones, and connections reset while they are refused', async () => {
      const huge = await kiosk.page();
      huge.socket.send('x'.repeat(70_000));
      expect(await huge.closeCode).to.equal(1009);
      const binary = await kiosk.page();
      binary.socket.send(new Uint8Array(3));
      expect(await binary.closeCode).to.equal(1003);
      for (let round = 0; round < 20; round += 1) {
        const socket = connectTcp(kiosk.port, '127.0.0.1');
        await once(socket, 'connect');
        socket.write('GET /x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
        socket.resetAndDestroy();
        await once(socket, 'close');
      }
      await kiosk.page();
    });

    it('serves one at a time: a second page replaces the first', async () => {
      const first = await kiosk.page();
      const second = await kiosk.page();
      expect(await first.closeCode).to.equal(4000);
      kiosk.reader.put();
      await second.heard.until((names) => names.includes('CardReader.MediaInsertedEvent'));
      kiosk.reader.take();
      await second.heard.until((names) => names.includes('CardReader.MediaRemovedEvent'));
      expect(first.heard.value).not.to.include('CardReader.MediaInsertedEvent');
    });

    it('proves the kiosk for the page’s own key', async () => {
      const page = await kiosk.page();
      const { publicKey: sessionKey } = await newHolderKey();
      const input = { nonce: 'n'.repeat(32), audience: 'queue', sessionKey } as const;
      const { proof = '' } = await page.command('Videosportello.ProveKiosk', input);
      expect(await verifyProof(proof, input)).to.deep.equal(kiosk.enrolledKey());
      // Such a proof opens nothing at a certificate node, where the kiosk's key alone must sign.
      expect(await codeOf(verifyProof(proof, { nonce: input.nonce, audience: 'queue' }))).to.equal('proof-invalid');
    });

    it('tells a page of its end that it may come back', async () => {
      const page = await kiosk.page();
      await kiosk.service.close();
      expect(await page.closeCode).to.be.oneOf([1001, 1006]);
    });
  });

  describe('a visit', () => {
    it('is taken to the certificate node under the kiosk’s key, and renewed there', async () => {
      const { page, visit, link } = await openVisit();
      expect(kiosk.node.grants).to.deep.equal(['grant-1']);
      await page.openVisit(visit, 'grant-2');
      expect(kiosk.node.grants).to.deep.equal(['grant-1', 'grant-2']);
      expect(kiosk.node.links()).to.equal(1);
      // After a cut the newest is shown.
      link.cut();
      await page.status.until((status) => status?.certificates === 'lost');
      await page.status.until((status) => status?.certificates === 'open');
      expect(kiosk.node.grants.at(-1)).to.equal('grant-2');
      await kiosk.node.link();
    });

    it('stops asking a node that says the visit is over, and asks again with the next grant', async () => {
      const { page, visit, link } = await openVisit();
      link.peer.notify('visit.closed', { why: 'visit-ended' });
      await page.status.until((status) => status?.certificates === 'lost');
      expect(kiosk.node.grants).to.have.length(1);
      await page.openVisit(visit, 'grant-2');
      await page.status.until((status) => status?.certificates === 'open');
      expect(kiosk.node.grants).to.deep.equal(['grant-1', 'grant-2']);
    });

    it('moves with its address to another node', async () => {
      const { page, visit, link } = await openVisit();
      await page.openVisit(visit, 'grant-2', `${kiosk.node.url}?second`);
      await link.peer.closed;
      await page.status.until((status) => status?.certificates === 'open');
      expect(kiosk.node.grants).to.deep.equal(['grant-1', 'grant-2']);
    });

    it('shows a reloaded page the review that is open, and takes its answer', async () => {
      const { visit, link } = await openVisit();
      const review = aReview();
      const answer = link.peer.request('review.present', { review });
      const reloaded = await kiosk.page();
      await reloaded.openVisit(visit, 'grant-2');
      expect((await reloaded.reviews.until((reviews) => reviews.length === 1))[0]).to.deep.equal(review);
      await reloaded.command('Videosportello.AnswerReview', { reviewId: review.reviewId, agreed: true });
      expect(await answer).to.deep.equal({ reviewId: review.reviewId, agreed: true });
      expect(await codeOf(reloaded.command('Videosportello.AnswerReview', { reviewId: review.reviewId, agreed: true }))).to.equal('document-unknown');
      await reloaded.heard.until((names) => names.includes('Videosportello.ReviewWithdrawnEvent'));
    });

    it('withdraws a review whose node has gone', async () => {
      const { page, link } = await openVisit();
      void codeOf(link.peer.request('review.present', { review: aReview() }));
      await page.reviews.until((reviews) => reviews.length === 1);
      link.cut();
      await page.heard.until((names) => names.includes('Videosportello.ReviewWithdrawnEvent'));
    });

    it('ends with CloseVisit: the dialogue, the reviews, the link; and says what was left behind', async () => {
      const { page, visit, link, read } = await reading();
      await link.peer.request('card.connect', { dialogueId: newDialogue(), dialogue: 'emrtd-read' });
      const declined = link.peer.request('review.present', { review: aReview() });
      await page.reviews.until((reviews) => reviews.length === 1);
      expect(await page.command('Videosportello.CloseVisit', { visitId: visit })).to.deep.equal({
        cardStillPresent: true,
        sheetStillInScanner: false,
      });
      expect(kiosk.reader.powered()).to.equal(false);
      expect((await declined).agreed).to.equal(false);
      await link.peer.closed;
      expect(await read).to.equal('link-lost');
      expect(await codeOf(page.read(visit))).to.equal('visit-unknown');
      await page.status.until((status) => status?.certificates === 'none');
    });

    it('gives way to the next one without waiting for its paper, of which the next page hears nothing', async () => {
      const { page, link } = await openVisit();
      const held = kiosk.printer.hold();
      kiosk.node.onFetch((offset) => paper.subarray(offset, offset + 100_000));
      const offer = anOffer();
      await link.peer.request('paper.offer', offer);
      await kiosk.node.outcomes.until((states) => states.includes('spooled'));
      const next = newId(visitId, 'v');
      await page.openVisit(next, 'grant-of-next');
      await kiosk.node.link();
      expect((await page.command('Common.Status', {})).status?.printer).not.to.have.property('job');
      const news = page.papers.value.length;
      held.resolve();
      await kiosk.node.outcomes.until((states) => states.includes('printed'));
      await link.peer.closed;
      expect(page.papers.value).to.have.length(news);
    });
  });

  describe('the card', () => {
    it('is open to the server only while the citizen’s reading runs', async () => {
      const { link } = await openVisit();
      kiosk.reader.put();
      expect(await codeOf(link.peer.request('card.connect', { dialogueId: newDialogue(), dialogue: 'emrtd-read' }))).to.equal('visit-state');
      expect(kiosk.reader.log).to.deep.equal([]);
    });

    it('runs what is on the list, stops at the first refusal of the card, and is off when the reading ends', async () => {
      const { page, visit, link, read, finish } = await reading();
      const dialogueId = newDialogue();
      expect(await link.peer.request('card.connect', { dialogueId, dialogue: 'emrtd-read' })).to.deep.equal({ atr: '3b8000' });
      kiosk.reader.answers(['9000', '6982']);
      const { responses } = await link.peer.request('card.exchange', { dialogueId, commands: [dialogue, '00B0810010', '00B0820010'], deadlineMs: 5_000 });
      expect(responses).to.deep.equal(['9000', '6982']);
      expect(await codeOf(page.read(visit)), 'a second reading').to.equal('visit-state');
      expect(kiosk.reader.powered()).to.equal(true);
      finish.resolve();
      expect(await read).to.equal('done');
      expect(kiosk.reader.powered()).to.equal(false);
      expect(await codeOf(link.peer.request('card.exchange', { dialogueId, commands: [dialogue], deadlineMs: 5_000 }))).to.equal('card-removed');
    });

    for (const [name, command] of [
      ['VERIFY', '002000810831323334353637 38'],
      ['CHANGE REFERENCE DATA', '00240081083132333435363738'],
      ['RESET RETRY COUNTER', '002C0381'],
      ['UPDATE BINARY', '00D60000010A'],
      ['UPDATE BINARY under secure messaging', '0CD600000D8701018E08000000000000000000'],
      ['a signature', '002A9E9A0100'],
      ['PACE with the PIN', '0022C1A40F800A04007F00070202040101830103'],
    ] as const) {
      it(`never gets ${name}: nothing of the batch reaches it, and it is powered off`, async () => {
        const { link } = await reading();
        const dialogueId = newDialogue();
        await link.peer.request('card.connect', { dialogueId, dialogue: 'emrtd-read' });
        const commands = [dialogue, command.replaceAll(' ', '')];
        expect(await codeOf(link.peer.request('card.exchange', { dialogueId, commands, deadlineMs: 5_000 }))).to.equal('instruction-refused');
        expect(kiosk.reader.log).to.deep.equal([]);
        expect(kiosk.reader.powered()).to.equal(false);
        expect(kiosk.log()).to.include('card instruction refused');
      });
    }

    it('is let go of when it was released while it was still being powered up', async () => {
      const { link } = await reading();
      const powering = kiosk.reader.hold();
      const dialogueId = newDialogue();
      const connecting = codeOf(link.peer.request('card.connect', { dialogueId, dialogue: 'emrtd-read' }));
      await powering.begun;
      await link.peer.request('card.release', { dialogueId });
      powering.release();
      expect(await connecting).to.equal('aborted');
      expect(kiosk.reader.powered()).to.equal(false);
    });

    it('is let go of when the page goes away in the middle', async () => {
      const gone = await reading();
      await gone.link.peer.request('card.connect', { dialogueId: newDialogue(), dialogue: 'emrtd-read' });
      gone.page.socket.terminate();
      await kiosk.reader.untilOff();
      kiosk.node.onEvidence(async () => {});
      const page = await kiosk.page();
      await page.openVisit(gone.visit, 'grant-2');
      expect(await codeOf(page.read(gone.visit)), 'the next page may read').to.equal('done');
    });

    it('is let go of when the line to the node is lost', async () => {
      const { link, read } = await reading();
      await link.peer.request('card.connect', { dialogueId: newDialogue(), dialogue: 'emrtd-read' });
      link.cut();
      expect(await read).to.equal('link-lost');
      await kiosk.reader.untilOff();
    });
  });

  describe('a paper', () => {
    it('is fetched in pieces, printed once, reported step by step, and taken', async () => {
      const { page, link } = await openVisit();
      kiosk.node.onFetch((offset) => paper.subarray(offset, offset + 100_000));
      const offer = anOffer();
      await link.peer.request('paper.offer', offer);
      await link.peer.request('paper.offer', offer);
      await kiosk.node.outcomes.until((states) => states.includes('printed'));
      expect(kiosk.node.outcomes.value).to.deep.equal(['fetched', 'spooled', 'printed']);
      expect(kiosk.printer.jobs).to.deep.equal([{ name: `${offer.documentId}.1`, sha256: offer.sha256 }]);
      expect(kiosk.printer.given.every((pdf) => pdf.every((byte) => byte === 0)), 'wiped').to.equal(true);
      await page.command('Videosportello.PaperTaken', { documentId: offer.documentId });
      expect(kiosk.node.outcomes.value.at(-1)).to.equal('taken');
      const { status } = await page.command('Common.Status', {});
      expect(status?.printer.job).to.deep.equal({ documentId: offer.documentId, state: 'taken' });
    });

    it('that jams is cancelled before its next attempt prints, and nothing more is said of the first sheet', async () => {
      const { link } = await openVisit();
      kiosk.node.onFetch((offset) => paper.subarray(offset, offset + 100_000));
      const offer = anOffer();
      kiosk.printer.hold('media-jam');
      await link.peer.request('paper.offer', offer);
      await kiosk.node.outcomes.until((states) => states.includes('needs-attention'));
      expect(await codeOf(link.peer.request('paper.offer', anOffer())), 'another document').to.equal('paper-busy');
      await link.peer.request('paper.offer', anOffer(2, offer.documentId));
      await kiosk.node.outcomes.until((states) => states.includes('printed'));
      expect(kiosk.node.outcomes.value).to.deep.equal(['fetched', 'spooled', 'needs-attention', 'fetched', 'spooled', 'printed']);
      expect(kiosk.node.attempts).to.deep.equal([1, 1, 1, 2, 2, 2]);
      expect(kiosk.printer.jobs.map(({ name }) => name)).to.deep.equal([`${offer.documentId}.1`, `${offer.documentId}.2`]);
    });

    it('whose end nobody knows is the citizen’s to take once the operator has seen it', async () => {
      const { page, link } = await openVisit();
      kiosk.node.onFetch((offset) => paper.subarray(offset, offset + 100_000));
      const offer = anOffer();
      kiosk.printer.hold().resolve('uncertain');
      await link.peer.request('paper.offer', offer);
      await kiosk.node.outcomes.until((states) => states.includes('uncertain'));
      expect(await codeOf(page.command('Videosportello.PaperTaken', { documentId: offer.documentId }))).to.equal('document-unknown');
      link.peer.notify('paper.confirmed', { documentId: offer.documentId, attempt: 1 });
      await page.papers.until((states) => states.includes('printed'));
      await page.command('Videosportello.PaperTaken', { documentId: offer.documentId });
      expect(kiosk.node.outcomes.value.slice(-3)).to.deep.equal(['uncertain', 'printed', 'taken']);
      expect(kiosk.printer.jobs).to.have.length(1);
    });
  });

  it('writes nothing personal on its log, and the visit on every line of one', async () => {
    const { page, visit, link, finish, read } = await reading();
    void codeOf(link.peer.request('review.present', { review: aReview() }));
    await page.reviews.until((reviews) => reviews.length === 1);
    finish.resolve();
    await read;
    await page.command('Videosportello.CloseVisit', { visitId: visit });
    await link.peer.closed;
    for (const secret of ['Bianca', '123456', 'grant-1', 'device-token']) expect(kiosk.log()).not.to.include(secret);
    const lines = kiosk.log().trim().split('\n').map((line) => JSON.parse(line) as { msg: string; visitId?: string });
    const ofVisit = lines.filter(({ msg }) => ['visit opened', 'certificate link', 'visit closed and wiped'].includes(msg));
    expect(ofVisit.length).to.be.greaterThan(3);
    expect(ofVisit.every((line) => line.visitId === visit)).to.equal(true);
  });
});
