/** A virtual card in the hand, for tests of the library that reads cards: commands go straight to it, without a reader between. */
import { CardError } from '@videosportello/identity/card-error.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import { CardGoneError } from '../virtual/cie/virtual-card.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';

const SUCCESS = 0x9000;

/** The port of a card that can be taken away. `longest`: a reader that gives up on a longer command, in bytes. */
export function directPort(card: VirtualCard, longest = Infinity): CardPort {
  return {
    async exchange(commands) {
      const responses: Buffer[] = [];
      for (const command of commands) {
        if (command.length > longest) throw new CardError('reader-unavailable', 'the reader gave up');
        const response = Buffer.from(answerOf(card, command));
        responses.push(response);
        if (response.readUInt16BE(response.length - 2) !== SUCCESS) break;
      }
      return responses;
    },
  };
}

function answerOf(card: VirtualCard, command: Uint8Array): Uint8Array {
  try {
    return card.process(command);
  } catch (error) {
    if (error instanceof CardGoneError) throw new CardError('card-removed', 'the card was taken away');
    throw error;
  }
}

/** The failure of what must fail. */
export async function cardErrorOf(promise: Promise<unknown>): Promise<CardError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CardError) return error;
  throw new Error('expected a CardError', { cause: error });
}
