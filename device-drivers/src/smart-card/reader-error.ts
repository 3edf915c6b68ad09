/**
 * Why a card could not be reached.
 * - `removed`: the card is not, or no longer, on the reader.
 * - `timeout`: no answer within the deadline; the connection is over.
 * - `reset`: the card lost its state (reset by another program, or the connection ended); start a new secure channel.
 * - `shared`: another program holds the card.
 * - `comm`: card and reader do not understand each other (mute card, short answer, protocol mismatch).
 * - `no-service`: the PC/SC service is not there.
 */
export type ReaderErrorCode = 'removed' | 'timeout' | 'reset' | 'shared' | 'comm' | 'no-service';

const SENTENCES: Readonly<Record<ReaderErrorCode, string>> = {
  removed: 'The card was taken from the reader.',
  timeout: 'The card did not answer in time.',
  reset: 'The card was reset; the dialogue with it has to start again.',
  shared: 'The card is in use by another program.',
  comm: 'The reader cannot talk with this card.',
  'no-service': 'The card reader service is not available.',
};

/** A failed attempt to reach a card. Carries no card data. */
export class ReaderError extends Error {
  override readonly name = 'ReaderError';
  readonly code: ReaderErrorCode;

  constructor(code: ReaderErrorCode) {
    super(SENTENCES[code]);
    this.code = code;
  }
}
