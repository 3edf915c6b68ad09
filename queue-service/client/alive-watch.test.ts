import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { handClock } from '../testing/hand-clock.ts';
import { watchAlive } from './alive-watch.ts';

/** A watch on a clock by hand, whose questions the test answers: the newest unless another is named. */
function watched() {
  const hand = handClock();
  const questions: { resolve(): void; reject(error: Error): void }[] = [];
  let silences = 0;
  const stop = watchAlive(
    () => {
      const asked = Promise.withResolvers<void>();
      questions.push(asked);
      return asked.promise;
    },
    { timers: hand.timers, now: hand.now, onSilent: () => void (silences += 1) },
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    hand,
    stop,
    seen: () => ({ asked: questions.length, silent: silences }),
    answer: async (which = questions.length) => {
      (questions[which - 1] ?? expect.fail('nothing was asked')).resolve();
      await settled();
    },
    fail: async (code: ErrorCode) => {
      (questions.at(-1) ?? expect.fail('nothing was asked')).reject(new ProtocolError(code));
      await settled();
    },
  };
}

describe('watch over a line that may fall silent', () => {
  it('asks every second, however long an answer took', async () => {
    const line = watched();
    for (let second = 1; second <= 5; second += 1) {
      line.hand.pass(second === 1 ? 1_000 : 300);
      expect(line.seen()).to.deep.equal({ asked: second, silent: 0 });
      line.hand.pass(700);
      await line.answer();
    }
  });

  it('gives up after two questions without an answer, within three seconds of the last sign of life', async () => {
    const line = watched();
    line.hand.pass(1_000);
    await line.answer();
    line.hand.pass(2_999);
    expect(line.seen()).to.deep.equal({ asked: 3, silent: 0 });
    line.hand.pass(1);
    expect(line.seen()).to.deep.equal({ asked: 3, silent: 1 });
    line.hand.pass(60_000);
    expect(line.seen()).to.deep.equal({ asked: 3, silent: 1 });
  });

  it('takes a late answer and a refusal as signs of life, and its own time-out as none', async () => {
    const line = watched();
    line.hand.pass(2_500);
    expect(line.seen().asked).to.equal(2);
    await line.answer(1);
    line.hand.pass(500);
    expect(line.seen()).to.deep.equal({ asked: 3, silent: 0 });
    await line.fail('unknown-method');
    line.hand.pass(1_999);
    expect(line.seen()).to.deep.equal({ asked: 4, silent: 0 });
    await line.fail('timeout');
    line.hand.pass(1_001);
    expect(line.seen()).to.deep.equal({ asked: 5, silent: 1 });
  });

  for (const everyMs of [1_000, 60_000]) {
    it(`raises no alarm while the browser lets timers run only every ${everyMs} ms, and still notices silence`, async () => {
      const line = watched();
      line.hand.slowTo(everyMs);
      for (let minute = 0; minute < 20; minute += 1) {
        const { asked } = line.seen();
        while (line.seen().asked === asked) line.hand.pass(everyMs);
        await line.answer();
      }
      expect(line.seen().silent).to.equal(0);
      line.hand.pass(6 * everyMs);
      expect(line.seen().silent).to.equal(1);
    });
  }

  it('waits once more when the page was held up: the answer may lie unread', async () => {
    const line = watched();
    line.hand.pass(1_000);
    line.hand.holdUp(8_000);
    expect(line.seen()).to.deep.equal({ asked: 1, silent: 0 });
    await line.answer();
    line.hand.pass(1);
    expect(line.seen()).to.deep.equal({ asked: 2, silent: 0 });
    line.hand.holdUp(8_000);
    line.hand.pass(1_999);
    expect(line.seen().silent).to.equal(0);
    line.hand.pass(1);
    expect(line.seen()).to.deep.equal({ asked: 3, silent: 1 });
  });

  it('goes on asking when the clock is set back', async () => {
    const line = watched();
    line.hand.pass(1_000);
    line.hand.set(-3_600_000);
    await line.answer();
    line.hand.pass(1_000);
    expect(line.seen().asked).to.equal(2);
  });

  it('ends when it is told to', () => {
    const line = watched();
    line.hand.pass(1_000);
    line.stop();
    line.hand.pass(60_000);
    expect(line.seen()).to.deep.equal({ asked: 1, silent: 0 });
  });
});
