/**
 * The one door to a card. Whatever is behind it (a PC/SC reader in this process, a device service at the other end of a
 * network, a recorded dialogue in a test) is the caller's affair.
 */
import type { Command, ResponseApdu } from './iso7816/apdu.ts';
import { abortError, CardError } from './card-error.ts';

/**
 * Sends commands to the card that lies on the reader.
 *
 * The far end runs the commands in order and stops after the first response whose status word is not 9000; that
 * response is included. So the answer holds at least one response and never more than there were commands, and a
 * dialogue whose commands are known ahead of time costs one trip over the network.
 *
 * `exchange` rejects with a {@link CardError} `card-removed`, `reader-unavailable`, `timeout` or `aborted`; it must
 * settle soon after the signal ends.
 */
export interface CardPort {
  exchange(
    commands: readonly Uint8Array[],
    options: { readonly signal: AbortSignal },
  ): Promise<readonly Uint8Array[]>;
}

/** Something that runs commands of ISO/IEC 7816-4 on a card: in the clear, or under secure messaging. */
export interface CommandChannel {
  /**
   * Runs commands in one trip; the same rule as {@link CardPort}: it stops after the first status word other than 9000,
   * and that response is included. Throws CardError.
   */
  run(commands: readonly Command[]): Promise<readonly ResponseApdu[]>;
}

/** What a reading cost. */
export interface ExchangeCounts {
  /** Commands that the card answered, GET RESPONSE included. */
  apdus: number;
  /** Calls of the port, each a trip over the network. */
  exchanges: number;
  /** Bytes of commands and responses together. */
  bytes: number;
}

/**
 * A port that keeps to the contract even where the one below does not: counts what passes, refuses impossible numbers
 * of responses, and makes every failure a {@link CardError}.
 */
export function guardPort(port: CardPort, counts: ExchangeCounts): CardPort {
  return {
    async exchange(commands, { signal }) {
      if (signal.aborted) throw abortError(signal);
      counts.exchanges += 1;
      let responses: readonly Uint8Array[];
      try {
        responses = await port.exchange(commands, { signal });
      } catch (error) {
        if (signal.aborted) throw abortError(signal);
        if (error instanceof CardError) throw error;
        throw new CardError('reader-unavailable', 'the way to the card failed', { cause: error });
      }
      if (signal.aborted) throw abortError(signal);
      if (responses.length === 0 || responses.length > commands.length) {
        throw new CardError('reader-unavailable', `${responses.length} responses to ${commands.length} commands`);
      }
      counts.apdus += responses.length;
      for (const message of [...commands.slice(0, responses.length), ...responses]) counts.bytes += message.length;
      return responses;
    },
  };
}
