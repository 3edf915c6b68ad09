import { expect } from 'chai';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import { leastOperators, loadOf, lossProbability, meanWaitMs, occupancy, serviceLevel, waitingProbability } from './erlang-c.ts';

const promise = { share: 0.8, withinMs: seconds(20) };
const visits = (visitsPerHour: number) => ({ visitsPerHour, handlingMs: minutes(6) });

/** The formula as it was first written, with powers and factorials; good for small numbers only. */
function bySum(load: number, operators: number): number {
  let term = 1;
  let sum = 0;
  for (let count = 0; count < operators; count += 1) {
    sum += term;
    term *= load / (count + 1);
  }
  const waiting = (term * operators) / (operators - load);
  return waiting / (sum + waiting);
}

/** Halfin and Whitt's limit for many operators ("Heavy-traffic limits for queues with many exponential servers", 1981, formula 1.3). */
function byLimit(load: number, operators: number): number {
  const beta = (operators - load) / Math.sqrt(load);
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let below = 0.5;
  const steps = 10_000;
  for (let step = 0; step < steps; step += 1) below += density((beta * (step + 0.5)) / steps) * (beta / steps);
  return 1 / (1 + (beta * below) / density(beta));
}

describe('Erlang B', () => {
  // Tables of the loss formula: 1 % is lost at 12.03 erlangs on 20 lines and at 84.06 on 100; 10 erlangs on 10 lines lose 21.46 %.
  for (const [load, lines, lost] of [[12.03, 20, 0.01], [84.06, 100, 0.01], [10, 10, 0.2146]] as const) {
    it(`loses ${lost} of ${load} erlangs on ${lines} lines`, () => expect(lossProbability(load, lines)).to.be.closeTo(lost, 0.00005));
  }
  it('loses all without anybody, and nothing of nothing', () => {
    expect(lossProbability(3, 0)).to.equal(1);
    expect(lossProbability(0, 3)).to.equal(0);
  });
});

describe('Erlang C', () => {
  // The worked example of call-centre handbooks: 200 calls an hour of three minutes, answered by 14 within 20 seconds.
  it('answers 200 calls of three minutes with 14 people: 17.4 % wait, 88.8 % within 20 s, 7.8 s on average', () => {
    const demand = { visitsPerHour: 200, handlingMs: minutes(3) };
    expect(waitingProbability(loadOf(demand), 14)).to.be.closeTo(0.174, 0.0005);
    expect(serviceLevel(demand, 14, seconds(20))).to.be.closeTo(0.888, 0.0005);
    expect(meanWaitMs(demand, 14)).to.be.closeTo(7_800, 50);
    expect(occupancy(demand, 14)).to.be.closeTo(0.714, 0.0005);
    expect(leastOperators(demand, promise)).to.equal(14);
  });
  // The other one: 360 calls in half an hour, of four minutes, 55 people, within 15 seconds.
  it('answers 720 calls of four minutes with 55 people: 23.9 % wait, 8.2 s on average, 87.3 % busy', () => {
    const demand = { visitsPerHour: 720, handlingMs: minutes(4) };
    expect(waitingProbability(loadOf(demand), 55)).to.be.closeTo(0.239, 0.0005);
    expect(meanWaitMs(demand, 55)).to.be.closeTo(8_200, 50);
    expect(serviceLevel(demand, 55, seconds(15))).to.be.closeTo(0.846, 0.001);
    expect(occupancy(demand, 55)).to.be.closeTo(0.873, 0.0005);
  });
  it('is the share of busy time with one operator, and 2ρ²/(1 + ρ) with two', () => {
    for (const rho of [0.1, 0.5, 0.9, 0.999]) {
      expect(waitingProbability(rho, 1)).to.be.closeTo(rho, 1e-12);
      expect(waitingProbability(2 * rho, 2)).to.be.closeTo((2 * rho * rho) / (1 + rho), 1e-12);
    }
  });
  it('is what the sum of powers and factorials says, as far as that goes', () => {
    for (let operators = 1; operators <= 40; operators += 1) {
      for (const part of [0.05, 0.5, 0.95]) {
        expect(waitingProbability(operators * part, operators)).to.be.closeTo(bySum(operators * part, operators), 1e-12);
      }
    }
  });
  it('stays exact with thousands of operators', () => {
    for (const [load, operators] of [[990, 1_000], [950, 1_000], [9_900, 10_000]] as const) {
      expect(waitingProbability(load, operators)).to.be.closeTo(byLimit(load, operators), 0.01);
    }
  });
  it('has everybody wait, without end, when the load is as much as the operators', () => {
    const demand = visits(100);
    expect([waitingProbability(10, 10), meanWaitMs(demand, 10), serviceLevel(demand, 10, minutes(10)), occupancy(demand, 10)]).to.deep.equal([
      1,
      Infinity,
      0,
      1,
    ]);
    expect(serviceLevel(demand, 9, minutes(10))).to.equal(0);
  });
});

describe('staffing for 80 % within 20 seconds, six minutes a visit (domain.md part 8)', () => {
  it('needs 2 for the pilot, 11 % busy', () => {
    expect(leastOperators(visits(2.3), promise)).to.equal(2);
    expect(Math.floor(100 * occupancy(visits(2.3), 2))).to.equal(11);
  });
  it("needs 12 for Parma's whole load at its peak", () => expect(leastOperators(visits(80), promise)).to.equal(12));
  it('needs about 200 for a thousand kiosks', () => expect(leastOperators(visits(1_900), promise)).to.be.within(195, 205));
  it('needs 20 for ten small towns apart, 8 together', () => {
    expect(10 * leastOperators(visits(5), promise)).to.equal(20);
    expect(leastOperators(visits(50), promise)).to.equal(8);
  });
  it('is the least: one fewer breaks the promise', () => {
    for (const rate of [1, 7, 60, 500, 9_500]) {
      const needed = leastOperators(visits(rate), promise);
      expect(serviceLevel(visits(rate), needed, promise.withinMs)).to.be.at.least(promise.share);
      expect(serviceLevel(visits(rate), needed - 1, promise.withinMs)).to.be.below(promise.share);
    }
  });
  it('needs nobody when nobody comes', () => expect(leastOperators(visits(0), promise)).to.equal(0));
});

describe('what cannot be', () => {
  for (const [what, ask] of [
    ['a negative load', () => waitingProbability(-1, 3)],
    ['a load without end', () => waitingProbability(Infinity, 3)],
    ['half an operator', () => lossProbability(1, 2.5)],
    ['a promise to everybody', () => leastOperators(visits(1), { share: 1, withinMs: 0 })],
    ['a negative demand', () => leastOperators(visits(-1), promise)],
  ] as const) {
    it(`is refused: ${what}`, () => expect(ask).to.throw(RangeError));
  }
});
