import type { Hint } from './hints.ts';

/** What was asked for cannot be done; the sentence says what to change. Nothing of a card is in it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: Hint;

  constructor(hint: Hint, options?: ErrorOptions) {
    super(hint.en, options);
    this.hint = hint;
  }
}
