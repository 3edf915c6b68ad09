import { expect } from 'chai';
import { ANNA, BRUNO, createStory } from './testing/story.ts';

describe('lost-visit', () => {
  const waiting = () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    return story;
  };
  it('is found when the service no longer knows a visit that nobody ended', () => {
    const story = waiting();
    story.fail('kiosk-1', story.at(2_000).ask('kiosk-1', 'visit.step', { visitId: story.visitId('kiosk-1') }), 'visit-unknown');
    expect(story.names()).to.deep.equal(['lost-visit']);
  });
  it('is not found when somebody may have ended it', () => {
    const story = waiting();
    story.available(ANNA);
    story.at(1_050).take(ANNA, 'kiosk-1');
    story.unknown(ANNA, story.at(2_000).ask(ANNA, 'visit.end', { visitId: story.visitId('kiosk-1') }));
    story.fail('kiosk-1', story.at(2_100).ask('kiosk-1', 'visit.step', { visitId: story.visitId('kiosk-1') }), 'visit-unknown');
    expect(story.names()).to.deep.equal([]);
  });
  for (const [away, expected] of [[29_000, ['lost-visit']], [30_000, []]] as const) {
    it(`is ${expected.length === 0 ? 'not ' : ''}found when a kiosk comes back after ${away} ms and its visit is gone`, () => {
      const story = waiting();
      story.at(2_000).saw('kiosk-1', 'closed');
      story.at(2_000 + away).hello('kiosk-1');
      expect(story.names()).to.deep.equal(expected);
    });
  }
  it('is found when amnesia swallows a ticket whose receipt was shown, not when it was a visit without one', () => {
    const story = waiting();
    story.open('kiosk-2');
    story.at(2_000).fault('f1', 'amnesia');
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.saw(kiosk, 'closed');
    story.at(3_000).fault('f1', 'over');
    for (const kiosk of ['kiosk-1', 'kiosk-2']) story.hello(kiosk);
    const { findings } = story.check();
    expect(findings.map(({ name, visitId }) => [name, visitId])).to.deep.equal([['lost-visit', story.visitId('kiosk-1')]]);
  });
  for (const [at, expected] of [[6_000, []], [20_000, ['lost-visit']]] as const) {
    it(`lets a store that is being rebuilt tell of the visit a little later: at ${at} ms`, () => {
      const story = waiting();
      story.at(2_000).fault('f1', 'amnesia');
      story.saw('kiosk-1', 'closed');
      story.at(3_000).fault('f1', 'over');
      story.hello('kiosk-1');
      story.at(at).see('kiosk-1', 'waiting');
      expect(story.names().filter((name) => name !== 'zombie-visit')).to.deep.equal(expected);
    });
  }
  it('is not found when a cancellation may have given the ticket back before the store was lost', () => {
    const story = waiting();
    story.unknown('kiosk-1', story.at(1_500).ask('kiosk-1', 'ticket.cancel', { visitId: story.visitId('kiosk-1') }));
    story.saw('kiosk-1', 'closed');
    story.at(2_000).fault('f1', 'amnesia');
    story.at(3_000).fault('f1', 'over');
    story.hello('kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  it('is found when nobody takes over from an operator who is gone', () => {
    const story = waiting();
    story.available(ANNA);
    story.take(ANNA, 'kiosk-1');
    story.at(3_000).fault('f1', 'crash', [ANNA ?? '']);
    expect(story.names()).to.deep.equal(['lost-visit']);
  });
  it('is not found when the visit is back in the queue in time', () => {
    const story = waiting();
    story.available(ANNA);
    story.take(ANNA, 'kiosk-1');
    story.at(3_000).fault('f1', 'crash', [ANNA ?? '']);
    story.at(7_200).requeue('kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  it('is found at the end of a drained city, and of no other', () => {
    const waitsForEver = waiting();
    expect(waitsForEver.names({ drained: true })).to.deep.equal(['lost-visit']);
    expect(waiting().names({ drained: false })).to.deep.equal([]);
    const ended = waiting();
    ended.at(2_000).end('kiosk-1');
    expect(ended.names({ drained: true })).to.deep.equal([]);
  });
});

describe('zombie-visit', () => {
  const ended = () => {
    const story = createStory();
    story.available(ANNA);
    story.available(BRUNO);
    story.at(1_000).queue('kiosk-1');
    story.at(1_050).end('kiosk-1');
    return story;
  };
  it('is found when an ended visit is offered', () => {
    const story = ended();
    story.at(2_000).offer(ANNA, 'kiosk-1');
    expect(story.names()).to.include('zombie-visit');
  });
  it('is found when its kiosk is granted a step, long after it is forgotten too', () => {
    for (const at of [2_000, 900_000]) {
      const story = ended();
      story.answer('kiosk-1', story.at(at).ask('kiosk-1', 'visit.step', { visitId: story.visitId('kiosk-1') }));
      expect(story.names(), `${at}`).to.deep.equal(['zombie-visit']);
    }
  });
  it('is found when a desk that says hello still has it in talk', () => {
    const story = ended();
    story.at(2_000).hello(ANNA, story.desk('not-ready', 'kiosk-1'));
    expect(story.names()).to.deep.equal(['zombie-visit']);
  });
  it('is not found with pushes of the moment in which it ended, nor with refusals', () => {
    const story = ended();
    story.see('kiosk-1', 'waiting');
    story.see('kiosk-1', 'ended');
    story.fail('kiosk-1', story.at(2_000).ask('kiosk-1', 'visit.step', { visitId: story.visitId('kiosk-1') }), 'visit-unknown');
    expect(story.names({ drained: true })).to.deep.equal([]);
  });
  it('is not found when the end itself is not certain', () => {
    const story = createStory();
    story.at(1_000).queue('kiosk-1');
    story.unknown('kiosk-1', story.at(2_000).ask('kiosk-1', 'visit.end', { visitId: story.visitId('kiosk-1') }));
    story.see('kiosk-1', 'waiting');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not found when a promoted replica has forgotten the last second', () => {
    const story = ended();
    story.at(1_500).fault('f1', 'replica-promoted');
    story.at(2_000).fault('f1', 'over');
    story.offer(ANNA, 'kiosk-1');
    story.at(3_000).saw(ANNA, 'offer.withdrawn', { offerId: 'o_000000000000000000000001', why: 'citizen-left' });
    story.see('kiosk-1', 'ended');
    expect(story.names()).to.deep.equal([]);
  });
});

describe('unanswered', () => {
  it('is every request without a completion', () => {
    const story = createStory();
    story.hello('kiosk-1');
    story.ask('kiosk-1', 'visit.open');
    expect(story.check().findings).to.deep.equal([
      { name: 'unanswered', at: 60_000, seqs: [4], sentence: 'visit.open of kiosk-1 was never completed.' },
    ]);
  });
  it('is none that is refused, or of which it is known that nothing is known', () => {
    const story = createStory();
    story.hello('kiosk-1');
    story.fail('kiosk-1', story.ask('kiosk-1', 'visit.open'), 'no-node');
    story.unknown('kiosk-1', story.ask('kiosk-1', 'visit.open'));
    expect(story.names()).to.deep.equal([]);
  });
});
