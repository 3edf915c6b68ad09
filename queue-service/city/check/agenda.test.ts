import { expect } from 'chai';
import { createSeededRandom } from '../seeded-random.ts';
import { createAgenda } from './agenda.ts';

describe('the agenda', () => {
  it('runs what is due before a moment, in order of time, and equal ones as they came', () => {
    const agenda = createAgenda();
    const done: string[] = [];
    for (const [at, name] of [[5, 'c'], [3, 'a'], [9, 'e'], [3, 'b'], [7, 'd']] as const) agenda.later(at, () => done.push(name));
    agenda.runBefore(7);
    expect([done.join(''), agenda.now]).to.deep.equal(['abc', 7]);
    agenda.runBefore(100);
    expect([done.join(''), agenda.now]).to.deep.equal(['abcde', 100]);
  });
  it('runs what work puts in, at its moment', () => {
    const agenda = createAgenda();
    const seen: number[] = [];
    agenda.later(1, () => agenda.later(4, () => seen.push(agenda.now)));
    agenda.later(3, () => seen.push(agenda.now));
    agenda.runBefore(10);
    expect(seen).to.deep.equal([3, 4]);
  });
  it('sorts ten thousand', () => {
    const agenda = createAgenda();
    const random = createSeededRandom(1);
    const seen: number[] = [];
    for (let index = 0; index < 10_000; index += 1) agenda.later(random.integer(1_000), () => seen.push(agenda.now));
    agenda.runBefore(1_000);
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b)).and.to.have.lengthOf(10_000);
  });
});
