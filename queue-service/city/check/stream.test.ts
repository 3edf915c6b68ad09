import { expect } from 'chai';
import { ANNA, BRUNO, createStory } from './testing/story.ts';

/** A whole visit in both accounts; `kinds` are the steps that the stream has. */
const whole = (kinds: readonly string[] = ['opened', 'queued', 'offered', 'accepted', 'ended', 'wrapped-up'], who = ANNA) => {
  const story = createStory();
  story.available(ANNA);
  story.at(1_000).queue('kiosk-1');
  const offer = story.offer(ANNA, 'kiosk-1');
  const by: Record<string, Record<string, unknown>> = {
    offered: { operator: who },
    accepted: { operator: who },
    ended: { operator: who, reason: 'operator' },
    'wrapped-up': { operator: who, reason: 'served' },
  };
  const atEnd = kinds.findIndex((kind) => kind === 'ended' || kind === 'wrapped-up');
  for (const kind of kinds.slice(0, atEnd)) story.step(kind, 'kiosk-1', by[kind]);
  story.accept(ANNA, 'kiosk-1', offer);
  story.at(9_000);
  for (const kind of kinds.slice(atEnd)) story.step(kind, 'kiosk-1', by[kind]);
  story.finishTalk(ANNA, 'kiosk-1');
  return story;
};

