import { expect } from 'chai';
import { documentId, visitId } from '@videosportello/protocol/ids.ts';
import { CARD_LEFT_MS, GOODBYE_READ_MS, leave, needsDevices, PAPER_LEFT_MS } from './leaving-machine.ts';
import { advance } from './visit-machine.ts';
import { idleVisit } from './visit-state.ts';
import type { Paper, Transition, VisitEvent, VisitState } from './visit-state.ts';

const id = visitId.parse(`v_${'0'.repeat(24)}`);
const paper = (state: Paper['state']): Paper => ({ documentId: documentId.parse(`d_${'2'.repeat(24)}`), state, reason: undefined });
const visiting = (more: Partial<VisitState> = {}): VisitState => ({ ...idleVisit, stage: 'visiting', visitId: id, step: 'printing', ...more });
const left = (more: Partial<VisitState> = {}) => leave(visiting(more), { reason: 'citizen', visitOpen: true });
const run = (state: VisitState, ...events: VisitEvent[]): Transition =>
  events.reduce<Transition>((before, event) => advance(before.state, event), { state, effects: [] });
const closed: VisitEvent = { type: 'visit-closed' };
const devicesClosed = (cardPresent: boolean | undefined): VisitEvent => ({ type: 'devices-closed', cardPresent });
const read: VisitEvent = { type: 'timer', name: 'goodbye-read' };

