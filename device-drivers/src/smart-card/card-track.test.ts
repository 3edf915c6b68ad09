import { expect } from 'chai';
import { followCard, foundFree, foundHeld, newTrack, sameCard } from './card-track.ts';
import type { CardTrack } from './card-track.ts';

const ATR = Uint8Array.of(0x3b, 0x80, 0x01, 0x81);
const NONE = Uint8Array.of();

/** Bits as pcscd sends them: changed (02), the state, and the event counter above. */
const bits = (state: number, counter: number): number => (counter << 16) | 0x02 | state;
const EMPTY = 0x10;
const PRESENT = 0x20;

type Sighting = readonly [state: number, counter: number, ours?: boolean];

function after(...sightings: readonly Sighting[]): CardTrack {
  return sightings.reduce<CardTrack>(
    (track, [state, counter, ours = false]) =>
      followCard(track, bits(state, counter), (state & PRESENT) === 0 ? NONE : ATR, ours),
    newTrack(0),
  );
}

describe('the track of a card', () => {
  const table: readonly [name: string, sightings: readonly Sighting[], card: object][] = [
    ['is empty before the reader says anything', [], { state: 'none' }],
    ['has no card on an empty reader', [[EMPTY, 0]], { state: 'none' }],
    ['starts a session at insertion', [[EMPTY, 0], [PRESENT, 1]], { state: 'present', session: 1, atr: ATR }],
    ['keeps the session while the card lies', [[PRESENT, 1], [PRESENT, 1]], { state: 'present', session: 1, atr: ATR }],
    ['loses the card at removal', [[PRESENT, 1], [EMPTY, 2]], { state: 'none' }],
    [
      'starts a new session at the next insertion',
      [[PRESENT, 1], [EMPTY, 2], [PRESENT, 3]],
      { state: 'present', session: 2, atr: ATR },
    ],
    [
      'starts a new session when the removal between was not seen',
      [[PRESENT, 1], [PRESENT, 3]],
      { state: 'present', session: 2, atr: ATR },
    ],
    ['calls a silent card mute', [[PRESENT | 0x200, 1]], { state: 'mute' }],
    ['calls a card in use that another program shares', [[PRESENT | 0x100, 1]], { state: 'in-use' }],
    ['calls a card in use that another program holds alone', [[PRESENT | 0x180, 1]], { state: 'in-use' }],
    [
      'does not take its own hold for another program',
      [[PRESENT, 1], [PRESENT | 0x180, 1, true]],
      { state: 'present', session: 1, atr: ATR },
    ],
    [
      'keeps the session of a card that another program gave back',
      [[PRESENT, 1], [PRESENT | 0x180, 1], [PRESENT, 1]],
      { state: 'present', session: 1, atr: ATR },
    ],
    ['has no card on a reader that is gone', [[PRESENT, 1], [0x04 | 0x08, 1]], { state: 'none' }],
    ['has no card on a reader that cannot be used', [[PRESENT, 1], [PRESENT | 0x08, 1]], { state: 'none' }],
  ];
  for (const [name, sightings, card] of table) {
    it(name, () => {
      expect(after(...sightings).card).to.deep.equal(card);
    });
  }

  it('continues the numbers of an earlier track', () => {
    expect(followCard(newTrack(7), bits(PRESENT, 1), ATR, false).card).to.include({ session: 8 });
  });

  it('keeps the session of a card found held, then found free', () => {
    const held = foundHeld(after([PRESENT, 1]));
    expect(held.card).to.deep.equal({ state: 'in-use' });
    expect(foundFree(held).card).to.deep.equal({ state: 'present', session: 1, atr: ATR });
  });

  it('finds nothing held or free where no card is', () => {
    expect(foundHeld(newTrack(0)).card).to.deep.equal({ state: 'none' });
    expect(foundFree(newTrack(0)).card).to.deep.equal({ state: 'none' });
  });

  it('tells two sessions of the same card apart', () => {
    const first = after([PRESENT, 1]).card;
    expect(sameCard(first, after([PRESENT, 1], [PRESENT, 1]).card)).to.equal(true);
    expect(sameCard(first, after([PRESENT, 1], [PRESENT, 3]).card)).to.equal(false);
    expect(sameCard(first, { state: 'none' })).to.equal(false);
  });
});
