import { expect } from 'chai';
import { ANNA, BRUNO, CARLA, createStory } from './testing/story.ts';

describe('second-offer', () => {
  const twice = (answered: boolean) => {
    const story = createStory();
    story.available(CARLA);
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.at(1_000).queue(kiosk);
    const first = story.offer(CARLA, 'kiosk-1');
    if (answered) story.at(1_020).accept(CARLA, 'kiosk-1', first);
    const second = story.at(1_050).offer(CARLA, 'kiosk-2');
    if (!answered) story.accept(CARLA, 'kiosk-1', first);
    story.accept(CARLA, 'kiosk-2', second);
    return story;
  };
  it('is found while another one stands before the operator', () => expect(twice(false).names()).to.deep.equal(['second-offer']));
  it('is not found once he has answered', () => expect(twice(true).names()).to.deep.equal([]));
});

describe('refusal-ignored', () => {
  const declined = () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    const offerId = story.offer(ANNA, 'kiosk-1');
    story.answer(ANNA, story.at(2_000).ask(ANNA, 'offer.decline', { offerId }));
    story.requeue('kiosk-1', 'walk-up');
    return story;
  };
  it('is found when somebody is asked again what he has just turned down', () => {
    const story = declined();
    story.at(5_000).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal(['refusal-ignored']);
  });
  it('is found when the new offer is told before the answer to the old one', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    const offerId = story.offer(ANNA, 'kiosk-1');
    const declined = story.at(2_000).ask(ANNA, 'offer.decline', { offerId });
    const again = story.offer(ANNA, 'kiosk-1');
    story.answer(ANNA, declined);
    story.at(3_000).accept(ANNA, 'kiosk-1', again);
    expect(story.names()).to.deep.equal(['refusal-ignored']);
  });
  it('is found when somebody is offered what he has handed over', () => {
    const story = createStory();
    story.available(ANNA);
    story.at(1_000).queue('kiosk-1');
    story.take(ANNA, 'kiosk-1');
    story.answer(ANNA, story.at(2_000).ask(ANNA, 'visit.hand-over', { visitId: story.visitId('kiosk-1') }));
    story.requeue('kiosk-1');
    story.at(60_000).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal(['refusal-ignored']);
  });
  it('is not found when its time has run out, nor when the citizen has another ticket', () => {
    const late = declined();
    late.at(32_100).take(ANNA, 'kiosk-1');
    expect(late.names()).to.deep.equal([]);
    const again = declined();
    again.answer('kiosk-1', again.at(3_000).ask('kiosk-1', 'ticket.cancel', { visitId: again.visitId('kiosk-1') }), again.shown('kiosk-1', 'alone'));
    again.ticket('kiosk-1');
    again.at(3_050).take(ANNA, 'kiosk-1');
    expect(again.names()).to.deep.equal([]);
  });
});

describe('absent-citizen', () => {
  const gone = () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    story.at(2_000).saw('kiosk-1', 'closed');
    return story;
  };
  const offered = (story: ReturnType<typeof gone>) =>
    story.saw(BRUNO, 'offer.made', {
      offer: { offerId: `o_${'7'.repeat(24)}`, visitId: story.visitId('kiosk-1'), kioskId: 'kiosk-1', class: 'walk-up', remainingMs: 15_000 },
    });
  it('is found when a visit is offered whose kiosk went away long ago', () => {
    const story = gone();
    story.at(9_000).available(BRUNO);
    offered(story.at(9_100));
    story.at(9_500).saw(BRUNO, 'offer.withdrawn', { offerId: `o_${'7'.repeat(24)}`, why: 'citizen-left' });
    expect(story.names()).to.deep.equal(['absent-citizen']);
  });
  it('is not found before the service must have noticed, nor while the kiosk says hello', () => {
    const early = gone();
    early.at(3_000).available(BRUNO);
    offered(early);
    early.at(3_500).saw(BRUNO, 'offer.withdrawn', { offerId: `o_${'7'.repeat(24)}`, why: 'citizen-left' });
    expect(early.names()).to.deep.equal([]);
    const back = gone();
    back.at(9_000).available(BRUNO);
    back.ask('kiosk-1', 'hello');
    offered(back.at(9_100));
    back.saw(BRUNO, 'offer.withdrawn', { offerId: `o_${'7'.repeat(24)}`, why: 'citizen-left' });
    expect(back.names()).to.not.include('absent-citizen');
  });
  it('is not found for one who was back in between, on the same line', () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    story.at(2_000).fault('f1', 'cut', ['kiosk-1']);
    story.at(3_000).fault('f1', 'healed');
    story.at(8_500).fault('f2', 'cut', ['kiosk-1']);
    story.at(8_600).saw('kiosk-1', 'closed');
    story.at(8_900).available(BRUNO);
    offered(story.at(9_000));
    story.at(9_500).saw(BRUNO, 'offer.withdrawn', { offerId: `o_${'7'.repeat(24)}`, why: 'citizen-left' });
    expect(story.names()).to.deep.equal([]);
  });
});
