import { expect } from 'chai';
import { ticketId } from '@videosportello/protocol/ids.ts';
import type { KioskVisit } from '@videosportello/protocol/messages/visit.ts';
import { canKeep } from './kept-place-machine.ts';
import { KEPT_READ_MS } from './leaving-machine.ts';
import { advance, canGoBack } from './visit-machine.ts';
import { at, done, id, run, withMarta } from './visit-samples.ts';
import { idleVisit } from './visit-state.ts';
import type { BroughtTicket, PersonState, VisitEvent, VisitState } from './visit-state.ts';

const ticket = { ticketId: ticketId.parse(`t_${'1'.repeat(24)}`), label: 'A07', class: 'walk-up' as const, place: 2, since: 0 };
const waiting: PersonState = { kind: 'waiting', ticket, coming: false, comingBack: false };
const keeping: PersonState = { kind: 'keeping', ticket, isOver: false };
const place = { ticket: 'head.body.signature', label: 'A07', until: 1_800_000 };
const view = (more: Partial<KioskVisit> = {}): KioskVisit => ({
  visitId: id,
  state: 'waiting',
  step: 'person',
  phase: 'citizen',
  language: 'it',
  fence: { epoch: 0, counter: 0 },
  ticket,
  ...more,
});
const kept = at('person', { person: keeping, cardPresent: true });
const returning = (brought: BroughtTicket): VisitState => ({ ...idleVisit, stage: 'returning', language: 'en', brought });
const asked = returning({ phase: 'asked', failure: undefined });

describe('a place that is kept', () => {
  it('is asked for once, by somebody who waits', () => {
    const wanted = advance(at('person', { person: waiting, trail: ['duty'] }), { type: 'keep-wanted' });
    expect(wanted.state).to.deep.include({ stage: 'visiting', person: keeping });
    expect(wanted.effects).to.deep.equal([{ do: 'keep-ticket', visitId: id }]);
    expect(advance(wanted.state, { type: 'keep-wanted' }).effects).to.deep.equal([]);
  });

  const notNow: [string, PersonState][] = [
    ['nobody was asked for', { kind: 'none' }],
    ['a person is being asked for', { kind: 'asking' }],
    ['a person is here', withMarta],
    ['the person was lost and comes back', { ...waiting, comingBack: true }],
  ];
  for (const [when, person] of notNow) {
    it(`is not offered while ${when}`, () => {
      expect(canKeep(at('person', { person }))).to.equal(false);
      expect(advance(at('person', { person }), { type: 'keep-wanted' }).effects).to.deep.equal([]);
    });
  }

  it('ends the visit here with the ticket on screen and on paper; the rest is forgotten', () => {
    const read = { kind: 'read', result: { surname: 'Esempio' } } as never;
    const left = advance({ ...kept, card: read }, { type: 'kept', place });
    expect(left.state).to.deep.include({ stage: 'leaving', kept: { ...place, slip: 'printing' }, person: { kind: 'none' } });
    expect(JSON.stringify(left.state)).to.not.include('Esempio');
    expect(left.effects).to.deep.include({ do: 'timer', name: 'goodbye-read', ms: KEPT_READ_MS });
    expect(left.effects).to.deep.include({ do: 'print-ticket', place: { ...place, slip: 'printing' }, language: 'it' });
    expect(done(left.effects)).to.include('close-devices').and.to.not.include('end-visit');
  });

  const views: [string, KioskVisit | undefined, PersonState | undefined][] = [
    ['the visit is over', view({ state: 'ended' }), { ...keeping, isOver: true }],
    ['there is no visit', undefined, { ...keeping, isOver: true }],
    ['the place is another', view({ ticket: { ...ticket, place: 1 } }), { ...keeping, ticket: { ...ticket, place: 1 } }],
    ['an operator is looking at it', view({ state: 'offered' }), keeping],
    ['an operator was quicker', view({ state: 'with-operator', operator: { displayName: 'Marta', present: true } }), withMarta],
  ];
  for (const [what, visit, person] of views) {
    it(`goes on being kept, or not, when the queue says meanwhile that ${what}`, () => {
      const seen = advance(kept, { type: 'queue-visit', visit }).state;
      expect(seen.stage).to.equal('visiting');
      expect(seen.person).to.deep.equal(person);
    });
  }

  it('that cannot be kept is still a place in line, and the citizen is told', () => {
    const failed = advance(kept, { type: 'keep-failed', code: 'store-unavailable' });
    expect(failed.state).to.deep.include({ stage: 'visiting', person: waiting, notice: 'keep-failed' });
  });

  it('that cannot be kept, of a visit that the queue has no more, ends the visit', () => {
    const lost = run(kept, { type: 'queue-visit', visit: undefined }, { type: 'keep-failed', code: 'visit-unknown' });
    expect(lost.state).to.nested.include({ 'stage': 'leaving', 'leaving.reason': 'technical', 'leaving.visitOpen': false });
  });

  it('whose ticket comes when the citizen has ended the visit changes nothing more', () => {
    const over = advance(kept, { type: 'end' }).state;
    for (const late of [{ type: 'kept', place }, { type: 'keep-failed', code: 'timeout' }] as const) expect(advance(over, late).state).to.equal(over);
    const talking = at('person', { person: withMarta });
    expect(advance(talking, { type: 'kept', place }).state).to.equal(talking);
  });

  it('stays on screen until the citizen has it, tells of its slip, and waits for the card like any goodbye', () => {
    const shown = run(kept, { type: 'kept', place }, { type: 'devices-closed', cardPresent: true });
    expect(shown.state.leaving?.phase).to.equal('done');
    for (const [printed, slip] of [[true, 'printed'], [false, 'failed']] as const) {
      expect(advance(shown.state, { type: 'ticket-printed', printed }).state.kept?.slip).to.equal(slip);
    }
    const taken = advance(shown.state, { type: 'ticket-taken' });
    expect(taken.state).to.nested.include({ 'stage': 'leaving', 'leaving.readable': true });
    expect(done(advance(taken.state, { type: 'card-presence', present: false }).effects)).to.deep.equal(['wipe']);
    const bare = run({ ...kept, cardPresent: false }, { type: 'kept', place }, { type: 'devices-closed', cardPresent: false }, { type: 'ticket-taken' });
    expect(done(bare.effects)).to.deep.equal(['wipe']);
  });

  it('leaves the screen by itself when nobody says that he has it', () => {
    const left = run(kept, { type: 'kept', place }, { type: 'devices-closed', cardPresent: false }, { type: 'timer', name: 'goodbye-read' });
    expect(left.state.stage).to.equal('wiping');
  });

  it('is nothing that an ordinary goodbye knows of', () => {
    const left = advance(at('person'), { type: 'end' }).state;
    for (const event of [{ type: 'ticket-taken' }, { type: 'ticket-printed', printed: true }] as const) expect(advance(left, event).state).to.equal(left);
  });
});