describe('the way out', () => {
  it('closes visit and devices at once when there is no paper', () => {
    expect(left().effects).to.deep.equal([
      { do: 'hang-up' },
      { do: 'timer', name: 'goodbye-read', ms: GOODBYE_READ_MS },
      { do: 'end-visit', reason: 'citizen' },
      { do: 'close-devices', visitId: id },
    ]);
  });

  for (const state of ['issued', 'fetched', 'spooled', 'printing', 'needs-attention', 'printed', 'uncertain'] as const) {
    it(`keeps the visit open for a paper that is ${state}`, () => {
      const { state: after, effects } = left({ paper: paper(state) });
      expect(after.leaving?.phase).to.equal('collecting');
      expect(effects.map((effect) => effect.do)).to.not.include('end-visit');
      expect(effects).to.deep.include({ do: 'timer', name: 'paper-left', ms: PAPER_LEFT_MS });
    });
  }
  for (const state of ['taken', 'failed', 'spoiled'] as const) {
    it(`does not wait for a paper that is ${state}`, () => expect(left({ paper: paper(state) }).state.leaving?.phase).to.equal('closing'));
  }

  it('closes when the paper is taken, and says so to the devices first', () => {
    const taken = advance(left({ paper: paper('printed') }).state, { type: 'paper-taken' });
    expect(taken.effects.map((effect) => effect.do)).to.deep.equal(['paper-taken', 'end-visit', 'close-devices']);
  });
  it('closes when nobody takes the paper, or when it goes wrong', () => {
    const { state } = left({ paper: paper('printing') });
    expect(advance(state, { type: 'timer', name: 'paper-left' }).state.leaving?.phase).to.equal('closing');
    expect(advance(state, { type: 'paper', paper: paper('failed') }).state.leaving?.phase).to.equal('closing');
  });

  it('waits for an uncertain sheet until it is settled: it came out, and is taken', () => {
    const uncertain = advance(left({ paper: paper('printing') }).state, { type: 'paper', paper: paper('uncertain') });
    expect([uncertain.state.leaving?.phase, uncertain.effects]).to.deep.equal(['collecting', []]);
    const printed = advance(uncertain.state, { type: 'paper', paper: paper('printed') });
    expect([printed.state.leaving?.phase, printed.state.paper?.state]).to.deep.equal(['collecting', 'printed']);
    const taken = advance(printed.state, { type: 'paper-taken' });
    expect(taken.effects.map((effect) => effect.do)).to.deep.equal(['paper-taken', 'end-visit', 'close-devices']);
  });
  it('waits for the next sheet when the uncertain one did not come out', () => {
    const uncertain = left({ paper: paper('uncertain') }).state;
    const again = run(uncertain, { type: 'paper', paper: paper('fetched') }, { type: 'paper', paper: paper('printed') });
    expect([again.state.leaving?.phase, again.effects]).to.deep.equal(['collecting', []]);
  });
  it('waits for an uncertain sheet no longer than for any other, and not without a visit to settle it in', () => {
    const { state } = left({ paper: paper('uncertain') });
    expect(advance(state, { type: 'timer', name: 'paper-left' }).state.leaving?.phase).to.equal('closing');
    const over = advance(state, { type: 'queue-visit', visit: undefined });
    expect(over.state.leaving?.phase).to.equal('closing');
    expect(over.effects).to.deep.equal([{ do: 'close-devices', visitId: id }]);
    const ended = leave(visiting({ paper: paper('uncertain') }), { reason: 'operator', visitOpen: false });
    expect(ended.state.leaving?.phase).to.equal('closing');
    // A printed one lies there to be taken, whoever has ended the visit.
    expect(advance(left({ paper: paper('printed') }).state, closed).state.leaving?.phase).to.equal('collecting');
  });

  const orders: [string, VisitEvent[]][] = [
    ['visit, devices, reading', [closed, devicesClosed(false), read]],
    ['reading, devices, visit', [read, devicesClosed(false), closed]],
    ['devices, reading, visit', [devicesClosed(false), read, closed]],
    ['the card last', [closed, read, devicesClosed(true), { type: 'card-presence', present: false }]],
  ];
  for (const [name, events] of orders) {
    it(`wipes once everything is done: ${name}`, () => {
      const before = run(left({ cardPresent: true }).state, ...events.slice(0, -1));
      expect(before.state.stage).to.equal('leaving');
      const last = run(before.state, ...events.slice(-1));
      expect(last.state.stage).to.equal('wiping');
      expect(last.effects).to.deep.equal([{ do: 'wipe' }]);
      expect(run(last.state, ...events).effects).to.deep.equal([]);
    });
  }

  it('asks for the card, and gives up on one that is left behind', () => {
    const asking = run(left({ cardPresent: true }).state, closed, read, devicesClosed(true));
    expect(asking.state.stage).to.equal('leaving');
    expect(asking.effects).to.deep.include({ do: 'timer', name: 'card-left', ms: CARD_LEFT_MS });
    expect(advance(asking.state, { type: 'timer', name: 'card-left' }).effects).to.deep.equal([{ do: 'wipe' }]);
  });

  it('wipes as soon as the queue has heard, when the card was given up on before that', () => {
    const deaf = run(left({ cardPresent: true }).state, read, devicesClosed(true), { type: 'timer', name: 'card-left' });
    expect(deaf.state.stage).to.equal('leaving');
    expect(advance(deaf.state, closed).effects).to.deep.equal([{ do: 'wipe' }]);
  });

  it('needs the devices until they are told to close', () => {
    const collecting = left({ paper: paper('printed') }).state;
    expect([visiting(), collecting, left().state, advance(left().state, devicesClosed(false)).state].map(needsDevices)).to.deep.equal([true, true, false, false]);
  });

  it('waits for the queue to hear of the end, and tells it again when the line is back', () => {
    const deaf = run(left().state, read, devicesClosed(undefined), { type: 'timer', name: 'card-left' });
    expect(deaf.state.stage).to.equal('leaving');
    const visit = { visitId: id, state: 'alone', step: 'printing', phase: 'citizen', language: 'it', fence: { epoch: 0, counter: 0 } } as const;
    const back = advance(deaf.state, { type: 'queue-visit', visit });
    expect(back.effects).to.deep.include({ do: 'end-visit', reason: 'citizen' });
    expect(advance(back.state, { type: 'queue-visit', visit: undefined }).effects).to.deep.equal([{ do: 'wipe' }]);
  });
});
