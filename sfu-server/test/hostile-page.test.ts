import { expect } from 'chai';
import { relayPace, socketPace, TOO_FAST_CODE } from '../src/channel/message-pace.ts';
import { wishOf } from '../testing/grant-authority.ts';
import { newVisit, sentParameters, startMediaNode } from './media-node.ts';
import type { MediaNode } from './media-node.ts';
import { codeOf, line } from './room-fixture.ts';

/** Time that does not pass: what is sent is sent at once. */
const steadyMs = () => 0;

describe('a hostile page with a valid grant', function () {
  this.timeout(15_000);
  let node: MediaNode;
  before(async () => {
    node = await startMediaNode();
  });
  after(() => node[Symbol.asyncDispose]());

  const { camera } = sentParameters;
  const [vp8, rtx] = camera.codecs;
  const malformed: [string, object][] = [
    ['thousands of streams', { encodings: Array.from({ length: 5_000 }, (_, index) => ({ ssrc: index + 1 })) }],
    ['hundreds of header extensions', { headerExtensions: Array.from({ length: 500 }, () => ({ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 })) }],
    ['a header extension’s id beyond its byte', { headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 70_000 }] }],
    ['a source number beyond 32 bits', { encodings: [{ ssrc: 2 ** 40 }] }],
    ['half a source number', { encodings: [{ ssrc: 0.5 }] }],
    ['a clock that stands still', { codecs: [vp8, { ...rtx, clockRate: 0 }] }],
    ['a clock that runs backwards', { codecs: [{ ...vp8, clockRate: -90_000 }] }],
    ['layers without number', { encodings: [{ ssrc: 1, scalabilityMode: 'L999999999T999999999' }] }],
    ['a MID as long as a book', { mid: 'm'.repeat(60_000) }],
    ['a name as long as a book', { rtcp: { cname: 'n'.repeat(60_000) } }],
    ['codecs of nothing', { codecs: [{ mimeType: 'video/nothing', payloadType: 96, clockRate: 90_000 }] }],
    ['retransmission of nothing', { codecs: [{ ...rtx, parameters: { apt: 5 } }] }],
  ];
  for (const [what, change] of malformed) {
    it(`is refused ${what}, and the worker lives on`, async () => {
      const pids = node.pool.pids;
      const page = await node.open(wishOf(newVisit(), 'kiosk', 'room'));
      const rtpParameters = { ...structuredClone(camera), codecs: [...camera.codecs], ...change };
      expect(await codeOf(page.peer.request('producer.create', { kind: 'video', source: 'camera', rtpParameters, paused: false }))).to.equal('bad-params');
      await page.produce('camera');
      expect(node.pool.pids).to.deep.equal(pids);
      page.peer.close();
    });
  }

  it('has one producer of each source, however often it asks for more', async () => {
    const page = await node.open(wishOf(newVisit(), 'kiosk', 'waiting'));
    const create = (ssrc: number) => {
      const { codecs, ...rest } = structuredClone(camera);
      return page.peer.request('producer.create', { kind: 'video', source: 'camera', rtpParameters: { ...rest, codecs: [...codecs], encodings: [{ ssrc }] }, paused: false });
    };
    const made = await Promise.all(Array.from({ length: 100 }, (_, index) => create(1_000 + index)));
    expect(new Set(made.map(({ producerId }) => producerId)).size).to.equal(100);
    expect((await node.inventory()).producerIds).to.deep.equal([made.at(-1)?.producerId]);
    page.peer.close();
  });

  it('is put out when it sends without pause', async () => {
    const page = await node.open(wishOf(newVisit(), 'kiosk', 'waiting'), { steadyMs });
    const storm = Array.from({ length: socketPace.burst }, () => codeOf(page.peer.request('transport.restart-ice', { transportId: page.hello.send.id })));
    expect(await page.closedWhy).to.equal(`closed ${TOO_FAST_CODE}`);
    expect(await Promise.all(storm)).to.include('link-lost');
  });

  it('cannot bury the other side in messages, nor bring it over its own bound by the answers it owes', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'), { steadyMs });
    const operator = await node.open(wishOf(visit, 'operator', 'room'), { steadyMs });
    const sent = await Promise.all(Array.from({ length: relayPace.burst + 20 }, () => codeOf(kiosk.peer.request('message.send', { message: line('!') }))));
    expect(sent.filter((code) => code === 'no error')).to.have.length(relayPace.burst);
    expect(sent.filter((code) => code === 'too-much')).to.have.length(20);
    await operator.ready();
    kiosk.peer.close();
    operator.peer.close();
  });

  it('holds the right it showed last, in whatever order rights were verified', async () => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'waiting'));
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    await Promise.all([kiosk.ready(), operator.ready(), kiosk.produce('camera')]);
    const kinds = ['room', 'waiting', 'room', 'waiting', 'room', 'waiting'] as const;
    // Signed before the first is sent: signing ends in no certain order, and it is the order of showing that counts.
    const grants = await Promise.all(kinds.map((kind) => node.authority.sign(kiosk.key.publicKey, wishOf(visit, 'kiosk', kind))));
    await Promise.all(grants.map((grant) => kiosk.peer.request('grant.update', { grant })));
    expect(await codeOf(kiosk.peer.request('message.send', { message: line('hello') }))).to.equal('visit-state');
    expect((await node.inventory()).consumerIds).to.deep.equal([]);
    kiosk.peer.close();
    operator.peer.close();
  });
});
