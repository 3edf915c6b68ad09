import { expect } from 'chai';
import { documentId, ticketId } from '@videosportello/protocol/ids.ts';
import { manualTimers } from '../../test/manual-timers.ts';
import { idleLimit, largeTextLimit, ordinaryLimit, waitingLimit } from './idle-rule.ts';
import type { IdleLimit } from './idle-rule.ts';
import { createIdleWatch } from './idle-watch.ts';
import { idleVisit } from './visit-state.ts';
import type { Paper, VisitState } from './visit-state.ts';

const visiting: VisitState = { ...idleVisit, stage: 'visiting', step: 'duty' };
const ticket = { ticketId: ticketId.parse(`t_${'1'.repeat(24)}`), label: 'A01', class: 'walk-up' as const, place: 1, since: 0 };
const paper = (state: Paper['state']): Paper => ({ documentId: documentId.parse(`d_${'2'.repeat(24)}`), state, reason: undefined });
const waiting = { kind: 'waiting', ticket, coming: false, comingBack: false } as const;

describe('the idle rule', () => {
  const table: [string, VisitState, boolean, IdleLimit | undefined][] = [
    ['idle kiosk', idleVisit, false, undefined],
    ['alone', visiting, false, ordinaryLimit],
    ['alone with large text', visiting, true, largeTextLimit],
    ['waiting for a person', { ...visiting, person: waiting }, false, waitingLimit],
    ['a person is coming', { ...visiting, person: { ...waiting, coming: true } }, false, undefined],
    ['a person is coming back', { ...visiting, person: { ...waiting, comingBack: true } }, false, waitingLimit],
    ['with a person', { ...visiting, person: { kind: 'with', name: 'Marta', present: false } }, false, undefined],
    ['card is read', { ...visiting, card: { kind: 'reading', document: 'cie', wrong: 0, phase: 'reading' } }, false, undefined],
    ['sheet is scanned', { ...visiting, scan: { phase: 'running', side: 'front', failure: undefined } }, false, undefined],
    ['sheet is asked for', { ...visiting, scan: { phase: 'asked', side: 'front', failure: undefined } }, false, ordinaryLimit],
    ['paper not begun', { ...visiting, step: 'printing' }, false, undefined],
    ['paper on its way', { ...visiting, step: 'printing', paper: paper('printing') }, false, undefined],
    ['paper in the tray, nobody there', { ...visiting, step: 'printing', paper: paper('printed') }, false, ordinaryLimit],
    ['printer stopped, nobody there', { ...visiting, step: 'printing', paper: paper('needs-attention') }, false, waitingLimit],
    ['place is being kept', { ...visiting, person: { kind: 'keeping', ticket, isOver: false } }, false, undefined],
    ['ticket is asked for', { ...idleVisit, stage: 'returning', brought: { phase: 'asked', failure: undefined } }, false, ordinaryLimit],
    ['ticket is read', { ...idleVisit, stage: 'returning', brought: { phase: 'reading', failure: undefined } }, false, undefined],
    ['leaving', { ...visiting, stage: 'leaving' }, false, undefined],
  ];
  for (const [name, state, largeText, limit] of table) it(name, () => expect(idleLimit(state, largeText)).to.equal(limit));

  it('leaves at least 20 s to answer', () => {
    for (const { answerMs } of [ordinaryLimit, largeTextLimit, waitingLimit]) expect(answerMs).to.be.at.least(20_000);
  });
});

describe('the idle watch', () => {
  const make = () => {
    const told: string[] = [];
    const timers = manualTimers();
    const watch = createIdleWatch({ timers, onWarn: () => told.push('warn'), onAnswered: () => told.push('answered'), onOver: () => told.push('over') });
    return { told, timers, watch };
  };
  it('warns, then ends', () => {
    const { told, timers, watch } = make();
    watch.limit(ordinaryLimit);
    timers.pass(59_999);
    expect(told).to.deep.equal([]);
    timers.pass(1);
    timers.pass(29_999);
    expect(told).to.deep.equal(['warn']);
    timers.pass(1);
    expect(told).to.deep.equal(['warn', 'over']);
  });
  it('begins anew at each touch, more than ten times', () => {
    const { told, timers, watch } = make();
    watch.limit(ordinaryLimit);
    for (let round = 0; round < 12; round += 1) {
      timers.pass(60_000);
      watch.activity();
    }
    expect(told).to.deep.equal(Array.from({ length: 12 }, () => ['warn', 'answered']).flat());
  });
  it('takes the warning back when time no longer counts', () => {
    const { told, timers, watch } = make();
    watch.limit(ordinaryLimit);
    timers.pass(60_000);
    watch.limit(undefined);
    timers.pass(600_000);
    expect(told).to.deep.equal(['warn', 'answered']);
  });
  it('does not begin anew for the same limit', () => {
    const { told, timers, watch } = make();
    watch.limit(ordinaryLimit);
    timers.pass(30_000);
    watch.limit({ ...ordinaryLimit });
    timers.pass(30_000);
    expect(told).to.deep.equal(['warn']);
  });
});
