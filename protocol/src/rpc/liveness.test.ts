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
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('pings, tells the silence, and gives a socket up after three unanswered pings', () => {
    const line = new Line();
    const watch = watchLiveness(line);
    const beats = (count: number, onBeat = () => {}) => {
      for (let beat = 0; beat < count; beat += 1) {
        mock.timers.tick(PING_EVERY_MS);
        onBeat();
      }
    };
    beats(5, () => line.emit('pong'));
    expect([line.pings, watch.silentMs(), line.terminated]).to.deep.equal([5, 0, 0]);
    beats(PINGS_UNANSWERED);
    expect([line.terminated, watch.silentMs()]).to.deep.equal([0, PINGS_UNANSWERED * PING_EVERY_MS]);
    beats(1);
    expect(line.terminated).to.equal(1);
    watch.stop();
    beats(10);
    expect([line.pings, line.terminated]).to.deep.equal([8, 1]);
  });
});
