import { expect } from 'chai';
import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import { createTextSender, TEXT_EVERY_MS } from './text-sender.ts';
import type { OutgoingLine } from './text-sender.ts';

describe('the sender of real-time text', () => {
  const setUp = () => {
    const sent: OutgoingLine[] = [];
    let due: (() => void) | undefined;
    const timers: Timers = {
      setTimeout: (run, delayMs) => {
        expect(delayMs).to.equal(TEXT_EVERY_MS);
        due = run;
        return run;
      },
      clearTimeout: () => (due = undefined),
    };
    const pass = () => {
      const run = due;
      due = undefined;
      run?.();
    };
    return {
      sent,
      pass,
      isWaiting: () => due !== undefined,
      sender: createTextSender({ firstLine: 7, send: (line) => sent.push(line), timers }),
    };
  };

  it('sends the first sign at once, and what follows as one whole line per interval', () => {
    const { sent, pass, sender } = setUp();
    sender.write('B');
    sender.write('Bu');
    sender.write('Buo');
    expect(sent).to.deep.equal([{ line: 7, text: 'B', done: false }]);
    pass();
    expect(sent.at(-1)).to.deep.equal({ line: 7, text: 'Buo', done: false });
    expect(sent).to.have.length(2);
  });

  it('is quiet when nothing was written since', () => {
    const { sent, pass, isWaiting, sender } = setUp();
    sender.write('B');
    pass();
    expect(sent).to.have.length(1);
    expect(isWaiting()).to.equal(false);
  });

  it('sends a finished line at once and begins the next under the next number', () => {
    const { sent, sender } = setUp();
    sender.write('Buon');
    sender.write('Buongi');
    sender.finish('Buongiorno');
    sender.write('S');
    expect(sent.slice(1)).to.deep.equal([
      { line: 7, text: 'Buongiorno', done: true },
      { line: 8, text: 'S', done: false },
    ]);
  });

  it('takes a line back only when it had been begun', () => {
    const { sent, sender } = setUp();
    sender.finish('');
    expect(sent).to.deep.equal([]);
    sender.write('x');
    sender.finish('');
    expect(sent.at(-1)).to.include({ text: '', done: true });
  });

  it('sends nothing after stop', () => {
    const { sent, isWaiting, sender } = setUp();
    sender.write('a');
    sender.write('ab');
    sender.stop();
    expect(isWaiting()).to.equal(false);
    expect(sent).to.have.length(1);
  });
});