describe('a ticket that is brought back', () => {
  const table: [string, VisitState, VisitEvent, Partial<VisitState>, string[]][] = [
    ['is asked for at an idle kiosk', { ...idleVisit, openFailure: 'timeout' }, { type: 'ticket-in-hand' }, { stage: 'returning', brought: { phase: 'asked', failure: undefined }, openFailure: undefined }, []],
    ['is read when it was laid down', asked, { type: 'ticket-laid' }, { brought: { phase: 'reading', failure: undefined } }, ['read-ticket']],
    ['is not read twice', returning({ phase: 'reading', failure: undefined }), { type: 'ticket-laid' }, {}, []],
    ['is shown to the queue', returning({ phase: 'reading', failure: undefined }), { type: 'ticket-read', ticket: place.ticket }, { brought: { phase: 'showing', failure: undefined }, sheetScanned: true }, ['show-ticket']],
    ['is not on the sheet', returning({ phase: 'reading', failure: undefined }), { type: 'ticket-read', ticket: undefined }, { brought: { phase: 'asked', failure: 'ticket-unknown' } }, []],
    ['cannot be read', returning({ phase: 'reading', failure: undefined }), { type: 'ticket-refused', code: 'scanner-empty' }, { brought: { phase: 'asked', failure: 'scanner-empty' } }, []],
    ['has served already', returning({ phase: 'showing', failure: undefined }), { type: 'ticket-refused', code: 'ticket-used' }, { brought: { phase: 'asked', failure: 'ticket-used' } }, []],
    ['may be given up', asked, { type: 'back' }, { stage: 'idle', brought: undefined, language: 'en' }, []],
    ['is given up by somebody who went', asked, { type: 'idle-over' }, { stage: 'idle', brought: undefined }, []],
    ['is not given up while it is read', returning({ phase: 'reading', failure: undefined }), { type: 'back' }, { stage: 'returning' }, []],
    ['makes way for a new number', returning({ phase: 'asked', failure: 'ticket-expired' }), { type: 'start', person: true }, { stage: 'opening', personFirst: true, brought: undefined }, ['open-visit']],
    ['makes no way while it is shown', returning({ phase: 'showing', failure: undefined }), { type: 'start', person: true }, { stage: 'returning' }, []],
    ['is forgotten by a kiosk that may serve nobody', asked, { type: 'out-of-service' }, { stage: 'idle', brought: undefined }, ['hang-up']],
  ];
  for (const [what, state, event, next, effects] of table) {
    it(what, () => {
      const advanced = advance(state, event);
      expect(advanced.state).to.deep.include(next);
      expect(done(advanced.effects)).to.deep.equal(effects);
    });
  }

  it('leads to the place it keeps, in its own language', () => {
    const here = advance({ ...returning({ phase: 'showing', failure: undefined }), sheetScanned: true }, { type: 'queue-visit', visit: view({ step: 'audience', language: 'it', service: 'information' }) });
    expect(here.state).to.deep.include({ stage: 'visiting', step: 'person', person: waiting, language: 'it', brought: undefined, notice: 'place-found', sheetScanned: true });
    expect(here.effects).to.deep.equal([{ do: 'report', step: 'person', phase: 'citizen', language: 'it', service: 'information' }]);
  });

  it('can be taken back only while it is asked for', () => {
    expect([asked, returning({ phase: 'reading', failure: undefined }), idleVisit].map(canGoBack)).to.deep.equal([true, false, false]);
  });
});
