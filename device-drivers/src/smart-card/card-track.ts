/** What lies on the reader. A session is one insertion of one card; its number only rises. */
export type CardState =
  | { readonly state: 'none' }
  | { readonly state: 'present'; readonly session: number; readonly atr: Uint8Array }
  /** A card is there and does not answer: upside down, broken, or not a card with a chip. */
  | { readonly state: 'mute' }
  /** Another program holds the card. */
  | { readonly state: 'in-use' };

/** State bits of SCardGetStatusChange (pcsclite.h, SCARD_STATE_*); the upper 16 bits count insertions and removals. */
export const StateBit = { unknown: 0x04, unavailable: 0x08, present: 0x20, exclusive: 0x80, inUse: 0x100, mute: 0x200 };

/** What the reader last said, and the card that follows from it. */
export interface CardTrack {
  readonly card: CardState;
  /** Answer to reset of the card that is there, empty without a card. */
  readonly atr: Uint8Array;
  /** The highest session number given so far. */
  readonly lastSession: number;
  /** Event counter of the card that is there, undefined without a card. */
  readonly counter: number | undefined;
}

/** A reader that has said nothing yet. `lastSession` continues the numbers of an earlier track. */
export function newTrack(lastSession: number): CardTrack {
  return { card: { state: 'none' }, atr: new Uint8Array(), lastSession, counter: undefined };
}

/**
 * Follows a card by what the reader says. Events may coalesce: a card that was exchanged between two looks shows only by
 * the event counter, and is a new session all the same.
 *
 * ```
 *            present              counter changed: new session
 *   none ───────────────▶ present ───────────────▶ present
 *    ▲ ▲                   │  ▲ │ held by another, or connection refused for it
 *    │ └──── not present ──┘  │ ▼
 *    │      connection granted│in-use      mute: present, without an answer
 *    └──── not present ─── in-use, mute
 * ```
 *
 * @param ours - true while the exclusive hold that the bits show may be our own.
 */
export function followCard(track: CardTrack, bits: number, atr: Uint8Array, ours: boolean): CardTrack {
  const gone = (bits & (StateBit.unknown | StateBit.unavailable)) !== 0;
  if (gone || (bits & StateBit.present) === 0) {
    return newTrack(track.lastSession);
  }
  const counter = bits >>> 16;
  const session = track.counter === counter ? track.lastSession : track.lastSession + 1;
  const next = { atr, lastSession: session, counter };
  if ((bits & StateBit.mute) !== 0) {
    return { ...next, card: { state: 'mute' } };
  }
  if (!ours && (bits & (StateBit.exclusive | StateBit.inUse)) !== 0) {
    return { ...next, card: { state: 'in-use' } };
  }
  return { ...next, card: { state: 'present', session, atr } };
}

/** A card that a connection was refused for because another program holds it; pcscd sends no event of that. */
export function foundHeld(track: CardTrack): CardTrack {
  return track.card.state === 'present' ? { ...track, card: { state: 'in-use' } } : track;
}

/** A card that a connection was granted for: whoever held it has given it back. */
export function foundFree(track: CardTrack): CardTrack {
  const { card, atr, lastSession } = track;
  return card.state === 'in-use' ? { ...track, card: { state: 'present', session: lastSession, atr } } : track;
}

/** Whether two states mean the same to a listener. */
export function sameCard(left: CardState, right: CardState): boolean {
  return left.state === 'present' && right.state === 'present'
    ? left.session === right.session
    : left.state === right.state;
}
