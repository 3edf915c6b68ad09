import { expect } from 'chai';
import { minutes, seconds } from '@videosportello/protocol/units.ts';
import { meanWaitMs } from '../../src/staffing/erlang-c.ts';
import type { Citizen } from '../world/citizens.ts';
import { createDraws } from '../world/draws.ts';
import type { OperatorPlan } from '../world/operators.ts';
import { planPlainOperators } from '../world/operators.ts';
import { planWorld } from '../world/plan-world.ts';
import { intervalOf } from './interval.ts';
import { runPlainQueue } from './plain-queue.ts';

const somebody = (at: number, more: Partial<Citizen> = {}): Citizen => ({
  at: seconds(at),
  town: 'Valfiorita',
  language: 'it',
  service: 'residence-certificate',
  needs: [],
  aloneMs: 0,
  isHelped: true,
  patienceMs: Infinity,
  isNoShow: false,
  talkMs: seconds(100),
  ...more,
});
const desks = (count: number, more: Partial<OperatorPlan> = {}): OperatorPlan[] => planPlainOperators(count).map((plan) => ({ ...plan, ...more }));
const waits = (order: 'one-line' | 'by-skill', citizens: Citizen[], operators: OperatorPlan[]) =>
  runPlainQueue(order, { citizens, operators, isPlain: true }, createDraws(1)).waits.map(({ waitMs }) => waitMs / seconds(1));

describe('a plain queue', () => {
  it('takes people in the order in which they came', () => {
    expect(waits('one-line', [0, 10, 20].map((at) => somebody(at)), desks(1))).to.deep.equal([0, 90, 180]);
  });
  it('waits for somebody who can help its head, in one line; in a line for each skill it goes on', () => {
    const operators = [...desks(1, { subject: 'operator-1', languages: ['it', 'en'] }), ...desks(1, { subject: 'operator-2', languages: ['it'] })];
    const english = { language: 'en' as const };
    // The first English visitor has the only one who speaks it; the second one waits for her, and who comes after for him.
    const people = [somebody(0, english), somebody(10, english), somebody(20)];
    expect(waits('one-line', people, operators)).to.deep.equal([0, 90, 80]);
    expect(waits('by-skill', people, operators)).to.deep.equal([0, 0, 90]);
  });
  it('lets go who has no patience, and whom he stood in the way of gets on', () => {
    const operators = [...desks(1, { subject: 'operator-1' }), ...desks(1, { subject: 'operator-2', languages: ['it'] })];
    const people = [somebody(0, { language: 'en' }), somebody(10, { language: 'en', patienceMs: seconds(30) }), somebody(20)];
    const { waits: helped, abandoned } = runPlainQueue('one-line', { citizens: people, operators, isPlain: true }, createDraws(1));
    expect([helped.map(({ waitMs }) => waitMs / seconds(1)), abandoned]).to.deep.equal([[0, 20], 1]);
  });
  it('asks nobody before his shift, nor in his break', () => {
    const late = desks(1, { shift: { from: seconds(50), to: Infinity }, breaks: [{ from: seconds(120), to: seconds(300), reason: 'break' }] });
    expect(waits('one-line', [somebody(0), somebody(10)], late)).to.deep.equal([50, 290]);
  });
  it('agrees with Erlang C where that holds', () => {
    const [talkMs, operators, load] = [minutes(1), 6, 0.8];
    const runs = Array.from({ length: 30 }, (_, index) => {
      const { plans, citizens, draws } = planWorld({ seed: index + 1, operators, hours: 8, load, isPlain: true, talkMs });
      const world = { citizens, operators: plans, isPlain: true, waitsFromMs: minutes(40) };
      const measured = runPlainQueue('one-line', world, draws.fork(5)).waits;
      return { sum: measured.reduce((sum, { waitMs }) => sum + waitMs, 0), count: measured.length };
    });
    const { mean, from, to } = intervalOf(runs);
    const formula = meanWaitMs({ visitsPerHour: (load * operators * minutes(60)) / talkMs, handlingMs: talkMs }, operators);
    expect(formula).to.be.within(from, to);
    expect(mean).to.be.closeTo(formula, 0.1 * formula);
  });
});
