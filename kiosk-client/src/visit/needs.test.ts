import { expect } from 'chai';
import { ticketId } from '@videosportello/protocol/ids.ts';
import type { KioskVisit } from '@videosportello/protocol/messages/visit.ts';
import { toggled } from '../steps/need-keys.ts';
import { advance } from './visit-machine.ts';
import { at, id, run, withMarta } from './visit-samples.ts';
import { idleVisit } from './visit-state.ts';
import type { PersonState } from './visit-state.ts';

const ticket = { ticketId: ticketId.parse(`t_${'1'.repeat(24)}`), label: 'A01', class: 'walk-up' as const, place: 1, since: 0 };
const waiting: PersonState = { kind: 'waiting', ticket, coming: false, comingBack: false };
const view = (more: Partial<KioskVisit>): KioskVisit => ({
  visitId: id,
  state: 'waiting',
  step: 'person',
  phase: 'citizen',
  language: 'it',
  fence: { epoch: 0, counter: 0 },
  ...more,
});

describe('what a citizen needs of the person who comes', () => {
  it('goes with the first touch to the ticket', () => {
    const asked = run(idleVisit, { type: 'start', person: true, needs: ['sign-language'] }, { type: 'queue-visit', visit: view({ state: 'alone' }) });
    expect(asked.effects).to.deep.include({ do: 'open-ticket', needs: ['sign-language'] });
    expect(asked.state).to.deep.include({ needs: ['sign-language'], person: { kind: 'asking' } });
  });

  it('is forgotten when the visit could not be opened', () => {
    const failed = run(idleVisit, { type: 'start', person: true, needs: ['assisted'] }, { type: 'open-failed', code: 'timeout' });
    expect(failed.state.needs).to.deep.equal([]);
  });

  it('is asked for beside the place of somebody who waits, and shown once the queue has it', () => {
    const wished = advance(at('person', { person: waiting }), { type: 'person-wanted', needs: ['assisted'] });
    expect(wished.effects).to.deep.equal([{ do: 'open-ticket', needs: ['assisted'] }]);
    expect(wished.state).to.deep.include({ person: waiting, needs: [] });
    const seen = advance(wished.state, { type: 'queue-visit', visit: view({ ticket, needs: ['assisted'] }) });
    expect(seen.state.needs).to.deep.equal(['assisted']);
    expect(advance(seen.state, { type: 'person-wanted', needs: ['assisted'] }).effects).to.deep.equal([]);
    expect(advance(seen.state, { type: 'person-wanted' }).effects).to.deep.equal([]);
    expect(advance(seen.state, { type: 'queue-visit', visit: view({ ticket }) }).state.needs).to.deep.equal([]);
  });

  it('that nobody can meet leaves the place, and the citizen is told', () => {
    const refused = run(at('person', { person: waiting }), { type: 'person-wanted', needs: ['sign-language'] }, { type: 'person-refused', code: 'nobody-on-duty' });
    expect(refused.state).to.deep.include({ person: waiting, needs: [], notice: 'need-refused' });
  });

  it('may be met otherwise: by somebody who writes', () => {
    const refused = at('person', { person: { kind: 'refused', code: 'nobody-on-duty' }, needs: ['sign-language'] });
    const instead = advance(refused, { type: 'person-wanted', needs: ['text-only'] });
    expect(instead.effects).to.deep.equal([{ do: 'open-ticket', needs: ['text-only'] }]);
    expect(advance(refused, { type: 'person-wanted' }).effects).to.deep.equal([{ do: 'open-ticket', needs: ['sign-language'] }]);
  });

  it('changes nothing once a person is there', () => {
    const talking = at('person', { person: withMarta, needs: ['assisted'] });
    expect(advance(talking, { type: 'person-wanted', needs: [] }).effects).to.deep.equal([]);
  });

  it('comes back with a page that was loaded again, and with a kept place', () => {
    expect(advance(idleVisit, { type: 'queue-visit', visit: view({ ticket, needs: ['sign-language'] }) }).state.needs).to.deep.equal(['sign-language']);
  });

  it('is switched on and off by one key', () => {
    expect(toggled([], 'assisted')).to.deep.equal(['assisted']);
    expect(toggled(['assisted', 'sign-language'], 'assisted')).to.deep.equal(['sign-language']);
  });
});
