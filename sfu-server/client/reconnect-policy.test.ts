import { expect } from 'chai';
import { quickReconnect } from './reconnect-policy.ts';

describe('the reconnect policy', () => {
  it('tries at once, and starts four attempts within a second', () => {
    const delays = [0, 1, 2, 3].map((attempt) => quickReconnect(attempt, 0)?.delayMs ?? Infinity);
    expect(delays[0]).to.equal(0);
    expect(delays.reduce((sum, delayMs) => sum + delayMs)).to.be.below(1_000);
  });
  it('gives later attempts more time, within bounds', () => {
    expect(quickReconnect(0, 0)?.timeoutMs).to.equal(1_500);
    expect(quickReconnect(50, 30_000)).to.deep.equal({ delayMs: 2_000, timeoutMs: 8_000 });
  });
  it('tries seldom from a minute after the loss on, and gives up after half an hour', () => {
    expect(quickReconnect(20, 60_000)?.delayMs).to.equal(2_000);
    expect(quickReconnect(20, 60_001)?.delayMs).to.equal(10_000);
    expect(quickReconnect(200, 30 * 60_000)?.delayMs).to.equal(10_000);
    expect(quickReconnect(200, 30 * 60_000 + 1)).to.equal(null);
  });
});
