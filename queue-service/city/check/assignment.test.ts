import { expect } from 'chai';
import { ANNA, BRUNO, CARLA, createStory } from './testing/story.ts';

describe('double-assignment', () => {
  const talk = () => {
    const story = createStory();
    story.available(ANNA);
    story.available(BRUNO);
    story.at(1_000).queue('kiosk-1');
    story.at(1_050).take(ANNA, 'kiosk-1');
    return story;
  };
  it('is found when a second operator gets a visit that nobody gave back', () => {
    const story = talk();
    story.at(3_000).take(BRUNO, 'kiosk-1');
    const [finding, ...others] = story.check().findings;
    expect(others).to.deep.equal([]);
    expect(finding).to.include({ name: 'double-assignment', at: 3_000, visitId: story.visitId('kiosk-1'), operatorId: BRUNO });
    // The two answers that gave the visit.
    const givers = story.lines.filter(({ line, seq }) => line === 'ok' && finding?.seqs.includes(seq)).map(({ who }) => who);
    expect(givers).to.deep.equal([ANNA, BRUNO]);
  });
  it('is found when both have the same fence, whatever happened before', () => {
    const story = talk();
    story.at(3_000).saw(ANNA, 'closed');
    story.at(9_000).requeue('kiosk-1');
    const offer = story.offer(BRUNO, 'kiosk-1');
    story.accept(BRUNO, 'kiosk-1', offer);
    // Anna comes back, and her desk still has it, under the fence that Bruno has.
    story.at(10_000).hello(ANNA, story.desk('not-ready', 'kiosk-1'));
    expect(story.names()).to.deep.equal(['double-assignment']);
  });
  it('is not found after a hand-over', () => {
    const story = talk();
    story.at(3_000).answer(ANNA, story.ask(ANNA, 'visit.hand-over', { visitId: story.visitId('kiosk-1') }));
    story.requeue('kiosk-1');
    story.at(3_050).take(BRUNO, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not found after a hand-over of which nobody knows whether it came through', () => {
    const story = talk();
    const id = story.at(3_000).ask(ANNA, 'visit.hand-over', { visitId: story.visitId('kiosk-1') });
    story.unknown(ANNA, id);
    story.at(3_050).take(BRUNO, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not found when the operator was gone in between', () => {
    const story = talk();
    story.at(3_000).fault('f1', 'crash', [ANNA ?? '']);
    story.at(7_500).requeue('kiosk-1');
    story.take(BRUNO, 'kiosk-1');
    story.at(8_000).fault('f1', 'over');
    story.hello(ANNA);
    story.at(12_000).finishTalk(BRUNO, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
});

describe('capacity-exceeded', () => {
  it('is found at the second visit of one who may have one', () => {
    const story = createStory();
    story.available(ANNA);
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.at(1_000).queue(kiosk);
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.at(1_050).take(ANNA, kiosk);
    expect(story.names()).to.deep.equal(['capacity-exceeded']);
  });
  it('is found when a wrap-up is not counted', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    story.take(ANNA, 'kiosk-1');
    story.at(5_000).answer(ANNA, story.ask(ANNA, 'visit.end', { visitId: story.visitId('kiosk-1') }));
    story.see('kiosk-1', 'ended');
    story.queue('kiosk-2');
    story.at(6_000).take(ANNA, 'kiosk-2');
    expect(story.names()).to.deep.equal(['capacity-exceeded']);
  });
  it('is found when the offer was made too early, though it was accepted late enough', () => {
    const story = createStory();
    story.available(ANNA);
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.at(1_000).queue(kiosk);
    story.take(ANNA, 'kiosk-1');
    const offer = story.at(1_050).offer(ANNA, 'kiosk-2');
    story.at(3_000).finishTalk(ANNA, 'kiosk-1');
    story.at(4_000).accept(ANNA, 'kiosk-2', offer);
    expect(story.names()).to.deep.equal(['capacity-exceeded']);
  });
  it('is not found within the capacity, nor once a visit may have been put away', () => {
    const story = createStory();
    story.available(CARLA);
    for (const kiosk of ['kiosk-1', 'kiosk-2']) {
      story.at(1_000).queue(kiosk);
      story.take(CARLA, kiosk);
    }
    story.at(5_000).answer(CARLA, story.ask(CARLA, 'visit.end', { visitId: story.visitId('kiosk-1') }));
    story.see('kiosk-1', 'ended');
    const id = story.ask(CARLA, 'wrap-up.done', { visitId: story.visitId('kiosk-1') });
    story.unknown(CARLA, id);
    story.queue('kiosk-3');
    story.at(5_050).take(CARLA, 'kiosk-3');
    expect(story.names()).to.deep.equal([]);
  });
});

describe('foreign-visit', () => {
  it('is found when a kiosk is granted something for the visit of another', () => {
    const story = createStory();
    story.open('kiosk-1');
    story.open('kiosk-2');
    story.at(2_000).answer('kiosk-2', story.ask('kiosk-2', 'visit.step', { visitId: story.visitId('kiosk-1') }));
    expect(story.names()).to.deep.equal(['foreign-visit']);
  });
  it('is found when an operator ends what he is only offered', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    const offerId = story.offer(ANNA, 'kiosk-1');
    story.at(2_000).answer(ANNA, story.ask(ANNA, 'visit.end', { visitId: story.visitId('kiosk-1') }));
    story.saw(ANNA, 'offer.withdrawn', { offerId, why: 'citizen-left' });
    expect(story.names()).to.deep.equal(['foreign-visit']);
  });
  it('is not found when he ends what he is just accepting, but afterwards when the acceptance was refused', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    const offerId = story.offer(ANNA, 'kiosk-1');
    const accept = story.at(2_000).ask(ANNA, 'offer.accept', { offerId });
    const end = story.ask(ANNA, 'visit.end', { visitId: story.visitId('kiosk-1') });
    story.answer(ANNA, accept, story.shown('kiosk-1', 'with-operator'));
    story.see('kiosk-1', 'with-operator');
    story.answer(ANNA, end);
    story.see('kiosk-1', 'ended');
    expect(story.names()).to.deep.equal([]);

    const refused = createStory();
    refused.available(ANNA);
    refused.at(1_000).queue('kiosk-1');
    refused.fail(ANNA, refused.ask(ANNA, 'offer.accept', { offerId: refused.offer(ANNA, 'kiosk-1') }), 'offer-gone');
    refused.answer(ANNA, refused.ask(ANNA, 'visit.end', { visitId: refused.visitId('kiosk-1') }));
    expect(refused.names()).to.include('foreign-visit');
  });
  it('is not found when they are refused, nor for a visit that the desk was shown', () => {
    const story = createStory();
    for (const operator of [ANNA, BRUNO]) story.available(operator);
    story.at(1_000).queue('kiosk-1');
    story.open('kiosk-2');
    story.take(ANNA, 'kiosk-1');
    for (const op of ['visit.end', 'visit.hand-over', 'wrap-up.done', 'grants.renew']) {
      story.fail(BRUNO, story.at(2_000).ask(BRUNO, op, { visitId: story.visitId('kiosk-1') }), 'visit-unknown');
    }
    story.fail('kiosk-2', story.ask('kiosk-2', 'visit.end', { visitId: story.visitId('kiosk-1') }), 'visit-unknown');
    story.hello(ANNA, story.desk('available', 'kiosk-1'));
    story.at(3_000).finishTalk(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
});

describe('stale-fence-accepted', () => {
  /** Anna vanishes with a talk; Bruno gets it; Anna is back with an empty desk. */
  const overtaken = () => {
    const story = createStory();
    story.available(ANNA);
    story.available(BRUNO);
    story.at(1_000).queue('kiosk-1');
    story.take(ANNA, 'kiosk-1');
    story.at(3_000).fault('f1', 'cut', [ANNA ?? '']);
    story.at(6_000).saw(ANNA, 'closed');
    story.at(7_500).requeue('kiosk-1');
    story.take(BRUNO, 'kiosk-1');
    story.at(9_000).fault('f1', 'healed');
    story.hello(ANNA);
    return story;
  };
  it('is found when the one before is granted something', () => {
    const story = overtaken();
    const id = story.at(9_500).ask(ANNA, 'grants.renew', { visitId: story.visitId('kiosk-1') });
    story.answer(ANNA, id);
    expect(story.names()).to.deep.equal(['stale-fence-accepted']);
  });
  it('is not found when he is refused', () => {
    const story = overtaken();
    const id = story.at(9_500).ask(ANNA, 'grants.renew', { visitId: story.visitId('kiosk-1') });
    story.fail(ANNA, id, 'fence-stale');
    story.at(12_000).finishTalk(BRUNO, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not found when he had asked before the other had it', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    story.take(ANNA, 'kiosk-1');
    const renewal = story.at(2_000).ask(ANNA, 'grants.renew', { visitId: story.visitId('kiosk-1') });
    story.answer(ANNA, story.ask(ANNA, 'visit.hand-over', { visitId: story.visitId('kiosk-1') }));
    story.requeue('kiosk-1');
    story.answer(ANNA, renewal);
    expect(story.names()).to.deep.equal([]);
  });
  it('is found when the visit was back in the queue', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    story.take(ANNA, 'kiosk-1');
    story.answer(ANNA, story.at(2_000).ask(ANNA, 'visit.hand-over', { visitId: story.visitId('kiosk-1') }));
    story.requeue('kiosk-1');
    story.answer(ANNA, story.at(3_000).ask(ANNA, 'grants.renew', { visitId: story.visitId('kiosk-1') }));
    expect(story.names()).to.deep.equal(['stale-fence-accepted']);
  });
  it('is found when an older session is granted something after a newer one was greeted', () => {
    const story = createStory();
    story.available(ANNA);
    const id = story.at(1_000).ask(ANNA, 'presence.set', { presence: 'not-ready' });
    story.hello(ANNA);
    // Sent before the newer session: no breach.
    story.answer(ANNA, id, { desk: { presence: 'not-ready', visits: [] } }, 1);
    expect(story.names()).to.deep.equal([]);
    const later = createStory();
    later.available(ANNA);
    later.at(1_000).hello(ANNA);
    const fields = { line: 'invoke', op: 'presence.set', presence: 'not-ready' } as const;
    later.lines.push({ ...fields, seq: later.lines.length + 2, at: 2_000, who: ANNA ?? '', session: 1, id: 'old' });
    later.at(2_000).answer(ANNA, 'old', {}, 1);
    expect(later.names()).to.deep.equal(['stale-fence-accepted']);
  });
});
