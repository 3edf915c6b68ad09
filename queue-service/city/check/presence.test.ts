import { expect } from 'chai';
import { ANNA, createStory } from './testing/story.ts';

const desk = (presence: 'available' | 'not-ready') => ({ desk: { presence, visits: [] } });

describe('presence-ignored', () => {
  it('is found when somebody who takes no visits is offered one', () => {
    const story = createStory();
    story.hello(ANNA);
    story.at(1_000).queue('kiosk-1');
    story.at(2_000).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal(['presence-ignored']);
  });
  for (const [was, is] of [
    ['available', 'not-ready'],
    ['not-ready', 'available'],
  ] as const) {
    it(`is found when a desk that was ${was} is ${is} by itself`, () => {
      const story = createStory();
      story.hello(ANNA, desk(was));
      story.at(2_000).saw(ANNA, 'desk.changed', desk(is));
      expect(story.names()).to.deep.equal(['presence-ignored']);
    });
  }
  it('is not found when he asked for it, nor after an offer that he missed', () => {
    const story = createStory();
    story.available(ANNA);
    const id = story.at(1_000).ask(ANNA, 'presence.set', { presence: 'not-ready' });
    story.saw(ANNA, 'desk.changed', desk('not-ready'));
    story.answer(ANNA, id, desk('not-ready'));
    story.answer(ANNA, story.at(2_000).ask(ANNA, 'presence.set', { presence: 'available' }), desk('available'));
    story.at(3_000).queue('kiosk-1');
    const offerId = story.offer(ANNA, 'kiosk-1');
    story.at(18_000).saw(ANNA, 'offer.withdrawn', { offerId, why: 'expired' });
    story.saw(ANNA, 'desk.changed', desk('not-ready'));
    story.end('kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });

  it('is found when his desk changes before the end of his sign-in, and not from then on', () => {
    for (const [at, names] of [
      [59_000, ['presence-ignored']],
      [60_000, []],
      [61_000, []],
    ] as const) {
      const story = createStory();
      story.hello(ANNA, desk('available'), { signedInUntil: 60_000 });
      story.at(at).saw(ANNA, 'desk.changed', desk('not-ready'));
      expect(story.names()).to.deep.equal(names);
    }
  });
  for (const [at, names] of [
    [61_000, []],
    [70_000, ['presence-ignored']],
  ] as const) {
    it(`knows that somebody signs in anew: ${names.length > 0 ? 'his desk changes by itself later' : 'nothing is wrong'}`, () => {
      const story = createStory();
      story.hello(ANNA, desk('available'), { signedInUntil: 60_000 });
      story.at(60_000).saw(ANNA, 'desk.changed', desk('not-ready'));
      story.saw(ANNA, 'closed');
      story.at(61_000).hello(ANNA, desk('not-ready'), { signedInUntil: 600_000 });
      story.answer(ANNA, story.ask(ANNA, 'presence.set', { presence: 'available' }), desk('available'));
      if (at > 61_000) story.at(at).saw(ANNA, 'desk.changed', desk('not-ready'));
      expect(story.names()).to.deep.equal(names);
    });
  }
});
