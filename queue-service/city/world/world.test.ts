import { expect } from 'chai';
import { minutes } from '@videosportello/protocol/units.ts';
import { LOAD_PATTERN, planCitizens, TALK_MS } from './citizens.ts';
import { createDraws } from './draws.ts';
import { planOperators, planPlainOperators, slotsAt } from './operators.ts';

const HOUR = minutes(60);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the world of a city', () => {
  it('is the same for the same seed, and another one for another', () => {
    const plan = (seed: number) => {
      const operators = planOperators(30, 2, createDraws(seed));
      return JSON.stringify([operators, planCitizens({ hours: 2, isPlain: false }, operators, createDraws(seed).fork(2))]);
    };
    expect(plan(5)).to.equal(plan(5));
    expect(plan(5)).not.to.equal(plan(6));
  });

  it('brings as many people as the load says, hour by hour', () => {
    const operators = planPlainOperators(400);
    const citizens = planCitizens({ hours: 6, isPlain: true }, operators, createDraws(1));
    const perHour = Array.from({ length: 6 }, (_, hour) => citizens.filter(({ at }) => Math.floor(at / HOUR) === hour).length);
    const possible = (400 * HOUR) / TALK_MS;
    for (const [hour, count] of perHour.entries()) {
      expect(count / possible).to.be.closeTo(LOAD_PATTERN[hour % 3] ?? 0, 0.06);
    }
    expect(mean(citizens.map(({ talkMs }) => talkMs))).to.be.closeTo(TALK_MS, 0.03 * TALK_MS);
  });

  it('brings people in order of time, and lets some go without a person', () => {
    const operators = planOperators(100, 3, createDraws(2));
    const citizens = planCitizens({ hours: 3, load: 1, isPlain: false }, operators, createDraws(3));
    expect(citizens.map(({ at }) => at)).to.deep.equal(citizens.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(citizens.filter(({ isHelped }) => isHelped).length / citizens.length).to.be.closeTo(0.9, 0.03);
    expect(mean(citizens.map(({ talkMs }) => talkMs))).to.be.closeTo(TALK_MS, 0.05 * TALK_MS);
  });

  it('counts the slots of those who are at work', () => {
    const [one] = planPlainOperators(1);
    if (!one) throw new Error('nobody');
    const late = { ...one, capacity: 2, shift: { from: HOUR, to: Infinity }, breaks: [{ from: 2 * HOUR, to: 3 * HOUR, reason: 'break' as const }] };
    expect([0, 1, 2, 3].map((hour) => slotsAt([one, late], hour * HOUR))).to.deep.equal([1, 3, 1, 3]);
  });
});
