import { expect } from 'chai';
import { dialogueId, kioskId, ticketId } from '@videosportello/protocol/ids.ts';
import type { KioskVisit, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import { advance, canGoBack, canShow, stepBack } from './visit-machine.ts';
import { at, done, id, opened, paperId, run, shownReview, withMarta } from './visit-samples.ts';
import { idleVisit } from './visit-state.ts';
import type { SignatureState, VisitEvent, VisitState } from './visit-state.ts';

const ticket = { ticketId: ticketId.parse(`t_${'1'.repeat(24)}`), label: 'A01', class: 'walk-up' as const, place: 1, since: 0 };
const answered = { answer: 'yes' as const, reason: 'x' };
const result = {
  answers: { genuine: answered, notCloned: answered, notExpired: answered, notRevoked: answered, holder: answered },
  surname: 'Esempio',
  givenNames: 'Giulia',
  specimen: true,
};
const queueVisit = (more: Partial<KioskVisit> = {}): KioskVisit => ({
  visitId: id,
  state: 'alone',
  step: 'audience',
  phase: 'citizen',
  language: 'it',
  fence: { epoch: 0, counter: 0 },
  ...more,
});
const reading = { kind: 'reading', document: 'cie', wrong: 0, phase: 'reading' } as const;
const readingService = { kind: 'reading', document: 'ts-cns', wrong: 0, phase: 'waiting-for-card' } as const;
const signature: SignatureState = {
  dialogueId: dialogueId.parse(`g_${'4'.repeat(24)}`),
  challenge: { product: 'Videosportello', kioskId: kioskId.parse('kiosk-1'), visitId: id, at: 0, nonce: '0'.repeat(64) },
  triesLeft: 3,
  lastTry: false,
};

describe('the visit machine', () => {
  describe('stages', () => {
    it('opens a visit at the touch and enters it when the queue has it', () => {
      const opening = advance(idleVisit, { type: 'start', person: false });
      expect(opening.state.stage).to.equal('opening');
      expect(opening.effects).to.deep.equal([{ do: 'open-visit', language: 'it' }]);
      const entered = advance(opening.state, { type: 'queue-visit', visit: queueVisit() });
      expect(entered.state).to.include({ stage: 'visiting', step: 'audience', visitId: id });
      expect(entered.effects).to.deep.equal([{ do: 'report', step: 'audience', phase: 'citizen', language: 'it', service: undefined }]);
    });

    it('says why a visit could not be opened, and tries again at the next touch', () => {
      const failed = run(idleVisit, { type: 'start', person: true }, { type: 'open-failed', code: 'store-unavailable' });
      expect(failed.state).to.include({ stage: 'idle', openFailure: 'store-unavailable', personFirst: false });
      expect(advance(failed.state, { type: 'start', person: false }).state.openFailure).to.equal(undefined);
    });

    it('calls a person at once when that was the first touch', () => {
      const entered = run(idleVisit, { type: 'start', person: true }, { type: 'queue-visit', visit: queueVisit() });
      expect(entered.state).to.deep.include({ step: 'person', person: { kind: 'asking' } });
      expect(done(entered.effects)).to.deep.equal(['report', 'open-ticket']);
    });

    it('does not let a second touch open a second visit', () => {
      const opening = advance(idleVisit, { type: 'start', person: false });
      expect(advance(opening.state, { type: 'start', person: false }).effects).to.deep.equal([]);
    });
  });

  describe('a reloaded page', () => {
    const resumed: [VisitStep, KioskVisit['state'], VisitStep][] = [
      ['duty', 'alone', 'duty'],
      ['access-number', 'alone', 'access-number'],
      ['reading', 'alone', 'card'],
      ['card-result', 'alone', 'card'],
      ['card-result', 'with-operator', 'person'],
      ['reading', 'waiting', 'person'],
      ['review', 'with-operator', 'person'],
      ['printing', 'with-operator', 'person'],
      ['goodbye', 'alone', 'person'],
    ];
    for (const [step, state, comesTo] of resumed) {
      it(`comes back from ${step} (${state}) into ${comesTo}`, () => {
        const visit = queueVisit({ step, state, ticket, service: 'residence-certificate', language: 'en' });
        const entered = advance(idleVisit, { type: 'queue-visit', visit }).state;
        expect(entered).to.include({ stage: 'visiting', step: comesTo, language: 'en', service: 'residence-certificate' });
        expect(advance(entered, { type: 'back' }).state.step).to.not.equal(undefined);
        expect(entered.trail).to.not.include(comesTo);
      });
    }
    it('stays idle when the queue has no visit, or one that has ended', () => {
      expect(advance(idleVisit, { type: 'queue-visit', visit: undefined }).state).to.equal(idleVisit);
      expect(advance(idleVisit, { type: 'queue-visit', visit: queueVisit({ state: 'ended' }) }).state).to.equal(idleVisit);
    });
  });

  describe('steps', () => {
    const steps: [VisitStep, VisitEvent, Partial<VisitState>, VisitStep][] = [
      ['audience', { type: 'audience', audience: 'private' }, {}, 'service'],
      ['audience', { type: 'audience', audience: 'public-office' }, {}, 'self-declaration'],
      ['self-declaration', { type: 'audience', audience: 'private' }, {}, 'service'],
      ['service', { type: 'service', service: 'residence-certificate' }, {}, 'duty'],
      ['service', { type: 'service', service: 'other-certificate' }, {}, 'privacy'],
      ['service', { type: 'service', service: 'information' }, {}, 'person'],
      ['duty', { type: 'duty', duty: 'exempt' }, {}, 'privacy'],
      ['privacy', { type: 'next' }, {}, 'card'],
      ['card', { type: 'next' }, {}, 'card'],
      ['card', { type: 'next' }, { cardPresent: true }, 'access-number'],
      ['card', { type: 'card-presence', present: true, card: 'other' }, {}, 'access-number'],
      ['privacy', { type: 'card-presence', present: true, card: 'other' }, {}, 'privacy'],
      ['access-number', { type: 'number', can: '123456' }, {}, 'reading'],
      ['card-result', { type: 'next' }, {}, 'person'],
      ['person', { type: 'next' }, { service: 'residence-certificate' }, 'privacy'],
      ['person', { type: 'next' }, { service: 'residence-certificate', trail: ['privacy'] }, 'card'],
      ['person', { type: 'next' }, { service: 'other-certificate', trail: ['privacy'] }, 'card'],
      ['person', { type: 'next' }, { service: 'information' }, 'person'],
      ['review', { type: 'case', opened }, { person: withMarta }, 'person'],
      ['printing', { type: 'case', opened }, { person: withMarta, opened }, 'printing'],
      ['duty', { type: 'person-wanted' }, {}, 'person'],
      ['duty', { type: 'review', review: shownReview }, {}, 'review'],
      ['duty', { type: 'paper', paper: { documentId: paperId, state: 'printing', reason: undefined } }, {}, 'printing'],
      ['duty', { type: 'shown-step', step: 'card' }, { person: withMarta }, 'card'],
      ['duty', { type: 'card-asked' }, { person: withMarta }, 'card'],
    ];
    for (const [from, event, more, to] of steps) {
      it(`goes from ${from} on ${event.type} ${JSON.stringify(more)} to ${to}`, () => {
        expect(advance(at(from, more), event).state.step).to.equal(to);
      });
    }

    it('leads back the way the citizen came, and stays at the first step', () => {
      const there = run(at('audience'), { type: 'audience', audience: 'private' }, { type: 'service', service: 'residence-certificate' });
      const back = run(there.state, { type: 'back' }, { type: 'back' });
      expect(back.state.step).to.equal('audience');
      expect(advance(back.state, { type: 'back' }).state.step).to.equal('audience');
    });

    it('keeps choices and ticket when a person is called and the citizen goes on reading', () => {
      const state = at('duty', { audience: 'private', service: 'residence-certificate', trail: ['audience', 'service'] });
      const called = run(state, { type: 'person-wanted' }, { type: 'queue-visit', visit: queueVisit({ state: 'waiting', ticket }) }, { type: 'back' });
      expect(called.state).to.include({ step: 'duty', audience: 'private', service: 'residence-certificate' });
      expect(called.state.person.kind).to.equal('waiting');
    });

    it('reports each change of whereabouts once', () => {
      const next = advance(at('duty'), { type: 'duty', duty: 'mark' });
      expect(next.effects).to.deep.equal([{ do: 'report', step: 'privacy', phase: 'citizen', language: 'it', service: undefined }]);
      expect(advance(next.state, { type: 'card-presence', present: true, card: 'other' }).effects).to.deep.equal([]);
    });
  });

  describe('a person', () => {
    it('is asked for once, however often the key is touched', () => {
      const first = advance(at('duty'), { type: 'person-wanted' });
      expect(done(first.effects)).to.include('open-ticket');
      expect(done(advance(first.state, { type: 'person-wanted' }).effects)).to.not.include('open-ticket');
    });
    it('can be asked for again after nobody was on duty', () => {
      const refused = run(at('duty'), { type: 'person-wanted' }, { type: 'person-refused', code: 'nobody-on-duty' });
      expect(refused.state.person).to.deep.equal({ kind: 'refused', code: 'nobody-on-duty' });
      expect(done(advance(refused.state, { type: 'person-wanted' }).effects)).to.include('open-ticket');
    });
    it('is no longer waited for when the citizen cancels', () => {
      const waiting = at('person', { person: { kind: 'waiting', ticket, coming: false, comingBack: false }, trail: ['duty'] });
      const cancelled = advance(waiting, { type: 'person-cancelled' });
      expect(cancelled.state).to.deep.include({ step: 'duty', person: { kind: 'none' } });
      expect(done(cancelled.effects)).to.include('cancel-ticket');
    });
    it('comes, is lost and comes back, and the citizen stays where he is', () => {
      const here = advance(at('card'), { type: 'queue-visit', visit: queueVisit({ state: 'with-operator', operator: { displayName: 'Marta', present: true } }) });
      expect(here.state).to.deep.include({ step: 'card', person: withMarta });
      const lost = advance(here.state, { type: 'queue-visit', visit: queueVisit({ state: 'waiting', ticket: { ...ticket, class: 'coming-back' } }) });
      expect(lost.state.person).to.include({ kind: 'waiting', comingBack: true });
      expect(lost.state.step).to.equal('card');
    });
  });

  describe('the card', () => {
    it('keeps the number out of the state', () => {
      const typed = advance(at('access-number'), { type: 'number', can: '731946' });
      expect(typed.effects).to.deep.include({ do: 'read-card', card: { document: 'cie', can: '731946' } });
      expect(JSON.stringify(typed.state)).to.not.include('731946');
    });
    it('counts wrong numbers, keeps the place, and lets the operator decide after three', () => {
      let state = at('access-number', { cardPresent: true });
      for (const wrong of [1, 2, 3]) {
        state = run(state, { type: 'number', can: '000000' }, { type: 'card-failed', code: 'card-wrong-number' }).state;
        expect(state).to.deep.include({ step: 'access-number', card: { kind: 'unread', wrong, failure: 'card-wrong-number' } });
      }
      expect(advance(state, { type: 'number', can: '000000' }).effects).to.deep.equal([]);
      const asked = advance({ ...state, person: withMarta }, { type: 'card-asked' }).state;
      expect(asked.card).to.deep.equal({ kind: 'unread', wrong: 0, failure: undefined });
    });
    it('of the service kind is read without a number, and a failure leads back to the reader', () => {
      const put = advance(at('card'), { type: 'card-presence', present: true, card: 'service-card' });
      expect(put.state).to.deep.include({ step: 'reading', card: readingService });
      expect(put.effects).to.deep.include({ do: 'read-card', card: { document: 'ts-cns' } });
      const failed = advance(put.state, { type: 'card-failed', code: 'card-wrong-pin' }).state;
      expect(failed).to.deep.include({ step: 'card', card: { kind: 'unread', wrong: 0, failure: 'card-wrong-pin' } });
      expect(done(advance(failed, { type: 'next' }).effects)).to.include('read-card');
    });
    it('of the service kind is not begun beside a reading, and the other kind asks for its number', () => {
      const beside = advance(at('card', { card: reading }), { type: 'card-presence', present: true, card: 'service-card' });
      expect(done(beside.effects)).to.not.include('read-card');
      const exchanged = run(at('card'), { type: 'card-presence', present: true, card: 'other' });
      expect(exchanged.state.step).to.equal('access-number');
    });
    it('asks for the PIN in front of the reading, and keeps it out of the state', () => {
      const asked = advance(at('reading', { card: readingService }), { type: 'signature', signature });
      expect(asked.state).to.deep.include({ step: 'reading', signature });
      expect(asked.effects).to.deep.include({ do: 'report', step: 'reading', phase: 'citizen', language: 'it', service: undefined });
      const answer = advance(asked.state, { type: 'signature-answered', pin: '73194' });
      expect(answer.state.signature).to.equal(undefined);
      expect(answer.effects).to.deep.include({ do: 'answer-signature', dialogueId: signature.dialogueId, pin: '73194' });
      expect(JSON.stringify(answer.state)).to.not.include('73194');
      expect(advance(answer.state, { type: 'signature-answered', pin: '73194' }).effects).to.deep.equal([]);
    });
    it('is not asked to sign when the citizen goes back from the PIN', () => {
      const asked = at('reading', { card: readingService, signature });
      expect(canGoBack(asked)).to.equal(true);
      const back = advance(asked, { type: 'back' });
      expect(back.effects).to.deep.include({ do: 'answer-signature', dialogueId: signature.dialogueId, pin: undefined });
      expect(back.state).to.deep.include({ step: 'reading', signature: undefined });
    });
    it('that signs nothing for whom it was not asked: the answer is no, and what is withdrawn goes', () => {
      const unasked = advance(at('card'), { type: 'signature', signature });
      expect(unasked.effects).to.deep.equal([{ do: 'answer-signature', dialogueId: signature.dialogueId, pin: undefined }]);
      expect(unasked.state.signature).to.equal(undefined);
      const asked = at('reading', { card: readingService, signature });
      expect(advance(asked, { type: 'signature-withdrawn', dialogueId: signature.dialogueId }).state.signature).to.equal(undefined);
      const other = dialogueId.parse(`g_${'5'.repeat(24)}`);
      expect(advance(asked, { type: 'signature-withdrawn', dialogueId: other }).state).to.equal(asked);
      expect(advance(asked, { type: 'card-failed', code: 'timeout' }).state).to.deep.include({ step: 'card', signature: undefined });
    });
    it('is locked at once when the server says so', () => {
      const state = run(at('access-number'), { type: 'number', can: '000000' }, { type: 'card-failed', code: 'card-tries-exhausted' }).state;
      expect(state.card).to.include({ wrong: 3 });
    });
    it('does not count a card taken away as a wrong number', () => {
      const state = run(at('access-number'), { type: 'number', can: '000000' }, { type: 'card-failed', code: 'card-removed' }).state;
      expect(state.card).to.deep.equal({ kind: 'unread', wrong: 0, failure: 'card-removed' });
    });
    it('shows the result, and back leads past number and reading', () => {
      const way: VisitStep[] = ['audience', 'service', 'duty', 'privacy', 'card'];
      const read = run(at('access-number', { trail: way }), { type: 'number', can: '000000' }, { type: 'card-phase', phase: 'photo' }, { type: 'card-read', result });
      expect(read.state.step).to.equal('card-result');
      expect(advance(read.state, { type: 'back' }).state.step).to.equal('privacy');
    });
    it('is not left while it is read: back, operator and another number wait', () => {
      const state = at('reading', { card: reading, trail: ['card'], person: withMarta });
      for (const event of [{ type: 'back' }, { type: 'number', can: '111111' }, { type: 'shown-step', step: 'duty' }, { type: 'card-asked' }] as const) {
        expect(advance(state, event).state.step, event.type).to.equal('reading');
      }
      const called = advance({ ...state, person: { kind: 'none' } }, { type: 'person-wanted' });
      expect(called.state).to.deep.include({ step: 'reading', person: { kind: 'asking' } });
    });
  });

  describe('the operator leads', () => {
    const table: [VisitStep, Partial<VisitState>, boolean][] = [
      ['duty', {}, true],
      ['card', {}, true],
      ['card', { card: reading }, false],
      ['reading', {}, false],
      ['goodbye', {}, false],
      ['card-result', {}, false],
      ['card-result', { card: { kind: 'read', result } }, true],
      ['review', {}, false],
      ['review', { review: shownReview }, true],
      ['printing', {}, false],
    ];
    for (const [step, more, expected] of table) {
      it(`${expected ? 'to' : 'not to'} ${step} ${Object.keys(more).join()}`, () => expect(canShow(at('audience', more), step)).to.equal(expected));
    }
    it('nowhere outside a visit', () => expect(canShow(idleVisit, 'duty')).to.equal(false));
  });

  describe('a sheet for the scanner', () => {
    const asked = advance(at('card', { trail: ['privacy'], person: withMarta }), { type: 'scan-asked' });
    const scanning = advance(asked.state, { type: 'scan', side: 'front' });
    const sent = advance(scanning.state, { type: 'scan-sent' });

    it('is asked for in front of the step, scanned at a touch, and leaves the step where it was', () => {
      expect(asked.state).to.deep.include({ step: 'card', notice: 'scan-asked', scan: { phase: 'asked', side: 'front', failure: undefined } });
      expect(scanning.effects).to.deep.equal([
        { do: 'report', step: 'card', phase: 'device', language: 'it', service: undefined },
        { do: 'scan', side: 'front' },
      ]);
      expect(sent.state).to.deep.include({ sheetScanned: true, scan: { phase: 'sent', side: 'front', failure: undefined } });
      const finished = advance(sent.state, { type: 'scan-done' });
      expect(finished.state).to.deep.include({ step: 'card', trail: ['privacy'], scan: undefined, notice: undefined });
    });

    it('is turned round, and scanned again when it failed', () => {
      const back = advance(sent.state, { type: 'scan', side: 'back' });
      expect(back.effects).to.deep.include({ do: 'scan', side: 'back' });
      const failed = advance(back.state, { type: 'scan-failed', code: 'scanner-empty' });
      expect(failed.state).to.deep.include({ sheetScanned: false, scan: { phase: 'failed', side: 'back', failure: 'scanner-empty' } });
      expect(done(advance(failed.state, { type: 'scan', side: 'back' }).effects)).to.include('scan');
    });

    it('is scanned once at a time, and is neither left nor asked for again meanwhile', () => {
      for (const event of [{ type: 'scan', side: 'back' }, { type: 'scan-asked' }, { type: 'scan-done' }, { type: 'back' }] satisfies VisitEvent[]) {
        expect(advance(scanning.state, event), event.type).to.deep.equal({ state: scanning.state, effects: [] });
      }
      expect([canGoBack(asked.state), canGoBack(scanning.state), canShow(scanning.state, 'duty')]).to.deep.equal([true, false, false]);
    });

    it('makes way for what the desk shows next; words that come while the scanner runs wait behind it', () => {
      expect(advance(asked.state, { type: 'shown-step', step: 'duty' }).state).to.include({ step: 'duty', scan: undefined });
      const words = advance(scanning.state, { type: 'review', review: shownReview });
      expect(words.state.scan?.phase).to.equal('running');
      expect(run(words.state, { type: 'scan-sent' }, { type: 'scan-done' }).state).to.include({ step: 'review', scan: undefined });
    });

    it('stays in front when a card is put down, and is left by the key back', () => {
      const card = advance(asked.state, { type: 'card-presence', present: true, card: 'other' }).state;
      expect(card).to.deep.include({ step: 'card', cardPresent: true, scan: asked.state.scan });
      expect(advance(card, { type: 'back' }).state).to.include({ step: 'card', scan: undefined });
    });

    it('is not asked for while a card is read, and what comes of it after the end means nothing', () => {
      const busy = at('reading', { card: reading });
      expect(advance(busy, { type: 'scan-asked' }).state).to.equal(busy);
      const left = advance(scanning.state, { type: 'end' }).state;
      expect(left.scan).to.equal(undefined);
      expect(advance(left, { type: 'scan-sent' }).state).to.equal(left);
    });
  });

  describe('the way back', () => {
    it('passes what has nothing to show any more', () => {
      const seen = run(at('duty', { trail: ['audience', 'service'], person: withMarta }), { type: 'review', review: shownReview });
      const agreed = advance(seen.state, { type: 'review-answered', agreed: true }).state;
      expect(agreed.step).to.equal('person');
      expect(stepBack(agreed)).to.equal('duty');
      expect(advance(agreed, { type: 'back' }).state).to.deep.include({ step: 'duty', trail: ['audience', 'service'] });
    });
    it('leads to words that were left without an answer, as long as they stand', () => {
      const left = run(at('duty', { person: withMarta }), { type: 'review', review: shownReview }, { type: 'person-wanted' }).state;
      expect(stepBack(left)).to.equal('review');
      expect(stepBack(advance(left, { type: 'review-withdrawn', reviewId: shownReview.reviewId }).state)).to.equal('duty');
    });
    it('is closed where there is none', () => {
      const trail: VisitStep[] = ['audience'];
      expect([at('audience'), at('review', { trail, review: shownReview }), at('reading', { trail, card: reading }), idleVisit].map(stepBack)).to.deep.equal([undefined, undefined, undefined, undefined]);
    });
  });

  describe('what comes while the card is read', () => {
    it('stays on screen when the card is done', () => {
      const reviewing = advance(at('reading', { card: reading, person: withMarta }), { type: 'review', review: shownReview }).state;
      expect(advance(reviewing, { type: 'card-read', result }).state).to.deep.include({ step: 'review', card: { kind: 'read', result } });
      expect(advance(reviewing, { type: 'card-failed', code: 'card-removed' }).state).to.deep.include({
        step: 'review',
        card: { kind: 'unread', wrong: 0, failure: 'card-removed' },
      });
    });
    it('lets a card that was read be read again', () => {
      const again = advance(at('access-number', { card: { kind: 'read', result } }), { type: 'number', can: '123456' });
      expect(again.state).to.deep.include({ step: 'reading', card: { kind: 'reading', document: 'cie', wrong: 0, phase: 'waiting-for-card' } });
      expect(done(again.effects)).to.include('read-card');
    });
  });

  describe('the idle warning', () => {
    it('ends a visit that nobody answers for', () => {
      const over = run(at('duty'), { type: 'idle-warned' }, { type: 'idle-over' });
      expect(over.state.stage).to.equal('leaving');
      expect(over.effects).to.deep.include({ do: 'end-visit', reason: 'idle' });
    });
    it('is answered by a touch', () => {
      const answer = run(at('duty'), { type: 'idle-warned' }, { type: 'idle-answered' }, { type: 'idle-over' });
      expect(answer.state).to.include({ stage: 'visiting', warned: false });
    });
    it('never ends a visit with an operator, also when he comes during the warning', () => {
      const warned = run(at('duty'), { type: 'idle-warned' }, { type: 'queue-visit', visit: queueVisit({ state: 'with-operator' }) });
      expect(warned.state.warned).to.equal(false);
      expect(advance(warned.state, { type: 'idle-over' }).state.stage).to.equal('visiting');
      expect(advance(at('duty', { person: withMarta }), { type: 'idle-warned' }).state.warned).to.equal(false);
    });
  });

  describe('the end', () => {
    it('follows the operator, and what the queue has lost', () => {
      const ended = advance(at('person', { person: withMarta }), { type: 'queue-visit', visit: queueVisit({ state: 'ended' }) });
      expect(ended.state.leaving).to.include({ reason: 'operator', visitOpen: false });
      expect(done(ended.effects)).to.not.include('end-visit');
      expect(advance(at('person'), { type: 'queue-visit', visit: undefined }).state.leaving).to.include({ reason: 'technical' });
    });
    it('drops everything personal at once', () => {
      const left = advance(at('card-result', { card: { kind: 'read', result }, review: shownReview, person: withMarta }), { type: 'end' });
      expect(JSON.stringify(left.state)).to.not.match(/Esempio|Giulia|Marta/);
    });
  });
});
