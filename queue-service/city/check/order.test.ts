import { expect } from 'chai';
import { ANNA, BRUNO, CARLA, createStory } from './testing/story.ts';

/** Anna is talking, two citizens wait in the order of their numbers; at 10 s Anna is free again. */
const twoWaiting = (options: Parameters<typeof createStory>[0] = {}, firstLane = 'valfiorita.it') => {
  const story = createStory(options);
  story.available(ANNA);
  story.at(1_000).queue('kiosk-9');
  story.take(ANNA, 'kiosk-9');
  story.at(2_000).queue('kiosk-1', 'walk-up', [{ lane: firstLane, afterMs: 0 }]);
  story.at(3_000).queue('kiosk-2');
  return story;
};
const free = (story: ReturnType<typeof createStory>, at: number) => story.at(at).finishTalk(ANNA, 'kiosk-9');

describe('overtaking', () => {
  it('is found when the younger of a class is offered first', () => {
    const story = twoWaiting();
    free(story, 10_000);
    const offer = story.offer(ANNA, 'kiosk-2');
    story.at(10_050).accept(ANNA, 'kiosk-2', offer);
    const [finding, ...others] = story.check().findings;
    expect(others).to.deep.equal([]);
    expect(finding).to.include({ name: 'overtaking', at: 10_000, visitId: story.visitId('kiosk-2'), operatorId: ANNA });
    expect(finding?.sentence).to.include(story.visitId('kiosk-1'));
  });
  it('is not found in the order of the tickets, however the lines of one moment are mixed', () => {
    const story = twoWaiting();
    story.available(BRUNO);
    // Both are offered in one moment; Bruno's line comes first.
    free(story, 3_000);
    const second = story.offer(BRUNO, 'kiosk-2');
    const first = story.offer(ANNA, 'kiosk-1');
    story.at(3_050).accept(BRUNO, 'kiosk-2', second);
    story.accept(ANNA, 'kiosk-1', first);
    expect(story.names()).to.deep.equal([]);
  });
  for (const [why, hinder] of [
    ['had refused', (story: ReturnType<typeof createStory>) => {
      free(story, 4_000);
      const offer = story.offer(ANNA, 'kiosk-1');
      story.answer(ANNA, story.ask(ANNA, 'offer.decline', { offerId: offer }));
      story.see('kiosk-1', 'waiting');
    }],
    ['does not serve', (story: ReturnType<typeof createStory>) => free(story, 4_000)],
    ['cannot see at the moment, its kiosk being away', (story: ReturnType<typeof createStory>) => {
      story.at(4_000).fault('f1', 'cut', ['kiosk-1']);
      free(story, 4_000);
    }],
  ] as const) {
    it(`is not found when the older one is a visit that the operator ${why}`, () => {
      const story = twoWaiting({}, why === 'does not serve' ? 'valfiorita.de' : 'valfiorita.it');
      hinder(story);
      const offer = story.at(4_050).offer(ANNA, 'kiosk-2');
      story.at(6_000).accept(ANNA, 'kiosk-2', offer);
      expect(story.names()).to.deep.equal([]);
    });
  }
  it('is not found among crossed requests when an older view comes between a request and its answer', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-9');
    story.take(ANNA, 'kiosk-9');
    story.at(2_000).open('kiosk-2');
    const asked = story.ask('kiosk-2', 'ticket.open', {
      visitId: story.visitId('kiosk-2'),
      plan: [{ lane: 'valfiorita.it', afterMs: 0 }],
    });
    story.see('kiosk-2', 'alone');
    story.at(3_000).queue('kiosk-1');
    story.answer('kiosk-2', asked, story.shown('kiosk-2', 'waiting'));
    free(story, 10_000);
    const offer = story.offer(ANNA, 'kiosk-2');
    story.at(10_050).accept(ANNA, 'kiosk-2', offer);
    expect(story.names()).to.deep.equal([]);
  });
  it('is found when somebody who came back has lost his place to a younger one who came back', () => {
    const story = createStory();
    story.available(CARLA);
    for (const [index, kiosk] of ['kiosk-1', 'kiosk-2', 'kiosk-3'].entries()) story.at(1_000 + index).queue(kiosk);
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.at(1_050).take(CARLA, kiosk);
    story.at(5_000).fault('f1', 'crash', [CARLA ?? '']);
    for (const kiosk of ['kiosk-2', 'kiosk-1']) story.at(9_200).requeue(kiosk);
    story.available(ANNA);
    story.at(9_250).take(ANNA, 'kiosk-2');
    expect(story.names()).to.deep.equal(['overtaking']);
  });
  it('is found when the store came back and had lost the order', () => {
    const story = twoWaiting();
    story.at(5_000).fault('f1', 'amnesia');
    story.at(6_000).fault('f1', 'over');
    free(story, 20_000);
    story.take(ANNA, 'kiosk-2');
    expect(story.names()).to.deep.equal(['overtaking']);
  });
  it('is found when somebody who came back later with his ticket, at another kiosk, has lost his place', () => {
    const story = twoWaiting();
    story.at(4_000).keep('kiosk-1', 'kept-1');
    story.show('kiosk-3', 'kept-1');
    free(story, 10_000);
    story.take(ANNA, 'kiosk-2');
    expect(story.names()).to.deep.equal(['overtaking']);
  });
  it('is not found for one who gave his ticket back and took another', () => {
    const story = twoWaiting();
    story.answer('kiosk-1', story.at(4_000).ask('kiosk-1', 'ticket.cancel', { visitId: story.visitId('kiosk-1') }));
    story.ticket('kiosk-1');
    free(story, 10_000);
    story.take(ANNA, 'kiosk-2');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not judged while the store is being rebuilt, nor for one who came without a receipt', () => {
    const story = twoWaiting();
    story.at(5_000).fault('f1', 'amnesia');
    story.at(6_000).fault('f1', 'over');
    free(story, 8_000);
    story.take(ANNA, 'kiosk-2');
    expect(story.names()).to.deep.equal([]);

    const without = twoWaiting();
    without.at(5_000).fault('f1', 'amnesia');
    without.saw('kiosk-1', 'closed');
    without.at(6_000).fault('f1', 'over');
    without.hello('kiosk-1', without.shown('kiosk-1', 'waiting'), { receipt: false });
    free(without, 20_000);
    without.take(ANNA, 'kiosk-2');
    expect(without.names()).to.deep.equal([]);
  });
  it('is not found with a push that a slow network may have held up', () => {
    const story = twoWaiting({ lagMs: 500 });
    free(story, 4_000);
    story.available(BRUNO);
    story.take(ANNA, 'kiosk-2');
    // Bruno was asked before her, and his line is the later one.
    story.at(4_400).take(BRUNO, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
});

describe('class-skipped', () => {
  it('is found when a lower class is offered first', () => {
    const story = twoWaiting();
    story.at(4_000).queue('kiosk-3', 'assisted');
    free(story, 10_000);
    story.take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal(['class-skipped']);
  });
  it('is not found when the higher one comes in the same moment', () => {
    const story = twoWaiting();
    free(story, 10_000);
    story.take(ANNA, 'kiosk-1');
    story.queue('kiosk-3', 'assisted');
    expect(story.names()).to.deep.equal([]);
  });
});

describe('wrong-lane', () => {
  const plan = [
    { lane: 'valfiorita.de', afterMs: 0 },
    { lane: 'valfiorita.it', afterMs: 60_000 },
  ];
  it('is found when the lane is not open yet', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1', 'walk-up', plan);
    story.at(60_999).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal(['wrong-lane']);
  });
  it('is not found once it is open', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1', 'walk-up', plan);
    story.at(61_000).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
});
