/** A card that stands in a slot: bytes in, bytes out. */
export interface VirtualCard {
  readonly atr: Uint8Array;
  /** How long the chip takes for each answer, in milliseconds; the slot waits, the card itself has no clock. */
  readonly answerDelayMs: number;
  /** False once the card has been taken away; it never comes back. */
  readonly present: boolean;
  /** Power on, power off or reset: all session state is lost. */
  reset(): void;
  /** Answers a command APDU, status word included. Throws CardGoneError when the card is not present. */
  process(apdu: Uint8Array): Uint8Array;
}

/** Thrown when a command is sent to a card that has been taken away. */
export class CardGoneError extends Error {
  readonly code = 'card-gone';
  override readonly name = 'CardGoneError';

  constructor() {
    super('The card has been taken away.');
  }
}
