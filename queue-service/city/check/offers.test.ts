import { expect } from 'chai';
import { ANNA, createStory } from './testing/story.ts';

const offered = () => {
  const story = createStory();
  story.available(ANNA);
  story.at(1_000).queue('kiosk-1');
  return { story, offer: story.offer(ANNA, 'kiosk-1') };
};

describe('offer-past-lease', () => {
  it('is found when an offer is accepted at its end', () => {
    const { story, offer } = offered();
    story.at(16_000).accept(ANNA, 'kiosk-1', offer);
    expect(story.names()).to.deep.equal(['offer-past-lease']);
  });
  it('is not found a millisecond earlier', () => {
    const { story, offer } = offered();
    story.at(15_999).accept(ANNA, 'kiosk-1', offer);
    expect(story.names()).to.deep.equal([]);
  });
  it('is found at the desk when an offer is never withdrawn', () => {
    const { story } = offered();
    story.at(16_200).requeue('kiosk-1', 'walk-up');
    const [finding] = story.check().findings;
    expect(finding).to.include({ name: 'offer-past-lease', at: 16_300, operatorId: ANNA });
  });
  it('is found at the kiosk, when the one who was asked is gone', () => {
    const { story } = offered();
    story.at(2_000).fault('f1', 'crash', [ANNA ?? '']);
    expect(story.names()).to.deep.equal(['offer-past-lease']);
  });
  it('is not found when it is withdrawn within the sweep', () => {
    const { story, offer } = offered();
    story.at(16_200).saw(ANNA, 'offer.withdrawn', { offerId: offer, why: 'expired' });
    story.requeue('kiosk-1', 'walk-up');
    expect(story.names()).to.deep.equal([]);
  });
  it('is not found with an offer that is shown once more after its end, as it was read before', () => {
    const { story, offer } = offered();
    story.at(2_000).saw(ANNA, 'offer.withdrawn', { offerId: offer, why: 'citizen-left' });
    const shown = { offerId: offer, visitId: story.visitId('kiosk-1'), kioskId: 'kiosk-1', class: 'walk-up', remainingMs: 14_000 };
    story.saw(ANNA, 'offer.made', { offer: shown });
    story.end('kiosk-1');
    expect(story.names()).to.deep.equal([]);
  });
  for (const [at, expected] of [[22_000, []], [30_000, ['offer-past-lease']]] as const) {
    it(`gives six seconds after a fault: withdrawn at ${at} ms`, () => {
      const { story, offer } = offered();
      story.at(16_000).fault('f1', 'node-killed');
      story.at(17_000).fault('f1', 'node-started');
      story.at(at).saw(ANNA, 'offer.withdrawn', { offerId: offer, why: 'expired' });
      story.requeue('kiosk-1', 'walk-up');
      expect([...new Set(story.names())]).to.deep.equal(expected);
    });
  }
});
