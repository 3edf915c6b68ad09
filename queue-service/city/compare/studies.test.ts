import { expect } from 'chai';
import { minutes } from '@videosportello/protocol/units.ts';
import { erlangInWords, erlangStudyOf } from './erlang.ts';
import { rulesInWords, rulesStudyOf } from './rules.ts';

const run = (meanMs: number, share: number, more: object = {}) => ({
  waits: { count: 100, meanMs, p50Ms: meanMs, p95Ms: 2 * meanMs },
  serviceLevel: { withinMs: 20_000, share },
  sentAway: 0,
  occupancy: 0.8,
  abandonment: 0.1,
  fairness: { meanMsByTown: { Valfiorita: 2_000, 'Borgo Lungo': 6_000 }, meanMsByClass: {}, operators: 0.9 },
  ...more,
});
const study = { seeds: [1, 2, 3, 4, 5, 6], operators: 6, load: 0.8, talkMs: minutes(1), gridMs: 10 };
// Erlang C for six operators at 4.8 erlangs: C = 0.5178; its mean wait is C·60 s / 1.2.
const FORMULA_MS = 25_890;

describe('the study against Erlang C', () => {
  const around = (centre: number) => [-900, 900, -500, 500, -100, 100].map((off) => run(centre + off, 0.65));
  it('says that the formula is inside, or that it is not', () => {
    const near = erlangStudyOf(around(26_000), study);
    expect(near.meanWaitMs.formula).to.be.closeTo(FORMULA_MS, 20);
    expect([near.meanWaitMs.isInside, near.waits]).to.deep.equal([true, 600]);
    expect(erlangStudyOf(around(30_000), study).meanWaitMs.isInside).to.equal(false);
  });
  it('tells it in words', () => {
    const words = erlangInWords(erlangStudyOf(around(26_000), study));
    expect(words).to.match(/^6 runs, 6 operators at 80\.0 %, talks of 60\.0 s, 600 waits, 0 found no free kiosk\n/);
    expect(words).to.match(/mean wait: Erlang C 25\.9 s; runs 26\.0 s, 95 % interval 25\.\d s to 26\.\d s: inside\n/);
    expect(words).to.match(/within 20\.0 s: Erlang C .* %; runs 65\.0 %, 95 % interval .*: (inside|OUTSIDE)$/);
  });
});

describe('the study of the rules', () => {
  it('is a table of means over the seeds', () => {
    const runs = { service: [run(1_000, 0.9), run(3_000, 0.7)], 'one-line': [run(9_000, 0.5)], 'by-skill': [run(4_000, 0.6)] };
    const table = rulesStudyOf([1, 2], runs);
    const [service] = table.rows;
    expect(service).to.include({ order: 'service', meanMs: 2_000, p95Ms: 4_000, occupancy: 0.8, townSpread: 3 });
    expect(service?.serviceLevel).to.be.closeTo(0.8, 1e-9);
    expect(rulesInWords(table).split('\n').map((line) => line.trim().split(/\s{2,}/)[0])).to.deep.equal([
      '2 runs; 0 found no free kiosk at the service\'s',
      'mean wait',
      'service',
      'one-line',
      'by-skill',
    ]);
  });
});
