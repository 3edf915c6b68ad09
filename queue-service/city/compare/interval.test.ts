import { expect } from 'chai';
import { createDraws } from '../world/draws.ts';
import { intervalOf, studentPoint } from './interval.ts';

describe('an interval of runs', () => {
  // Student's table.
  for (const [freedom, point] of [
    [5, 2.571],
    [10, 2.228],
    [29, 2.045],
    [120, 1.98],
  ] as const) {
    it(`knows Student's 97.5 % point for ${freedom} degrees of freedom`, () => expect(studentPoint(freedom)).to.be.closeTo(point, 0.01));
  }
  it('is the textbook one when all runs have as many people', () => {
    const sums = [10, 12, 9, 11, 13, 11];
    const { mean, from, to } = intervalOf(sums.map((sum) => ({ sum, count: 1 })));
    // Mean 11, standard deviation √2, 2.571·√2/√6.
    expect([mean, from, to].map((value) => Number(value.toFixed(2)))).to.deep.equal([11, 9.52, 12.48]);
  });
  it('counts people, not runs', () => {
    const runs = [...Array.from({ length: 6 }, () => ({ sum: 0, count: 1 })), { sum: 60, count: 6 }];
    expect(intervalOf(runs).mean).to.equal(5);
  });
  it('holds the true mean in about 95 of 100 studies', () => {
    const draws = createDraws(7);
    let held = 0;
    for (let study = 0; study < 1_000; study += 1) {
      const runs = Array.from({ length: 30 }, () => {
        // A busy run has more people, and they wait longer.
        const busy = draws.between(0.5, 1.5);
        const count = Math.round(100 * busy);
        return { count, sum: count * busy * draws.between(0, 20) };
      });
      // E[count·busy·10] / E[count] with busy even on 0.5 to 1.5.
      const truth = (10 * (1 + 1 / 12)) / 1;
      const { from, to } = intervalOf(runs);
      if (from <= truth && truth <= to) held += 1;
    }
    expect(held / 1_000).to.be.within(0.9, 0.97);
  });
  it('refuses what says nothing', () => {
    expect(() => intervalOf([{ sum: 1, count: 1 }])).to.throw(RangeError);
    expect(() => intervalOf(Array.from({ length: 6 }, () => ({ sum: 0, count: 0 })))).to.throw(RangeError);
  });
});
