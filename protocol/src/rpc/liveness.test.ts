import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import { expect } from 'chai';
import { PING_EVERY_MS, PINGS_UNANSWERED, watchLiveness } from './liveness.ts';

class Line extends EventEmitter {
  pings = 0;
  terminated = 0;
  ping = () => void (this.pings += 1);
  terminate = () => void (this.terminated += 1);
}

describe('watchLiveness', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  it('pings, reports pongs, and gives a socket up after three unanswered pings', () => {
    const line = new Line();
    let pongs = 0;
    const unwatch = watchLiveness(line, { onPong: () => (pongs += 1) });
    for (let beat = 0; beat < 5; beat += 1) {
      mock.timers.tick(PING_EVERY_MS);
      line.emit('pong');
    }
    expect([line.pings, pongs, line.terminated]).to.deep.equal([5, 5, 0]);
    mock.timers.tick(PINGS_UNANSWERED * PING_EVERY_MS);
    expect(line.terminated).to.equal(0);
    mock.timers.tick(PING_EVERY_MS);
    expect(line.terminated).to.equal(1);
    unwatch();
    mock.timers.tick(10 * PING_EVERY_MS);
    expect([line.pings, line.terminated]).to.deep.equal([8, 1]);
  });
});