describe('stream-differs', () => {
  it('is not found when both tell the same', () => expect(whole().names({ hasStream: true })).to.deep.equal([]));
  for (const missing of ['opened', 'queued', 'offered', 'accepted', 'ended', 'wrapped-up']) {
    it(`is found when "${missing}" is missing`, () => {
      const kinds = ['opened', 'queued', 'offered', 'accepted', 'ended', 'wrapped-up'].filter((kind) => kind !== missing);
      expect(whole(kinds).names({ hasStream: true })).to.deep.equal(['stream-differs']);
    });
  }
  it('is found when the stream names another operator', () => {
    expect(whole(undefined, BRUNO).names({ hasStream: true })).to.deep.equal(['stream-differs']);
  });
  it('is found when a step was made before anybody asked for it', () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    for (const kind of ['opened', 'queued']) story.step(kind, 'kiosk-1');
    story.at(2_000).step('cancelled', 'kiosk-1');
    const cancelled = story.at(3_000).ask('kiosk-1', 'ticket.cancel', { visitId: story.visitId('kiosk-1') });
    story.answer('kiosk-1', cancelled, story.shown('kiosk-1', 'alone'));
    expect(story.names({ hasStream: true })).to.deep.equal(['stream-differs']);
  });
  it('is found when it has an end that nobody asked for', () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    for (const kind of ['opened', 'queued']) story.step(kind, 'kiosk-1');
    story.step('ended', 'kiosk-1', { reason: 'citizen' });
    expect(story.names({ hasStream: true })).to.deep.equal(['stream-differs']);
  });
  it('is found when a talk ended as if nobody stood before the kiosk', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    story.take(ANNA, 'kiosk-1');
    story.at(2_000).end('kiosk-1');
    for (const kind of ['opened', 'queued', 'offered', 'accepted']) story.step(kind, 'kiosk-1', kind === 'opened' || kind === 'queued' ? {} : { operator: ANNA });
    story.step('ended', 'kiosk-1', { operator: ANNA, reason: 'idle' });
    expect(story.check({ hasStream: true }).findings.map(({ sentence }) => sentence.split(': ')[1])).to.deep.equal([
      'the stream has a talk that ended as if nobody were there (5-0).',
    ]);
  });
  it('is not found when the asking had no answer', () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    for (const kind of ['opened', 'queued']) story.step(kind, 'kiosk-1');
    story.unknown('kiosk-1', story.ask('kiosk-1', 'visit.end', { visitId: story.visitId('kiosk-1') }));
    story.step('ended', 'kiosk-1', { reason: 'citizen' });
    expect(story.names({ hasStream: true })).to.deep.equal([]);
  });
  for (const [what, until, at, names] of [
    ['by the end of a sign-in', 3_000, 3_050, []],
    ['by nobody before the end of a sign-in', 3_000, 2_000, ['stream-differs']],
    ['by nobody', Infinity, 3_050, ['stream-differs']],
  ] as const) {
    it(`is ${names.length > 0 ? '' : 'not '}found when an offer was declined ${what}`, () => {
      const story = createStory();
      story.hello(ANNA, { desk: { presence: 'available', visits: [] } }, until < Infinity ? { signedInUntil: until } : {});
      story.at(1_000).queue('kiosk-1');
      const offerId = story.offer(ANNA, 'kiosk-1');
      for (const kind of ['opened', 'queued']) story.step(kind, 'kiosk-1');
      story.step('offered', 'kiosk-1', { operator: ANNA });
      story.at(at).step('declined', 'kiosk-1', { operator: ANNA });
      story.saw(ANNA, 'offer.withdrawn', { offerId, why: 'superseded' });
      story.at(4_000).unknown('kiosk-1', story.ask('kiosk-1', 'visit.end', { visitId: story.visitId('kiosk-1') }));
      story.step('ended', 'kiosk-1', { reason: 'citizen' });
      expect(story.names({ hasStream: true })).to.deep.equal(names);
    });
  }
  it('is found when an acceptance that was refused stands there', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    const offer = story.offer(ANNA, 'kiosk-1');
    story.fail(ANNA, story.ask(ANNA, 'offer.accept', { offerId: offer }), 'offer-gone');
    for (const kind of ['opened', 'queued']) story.step(kind, 'kiosk-1');
    for (const kind of ['offered', 'accepted']) story.step(kind, 'kiosk-1', { operator: ANNA });
    story.end('kiosk-1');
    story.step('ended', 'kiosk-1', { reason: 'citizen' });
    expect(story.names({ hasStream: true })).to.deep.equal(['stream-differs']);
  });
  it('is not found when a talk that a store without memory has found again is wrapped up long after its end', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    for (const kind of ['opened', 'queued']) story.step(kind, 'kiosk-1');
    story.take(ANNA, 'kiosk-1');
    for (const kind of ['offered', 'accepted']) story.step(kind, 'kiosk-1', { operator: ANNA });
    story.at(2_000).fault('f1', 'amnesia');
    story.at(3_000).fault('f1', 'over');
    story.step('restored', 'kiosk-1', { operator: ANNA });
    story.at(9_000).step('ended', 'kiosk-1', { operator: ANNA, reason: 'operator' });
    const { visitId } = story.shown('kiosk-1', 'with-operator').visit;
    story.answer(ANNA, story.ask(ANNA, 'visit.end', { visitId }));
    story.see('kiosk-1', 'ended');
    story.at(90_000).step('wrapped-up', 'kiosk-1', { operator: ANNA, reason: 'served' });
    story.answer(ANNA, story.ask(ANNA, 'wrap-up.done', { visitId }));
    expect(story.names({ hasStream: true })).to.deep.equal([]);
  });
  it('is not found with a batch that came twice', () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    story.step('opened', 'kiosk-1');
    story.step('queued', 'kiosk-1');
    story.repeatStep(1);
    expect(story.names({ hasStream: true })).to.deep.equal([]);
  });
});

describe('decision-differs', () => {
  it('is found when the twin has a complaint, and says it', () => {
    const story = createStory();
    story.at(1_000).hello('kiosk-1');
    for (const id of ['1-0', '2-0']) story.decision(id);
    const report = story.check({ hasStream: true, replay: ({ id }) => (id === '2-0' ? 'the other visit was older.' : undefined) });
    const sentence = 'Decision 2-0: the other visit was older.';
    expect(report.findings).to.deep.equal([{ name: 'decision-differs', at: 1_000, seqs: [], sentence }]);
    expect(report.counts.decisions).to.equal(2);
  });
});

describe('estimates', () => {
  it('are measured from the first range to the offer, and are no breach', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    const { visit } = story.shown('kiosk-1', 'waiting');
    const ticket = { ...visit.ticket, estimate: { fromMs: 1_000, toMs: 5_000 } };
    story.saw('kiosk-1', 'visit.changed', { visit: { ...visit, ticket } });
    story.at(1_050).take(ANNA, 'kiosk-1');
    const report = story.check();
    expect(report.counts.estimates).to.deep.equal({ given: 1, within: 0, shorter: 1, longer: 0 });
    expect(report.ok).to.equal(true);
  });
});
