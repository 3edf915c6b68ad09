import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { peerSfu } from '@videosportello/protocol/contract/peer-sfu.ts';
import { newHolderKey, signProof } from '@videosportello/protocol/keys.ts';
import { connect, openSocket } from '@videosportello/protocol/rpc/connection.ts';
import { createLogger } from '../src/events.ts';
import { STRANGERS_MAX } from '../src/service.ts';
import { wishOf } from '../testing/grant-authority.ts';
import { startSfu } from '../testing/start-sfu.ts';
import type { RunningSfu } from '../testing/start-sfu.ts';
import { newVisit } from './media-node.ts';

const origin = 'http://kiosk.localhost:8080';

describe('the media server', function () {
  this.timeout(15_000);
  let sfu: RunningSfu;
  before(async () => {
    sfu = await startSfu();
  });
  after(() => sfu.close());

  const page = async () => {
    const key = await newHolderKey();
    const why = Promise.withResolvers<string>();
    const { peer, welcome } = await connect({
      contract: peerSfu,
      open: (signal) => openSocket(() => new WebSocket(sfu.roomUrl, { origin }), { signal }),
      signal: AbortSignal.timeout(5_000),
      requests: { 'consumer.create': () => ({}), 'message.deliver': ({ message }) => ({ messageId: message.messageId, outcome: 'done' as const }) },
      notifications: {
        'consumer.closed': () => undefined,
        'consumer.paused': () => undefined,
        'consumer.resumed': () => undefined,
        'peer.joined': () => undefined,
        'peer.left': () => undefined,
        'room.closed': (closed) => why.resolve(closed.why),
      },
    });
    const visit = newVisit();
    const grant = await sfu.authority.sign(key.publicKey, wishOf(visit, 'kiosk', 'waiting'));
    const proof = await signProof(key, { nonce: welcome.nonce, audience: 'sfu' });
    await peer.request('hello', { version: 1, grant, proof });
    return { peer, visit, closedWhy: why.promise };
  };
  const upgradeStatus = async (url: string, options: { origin?: string }): Promise<number> => {
    const socket = new WebSocket(url, options);
    socket.on('error', () => undefined);
    const [, response] = await once(socket, 'unexpected-response');
    socket.terminate();
    return response.statusCode;
  };

  it('answers live, ready and metrics', async () => {
    const get = async (path: string) => {
      const response = await fetch(`${sfu.httpUrl}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect(await get('/live')).to.deep.equal({ status: 200, text: '{"live":true}' });
    expect(await get('/ready')).to.deep.equal({ status: 200, text: '{"ready":true}' });
    const { peer } = await page();
    expect((await get('/metrics')).text).to.match(/^sfu_workers 1$/m).and.match(/^sfu_peers 1$/m);
    peer.close();
    await peer.closed;
    expect((await get('/nothing-here')).status).to.equal(404);
  });

  it('refuses an upgrade of a foreign origin, of none, and to another path', async () => {
    expect(await upgradeStatus(sfu.roomUrl, { origin: 'http://evil.example.org' })).to.equal(403);
    expect(await upgradeStatus(sfu.roomUrl, {})).to.equal(403);
    expect(await upgradeStatus(`${sfu.roomUrl}s`, { origin })).to.equal(404);
  });

  it('has pages come again when too many are open that have not said hello', async () => {
    const strangers = Array.from({ length: STRANGERS_MAX }, () => new WebSocket(sfu.roomUrl, { origin }));
    await Promise.all(strangers.map((socket) => once(socket, 'open')));
    expect(await upgradeStatus(sfu.roomUrl, { origin })).to.equal(503);
    for (const socket of strangers) socket.close();
    await Promise.all(strangers.map((socket) => once(socket, 'close')));
    await page();
  });

  it('closes the room when queue-service says that the visit has ended', async () => {
    const { visit, closedWhy } = await page();
    sfu.endVisit(visit);
    expect(await closedWhy).to.equal('visit-ended');
  });

  it('tells the pages when it shuts down, and may be closed twice', async () => {
    const { closedWhy } = await page();
    await Promise.all([sfu.close(), sfu.close()]);
    expect(await closedWhy).to.equal('shutting-down');
  });
});

describe('the media server’s log', () => {
  it('never shows credentials, addresses or words, whatever a line is given', () => {
    const lines: string[] = [];
    const log = createLogger('info', { write: (line: string) => void lines.push(line) });
    log.info({ visitId: 'v_1', grant: 'eyJ', nested: { proof: 'eyJ', text: 'my name is' }, ip: '192.0.2.1' }, 'line');
    expect(lines.join('')).to.include('v_1').and.not.match(/eyJ|my name|192\.0\.2/);
  });
});
