import { expect } from 'chai';
import type { MessageTransport } from '@videosportello/protocol/rpc/transport.ts';
import { defaultLimits } from '../config.ts';
import { pacedTransport } from './paced-transport.ts';

/** A transport whose other side is the test, and what comes through: three at once and two in a second unless told otherwise. */
function paced(pace = { burst: 3, perSecond: 2 }) {
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
  pacedTransport(raw, pace, deps).onMessage((text) => heard.push(text));
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

  it('has room for a question for life every second beside the text of eight visits, all day', () => {
    const line = paced(defaultLimits.messages);
    for (let second = 1; second <= 3_600; second += 1) {
      line.clock.now = second * 1_000;
      line.say('alive', ...Array.from({ length: 8 * 5 }, () => 'text'));
    }
    expect([line.heard.length, line.tooFast()]).to.deep.equal([3_600 * 41, 0]);
  });

  it('hears nothing more of who was too fast, and says so once', () => {
    const line = paced();
    line.say('a', 'b', 'c', 'd', 'e');
    line.clock.now = 60_000;
    line.say('f');
    expect([line.heard.join(''), line.tooFast()]).to.deep.equal(['abc', 1]);
  });
});
