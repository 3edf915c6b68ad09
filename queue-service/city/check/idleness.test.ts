import { expect } from 'chai';
import { ANNA, createStory } from './testing/story.ts';

const waitingBesideAnna = (options: Parameters<typeof createStory>[0] = {}) => {
  const story = createStory(options);
  story.available(ANNA);
  story.at(5_000).queue('kiosk-1');
  return story;
};

describe('idle-capable-operator', () => {
  it('is found when both stand there for more than 100 ms', () => {
    const story = waitingBesideAnna();
    story.at(5_101).take(ANNA, 'kiosk-1');
    expect(story.check().findings).to.have.lengthOf(1);
    expect(story.lines.at(-1)?.line).to.equal('end');
  });
  it('tells when it was certain, and of whom', () => {
    const story = waitingBesideAnna();
    story.at(9_000).take(ANNA, 'kiosk-1');
    expect(story.check().findings[0]).to.include({ name: 'idle-capable-operator', at: 5_100, visitId: story.visitId('kiosk-1'), operatorId: ANNA });
  });
  it('is not found of one whose sign-in has ended, whatever his desk still says', () => {
    const story = createStory();
    story.hello(ANNA, { desk: { presence: 'available', visits: [] } }, { signedInUntil: 4_000 });
    story.at(4_001).saw(ANNA, 'desk.changed', { desk: { presence: 'available', visits: [] } });
    story.at(5_000).queue('kiosk-1');
    story.at(9_000).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not found within 100 ms, or with the network slower by so much', () => {
    const story = waitingBesideAnna();
    story.at(5_100).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal([]);
    const slow = waitingBesideAnna({ lagMs: 200 });
    slow.at(5_300).take(ANNA, 'kiosk-1');
    expect(slow.names()).to.deep.equal([]);
  });
  it('counts from the moment a lane opens, with the sweep', () => {
    const plan = [
      { lane: 'valfiorita.de', afterMs: 0 },
      { lane: 'valfiorita.it', afterMs: 60_000 },
    ];
    for (const [at, expected] of [[65_300, []], [65_301, ['idle-capable-operator']]] as const) {
      const story = createStory();
      story.available(ANNA);
      story.at(5_000).queue('kiosk-1', 'walk-up', plan);
      story.at(at).take(ANNA, 'kiosk-1');
      expect(story.names(), `${at}`).to.deep.equal(expected);
    }
  });
  it('lets a lane open later by the time in which nobody reached the service', () => {
    const plan = [
      { lane: 'valfiorita.de', afterMs: 0 },
      { lane: 'valfiorita.it', afterMs: 60_000 },
    ];
    for (const [at, expected] of [[69_300, []], [69_301, ['idle-capable-operator']]] as const) {
      const story = createStory();
      story.available(ANNA);
      story.at(5_000).queue('kiosk-1', 'walk-up', plan);
      story.at(10_000).fault('f1', 'cut');
      story.at(14_000).fault('f1', 'healed');
      story.at(at).take(ANNA, 'kiosk-1');
      expect(story.names(), `${at}`).to.deep.equal(expected);
    }
  });
  it('counts from the end of a refusal', () => {
    for (const [at, expected] of [[36_250, []], [36_401, ['idle-capable-operator']]] as const) {
      const story = waitingBesideAnna();
      const offer = story.offer(ANNA, 'kiosk-1');
      story.at(6_000).answer(ANNA, story.ask(ANNA, 'offer.decline', { offerId: offer }));
      story.see('kiosk-1', 'waiting');
      story.at(at).take(ANNA, 'kiosk-1');
      expect(story.names(), `${at}`).to.deep.equal(expected);
    }
  });
  it('gives six seconds after a fault, and none to a fault that harms others', () => {
    for (const [at, expected] of [[11_500, []], [12_101, ['idle-capable-operator']]] as const) {
      const story = waitingBesideAnna();
      story.fault('f1', 'node-killed');
      story.at(6_000).fault('f1', 'node-started');
      story.at(at).take(ANNA, 'kiosk-1');
      expect(story.names(), `${at}`).to.deep.equal(expected);
    }
    const story = createStory();
    story.available(ANNA);
    story.hello('kiosk-2');
    story.at(4_000).fault('f1', 'cut', ['kiosk-2']);
    story.at(5_000).queue('kiosk-1');
    story.at(6_000).take(ANNA, 'kiosk-1');
    expect(story.names()).to.deep.equal(['idle-capable-operator']);
  });
  for (const [why, hinder] of [
    ['has said "not now", though the answer is not in', (story) => void story.ask(ANNA, 'presence.set', { presence: 'not-ready' })],
    ['is cut off', (story) => story.fault('f1', 'cut', [ANNA ?? ''])],
    ['has an offer before him that he has not answered', (story) => {
      story.queue('kiosk-2');
      story.offer(ANNA, 'kiosk-2');
    }],
  ] as readonly (readonly [string, (story: ReturnType<typeof createStory>) => void])[]) {
    it(`is not found while the operator ${why}`, () => {
      const story = createStory();
      story.available(ANNA);
      hinder(story.at(4_000));
      story.at(4_050).queue('kiosk-1');
      story.at(9_000).end('kiosk-1');
      expect(story.names().filter((name) => name !== 'unanswered')).to.not.include('idle-capable-operator');
    });
  }
});
