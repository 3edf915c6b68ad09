import { expect } from 'chai';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import { pacedTransport } from './paced-transport.ts';

/** A transport whose other side is the test, and what comes through at a pace of three at once and two in a second. */
function paced() {
  let say: (text: string) => void = () => expect.fail('nobody listens');
  const clock = { now: 0 };
  const heard: string[] = [];
  let tooFast = 0;
  const raw: MessageTransport = {
    send: () => undefined,
    close: () => undefined,
    onMessage: (handler) => (say = handler),
    onClose: () => undefined,
  };
  const deps = { onTooFast: () => void (tooFast += 1), nowMs: () => clock.now };
  pacedTransport(raw, { burst: 3, perSecond: 2 }, deps).onMessage((text) => heard.push(text));
  return { say: (...texts: string[]) => texts.forEach((text) => say(text)), clock, heard, tooFast: () => tooFast };
}

describe('pace of messages', () => {
  it('lets a burst through, and as many later as time has given', () => {
    const line = paced();
    line.say('a', 'b', 'c');
    line.clock.now = 1_000;
    line.say('d', 'e');
    line.clock.now = 60_000;
    line.say('f', 'g', 'h');
    expect([line.heard.join(''), line.tooFast()]).to.deep.equal(['abcdefgh', 0]);
  });

  it('hears nothing more of who was too fast, and says so once', () => {
    const line = paced();
    line.say('a', 'b', 'c', 'd', 'e');
    line.clock.now = 60_000;
    line.say('f');
    expect([line.heard.join(''), line.tooFast()]).to.deep.equal(['abc', 1]);
  });
});
