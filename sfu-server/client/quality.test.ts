import { expect } from 'chai';
import { qualityLevel, readQuality } from './quality.ts';
import type { QualitySample, StatsEntry } from './quality.ts';

describe('call quality', () => {
  const good: QualitySample = { lossRatio: 0, roundTripMs: 40, framesPerSecond: 30 };
  const table: [string, Partial<QualitySample>, string][] = [
    ['a quiet line', {}, 'good'],
    ['values on the limit', { lossRatio: 0.02, roundTripMs: 300, framesPerSecond: 24 }, 'good'],
    ['loss above 2 %', { lossRatio: 0.021 }, 'fair'],
    ['a round trip above 300 ms', { roundTripMs: 301 }, 'fair'],
    ['less than 24 pictures a second', { framesPerSecond: 23.9 }, 'fair'],
    ['loss above 5 %', { lossRatio: 0.051 }, 'poor'],
    ['a round trip above 500 ms', { roundTripMs: 501 }, 'poor'],
    ['less than 20 pictures a second', { framesPerSecond: 19.9 }, 'poor'],
  ];
  for (const [what, change, level] of table) {
    it(`is ${level} for ${what}`, () => expect(qualityLevel({ ...good, ...change })).to.equal(level));
  }
  it('is good with no picture and no round trip known', () => expect(qualityLevel({ lossRatio: 0 })).to.equal('good'));

  const report = (packets: number, lost: number, frames: number): StatsEntry[] => [
    { type: 'inbound-rtp', kind: 'video', packetsReceived: packets, packetsLost: lost, framesDecoded: frames, frameWidth: 640, frameHeight: 480 },
    { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 0, jitter: 0.012, audioLevel: 0.4 },
    { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 },
    { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.05 },
    { type: 'outbound-rtp', kind: 'video', framesDecoded: 999 },
  ];

  it('reads rates from two reports', () => {
    const first = readQuality(report(900, 0, 60), 1_000, undefined);
    expect(first.sample).to.not.have.property('framesPerSecond');
    const { sample } = readQuality(report(1_890, 10, 110), 3_000, first.totals);
    expect(sample).to.deep.equal({ lossRatio: 0.01, framesPerSecond: 25, width: 640, height: 480, roundTripMs: 50, jitterMs: 12, audioLevel: 0.4 });
  });

  it('does not call a camera that is off a slow picture', () => {
    const first = readQuality(report(900, 0, 60), 1_000, undefined);
    expect(readQuality(report(900, 0, 60), 3_000, first.totals).sample).to.not.have.property('framesPerSecond');
  });
});
