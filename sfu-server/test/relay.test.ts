import { expect } from 'chai';
import type { RoomAnswer, RoomMessage } from '@videosportello/protocol/messages/room.ts';
import { wishOf } from '../testing/grant-authority.ts';
import { newVisit, startMediaNode } from './media-node.ts';
import type { MediaNode } from './media-node.ts';
import { codeOf, line } from './room-fixture.ts';

describe('a room relays messages', function () {
  this.timeout(15_000);
  let node: MediaNode;
  beforeEach(async () => {
    node = await startMediaNode();
  });
  afterEach(() => node[Symbol.asyncDispose]());

  const pair = async (answer: (message: RoomMessage) => Promise<RoomAnswer>) => {
    const visit = newVisit();
    const kiosk = await node.open(wishOf(visit, 'kiosk', 'room'), { answer });
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    return { kiosk, operator };
  };

  it('to the other side and brings its answer back', async () => {
    const seen: RoomMessage[] = [];
    const { operator } = await pair(async (message) => {
      seen.push(message);
      return { messageId: message.messageId, outcome: 'refused', reason: 'no-scanner' };
    });
    const message = line('please scan');
    const answer = await operator.peer.request('message.send', { message });
    expect(answer).to.deep.equal({ messageId: message.messageId, outcome: 'refused', reason: 'no-scanner' });
    expect(seen).to.deep.equal([message]);
  });

  it('and says peer-absent when nobody is there, or who is there only waits', async () => {
    const visit = newVisit();
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    expect(await codeOf(operator.peer.request('message.send', { message: line('hello?') }))).to.equal('peer-absent');
    await node.open(wishOf(visit, 'kiosk', 'waiting'));
    expect(await codeOf(operator.peer.request('message.send', { message: line('hello?') }))).to.equal('peer-absent');
  });

  it('and says peer-absent when the other leaves before he answers', async () => {
    const asked = Promise.withResolvers<void>();
    const { kiosk, operator } = await pair((message) => {
      asked.resolve();
      return new Promise<RoomAnswer>((resolve) => void kiosk.peer.closed.then(() => resolve({ messageId: message.messageId, outcome: 'done' })));
    });
    const sent = codeOf(operator.peer.request('message.send', { message: line('wait') }));
    await asked.promise;
    kiosk.peer.close(1000);
    expect(await sent).to.equal('peer-absent');
  });

  it('and says timeout when no answer comes within 12 s', async () => {
    const asked = Promise.withResolvers<void>();
    const planned: { run: () => void; delayMs: number }[] = [];
    const timers = {
      setTimeout: (run: () => void, delayMs: number) => planned.push({ run, delayMs }),
      clearTimeout: () => undefined,
    };
    const visit = newVisit();
    await node.open(wishOf(visit, 'kiosk', 'room'), {
      timers,
      answer: () => {
        asked.resolve();
        return new Promise<RoomAnswer>(() => undefined);
      },
    });
    const operator = await node.open(wishOf(visit, 'operator', 'room'));
    const sent = codeOf(operator.peer.request('message.send', { message: line('anybody?') }));
    await asked.promise;
    const deadline = planned.at(-1);
    expect(deadline?.delayMs).to.equal(12_000);
    deadline?.run();
    expect(await sent).to.equal('timeout');
  });

  it('and refuses an answer to another message', async () => {
    const { operator } = await pair(async () => ({ messageId: line('something else').messageId, outcome: 'done' }));
    expect(await codeOf(operator.peer.request('message.send', { message: line('this one') }))).to.equal('bad-message');
  });
});
