import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import { operatorCertificates } from '@videosportello/protocol/contract/operator-certificates.ts';
import type { VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';
import { scanId, visitId } from '@videosportello/protocol/ids.ts';
import { newHolderKey } from '@videosportello/protocol/keys.ts';
import type { ScanView } from '@videosportello/protocol/messages/scan.ts';
import { acceptPeer } from '@videosportello/protocol/rpc/accept.ts';
import type { Peer } from '@videosportello/protocol/rpc/peer.ts';
import { webSocketTransport } from '@videosportello/protocol/rpc/transport.ts';
import { systemTimers } from '@videosportello/queue-service/client/renewal.ts';
import { until } from '@videosportello/queue-service/testing/town-fixture.ts';
import { callWithoutMedia } from './call-without-media.ts';
import { createVisitWork } from './visit-work.ts';

const bytes = Buffer.from('a page that was scanned');
const scanOf = (digit: string, side: ScanView['side']): ScanView => ({
  scanId: scanId.parse(`s_${digit.repeat(24)}`),
  side,
  mediaType: 'image/png',
  bytes: bytes.length,
  width: 1,
  height: 1,
  at: 0,
});

/** A certificate node with two scanned pages; discarding one takes it off the file. */
async function certificateNode() {
  const scans = new Map([scanOf('1', 'front'), scanOf('2', 'back')].map((scan) => [scan.scanId, scan]));
  const file = (): VisitFile => ({
    evidence: { phase: 'waiting-for-card', wrongNumbers: 0 },
    documents: [],
    scans: [...scans.values()],
  });
  const unused = () => {
    throw new Error('not asked for in this test');
  };
  let peer: Peer<typeof operatorCertificates.server> | undefined;
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) =>
    acceptPeer({
      contract: operatorCertificates,
      transport: webSocketTransport(socket),
      nowMs: 0,
      nonceBytes: new Uint8Array(24).fill(7),
      serve: ({ peer: mine }) => ({
        requests: {
          hello: () => {
            peer = mine;
            mine.admit();
            return { file: file(), choices: { types: [], exemptions: [], dutyEuro: '16.00', virtualDuty: false } };
          },
          'grant.update': () => ({}),
          'evidence.allow-retry': unused,
          'holder.judge': unused,
          'check.begin': unused,
          'check.answer': unused,
          'check.conclude': unused,
          'check.second-opinion': unused,
          'scan.fetch': ({ offset }) => ({ base64: bytes.subarray(offset).toString('base64'), total: bytes.length }),
          'scan.discard': ({ scanId: id }) => {
            scans.delete(id);
            mine.notify('file.changed', file());
            return {};
          },
          'document.prepare': unused,
          'case.collect': unused,
          'document.review': unused,
          'document.issue': unused,
          'document.reprint': unused,
          'document.settle': unused,
        },
        notifications: {},
      }),
    }),
  );
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    endVisit: () => peer?.notify('visit.closed', { why: 'visit-ended' }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the work of a visit', () => {
  /** A visit in hand whose two scanned pages are on screen. */
  async function withPages(url: string) {
    const kept = new Map<string, Blob>();
    const id = visitId.parse(`v_${'1'.repeat(24)}`);
    const work = createVisitWork(id, 0, {
      sessionKey: await newHolderKey(),
      createCall: (options) => callWithoutMedia(options).controller,
      makeSocket: (to) => new WebSocket(to),
      sendByQueue: () => Promise.reject(new Error('not asked for in this test')),
      renewGrant: () => undefined,
      isInFront: () => true,
      pictures: {
        keep: (content) => {
          const address = `blob:page-${kept.size}`;
          kept.set(address, content);
          return address;
        },
        release: (address) => void kept.delete(address),
      },
      timers: systemTimers,
      now: () => 0,
    });
    work.hold({ visitId: id, media: { url: 'ws://media.example', grant: 'a', expiresAt: 0 }, certificatesUrl: url });
    await until(work, ({ scans }) => scans.length === 2 && scans.every((scan) => scan.url !== undefined));
    return { work, kept };
  }

  it('shows the pages the citizen has scanned, and no more one that is discarded', async () => {
    await using node = await certificateNode();
    const { work, kept } = await withPages(node.url);
    const [content] = kept.values();
    expect(await content?.text()).to.equal('a page that was scanned');
    const first = scanOf('1', 'front').scanId;
    expect(await work.ask('identity', (client) => client.discardScan(first))).to.equal(true);
    const { scans } = await until(work, (state) => state.scans.length === 1);
    expect([scans[0]?.scan.side, [...kept.keys()]]).to.deep.equal(['back', [scans[0]?.url]]);
    work.close();
    expect(kept.size).to.equal(0);
  });

  it('keeps no page of a visit that is over', async () => {
    await using node = await certificateNode();
    const { work, kept } = await withPages(node.url);
    node.endVisit();
    await until(work, ({ certificates }) => certificates?.ended === 'visit-ended');
    expect([work.state.scans, kept.size]).to.deep.equal([[], 0]);
    work.close();
  });
});
