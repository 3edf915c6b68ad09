import { expect } from 'chai';
import { ANNA, createStory } from './testing/story.ts';

/** A citizen who waited at kiosk-1 has gone away with his place. */
const keptStory = (until?: number) => {
  const story = createStory();
  story.queue('kiosk-1');
  story.at(1_000).keep('kiosk-1', 'kept-1', until);
  return story;
};

describe('kept tickets', () => {
  it('are found when one is taken twice, with the lines of both', () => {
    const story = keptStory();
    story.at(5_000).show('kiosk-2', 'kept-1');
    expect(story.names()).to.deep.equal([]);
    const twice = keptStory();
    twice.at(5_000).show('kiosk-2', 'kept-1');
    twice.at(6_000).show('kiosk-3', 'kept-1');
    const { findings } = twice.check();
    expect(findings.map(({ name, visitId }) => [name, visitId])).to.deep.equal([['kept-ticket', twice.visitId('kiosk-3')]]);
    expect(findings[0]?.seqs).to.have.lengthOf(3);
  });

  it('are not found when a store has lost who came with one', () => {
    const story = keptStory();
    story.at(5_000).show('kiosk-2', 'kept-1');
    story.at(6_000).fault('f1', 'amnesia');
    story.at(7_000).fault('f1', 'over');
    story.at(30_000).show('kiosk-3', 'kept-1');
    expect(story.names()).to.deep.equal([]);
  });

  it('are found when one has expired, or was never given', () => {
    const late = keptStory(60_000);
    late.at(60_000).show('kiosk-2', 'kept-1');
    expect(late.names()).to.deep.equal([]);
    const tooLate = keptStory(60_000);
    tooLate.at(60_001).show('kiosk-2', 'kept-1');
    expect(tooLate.names()).to.deep.equal(['kept-ticket']);
    const longAgo = keptStory(60_000);
    longAgo.at(600_000).show('kiosk-2', 'kept-1');
    expect(longAgo.names()).to.deep.equal(['kept-ticket']);
    const invented = keptStory();
    invented.at(5_000).show('kiosk-2', 'kept-2');
    expect(invented.names()).to.deep.equal(['kept-ticket']);
  });

  it('are found when one was given in a talk', () => {
    const story = createStory();
    story.available(ANNA ?? '');
    story.queue('kiosk-1');
    story.take(ANNA ?? '', 'kiosk-1');
    story.at(1_000).keep('kiosk-1', 'kept-1');
    expect(story.names()).to.include('kept-ticket');
  });

  it('keep their place: who came after it is not asked before', () => {
    const story = keptStory();
    story.at(2_000).queue('kiosk-2');
    story.at(5_000).show('kiosk-3', 'kept-1');
    story.at(20_000).available(ANNA ?? '');
    story.take(ANNA ?? '', 'kiosk-2');
    expect(story.names()).to.deep.equal(['overtaking']);

    const inOrder = keptStory();
    inOrder.at(2_000).queue('kiosk-2');
    inOrder.at(5_000).show('kiosk-3', 'kept-1');
    inOrder.at(20_000).available(ANNA ?? '');
    inOrder.take(ANNA ?? '', 'kiosk-3');
    expect(inOrder.names()).to.deep.equal([]);
  });

  it('keep it when the answer to showing one was lost, and the kiosk hears of the visit with its next hello', () => {
    const story = keptStory();
    story.at(2_000).queue('kiosk-2');
    story.at(4_000).hello('kiosk-3');
    const id = story.ask('kiosk-3', 'ticket.show', { kept: 'kept-1', plan: [{ lane: 'valfiorita.it', afterMs: 0 }] });
    story.unknown('kiosk-3', id);
    story.saw('kiosk-3', 'closed');
    const ticket = { ticketId: `t_${'a'.repeat(24)}`, class: 'walk-up', place: 1 };
    story.at(6_000).hello('kiosk-3', { visit: { visitId: `v_${'a'.repeat(24)}`, state: 'waiting', fence: { epoch: 1, counter: 9 }, ticket } });
    story.at(20_000).available(ANNA ?? '');
    story.take(ANNA ?? '', 'kiosk-2');
    expect(story.names()).to.deep.equal(['overtaking']);
  });
});
