import { CardError } from '@videosportello/identity/card-error.ts';
import type { CardErrorCode } from '@videosportello/identity/card-error.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import type { CardDialogue } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { dialogueId, newId } from '@videosportello/protocol/ids.ts';
import type { DialogueId } from '@videosportello/protocol/ids.ts';
import type { DevicePeer } from '../visit/visit-record.ts';

/** One exchange within a dialogue, ms. */
const EXCHANGE_DEADLINE_MS = 20_000;

const codes: Readonly<Record<CardErrorCode, ErrorCode>> = {
  'wrong-can': 'card-wrong-number',
  'wrong-mrz': 'card-wrong-number',
  'card-removed': 'card-removed',
  'session-lost': 'card-unreadable',
  'wrong-mac': 'card-unreadable',
  'not-a-travel-document': 'card-unsupported',
  'access-denied': 'card-unreadable',
  malformed: 'card-unreadable',
  unsupported: 'card-unsupported',
  timeout: 'timeout',
  aborted: 'aborted',
  'reader-unavailable': 'reader-unavailable',
};

/** A dialogue with the card on a kiosk's reader, while it runs. */
export interface RunningDialogue {
  readonly id: DialogueId;
  /** The card's answer to reset. */
  readonly atr: Uint8Array;
  readonly port: CardPort;
  /** Ends the dialogue: caller, kiosk or deadline. */
  readonly signal: AbortSignal;
}

/**
 * Powers the card on a kiosk's reader up for a dialogue, lets `run` talk with it, and powers it off, whatever happened.
 * @throws ProtocolError with a card or reader code; `timeout`; `link-lost` when the kiosk is gone; what `run` throws.
 */
export async function withCard<Result>(
  device: DevicePeer,
  dialogue: CardDialogue,
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
  run: (running: RunningDialogue) => Promise<Result>,
): Promise<Result> {
  const id = newId(dialogueId, 'g');
  const deadline = AbortSignal.timeout(options.deadlineMs);
  const signal = AbortSignal.any([options.signal, device.signal, deadline]);
  const link: { failure?: ProtocolError } = {};
  try {
    const { atr } = await device.request('card.connect', { dialogueId: id, dialogue }, { signal });
    return await run({ id, atr: Uint8Array.from(Buffer.from(atr, 'hex')), port: cardPort(device, id, link), signal });
  } catch (error) {
    // What ended the dialogue, before what it looked like from inside.
    if (device.signal.aborted) throw new ProtocolError('link-lost', { cause: error });
    if (deadline.aborted) throw new ProtocolError('timeout', { cause: error });
    if (link.failure) throw link.failure;
    throw error instanceof CardError ? new ProtocolError(codes[error.code], { cause: error }) : error;
  } finally {
    // Also after a connect that was given up: the kiosk may still be powering the card up.
    await device.request('card.release', { dialogueId: id }).catch(() => undefined);
  }
}

/** What identity must tell from a reader that failed, because it is no answer to the command that was sent. */
const ENDINGS: Partial<Record<ErrorCode, CardErrorCode>> = { 'card-removed': 'card-removed', timeout: 'timeout', aborted: 'aborted' };

/** identity's port over the device service's connection; the first failure of the link is kept, with its own code. */
function cardPort(device: DevicePeer, id: DialogueId, link: { failure?: ProtocolError }): CardPort {
  return {
    async exchange(commands, { signal }) {
      try {
        const { responses } = await device.request(
          'card.exchange',
          { dialogueId: id, commands: commands.map((command) => Buffer.from(command).toString('hex')), deadlineMs: EXCHANGE_DEADLINE_MS },
          { signal, timeoutMs: EXCHANGE_DEADLINE_MS + 5_000 },
        );
        return responses.map((response) => Uint8Array.from(Buffer.from(response, 'hex')));
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        link.failure ??= error;
        const ending = ENDINGS[error.code];
        throw ending === undefined ? error : new CardError(ending, error.message, { cause: error });
      }
    },
  };
}
