import { CardError } from '@videosportello/identity/card-error.ts';
import type { CardErrorCode } from '@videosportello/identity/card-error.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import type { CardDialogue } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { dialogueId, newId } from '@videosportello/protocol/ids.ts';
import type { DialogueId } from '@videosportello/protocol/ids.ts';
import type { DevicePeer } from '../visit/visit-record.ts';

/** How long a kiosk's card may take, ms. */
export interface CardDeadlines {
  /** One exchange at the kiosk. */
  readonly exchangeMs: number;
  /** What the line may add to an exchange: a kiosk that keeps its own deadline is heard. */
  readonly lineMs: number;
  /** Whole dialogues: a citizen holds a card still for so long, and with a PIN looks for it and types it. */
  readonly dialogueMs: Readonly<Record<'emrtd-read' | 'cie-nis' | 'cns-sign', number>>;
}

/** What the service waits. */
export const CARD_DEADLINES: CardDeadlines = {
  exchangeMs: 20_000,
  lineMs: 5_000,
  dialogueMs: { 'emrtd-read': 60_000, 'cie-nis': 15_000, 'cns-sign': 220_000 },
};

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
  dialogue: CardDialogue & keyof CardDeadlines['dialogueMs'],
  options: { readonly deadlines: CardDeadlines; readonly signal: AbortSignal },
  run: (running: RunningDialogue) => Promise<Result>,
): Promise<Result> {
  const id = newId(dialogueId, 'g');
  const { deadlines } = options;
  const deadline = AbortSignal.timeout(deadlines.dialogueMs[dialogue]);
  const signal = AbortSignal.any([options.signal, device.signal, deadline]);
  const link: { failure?: ProtocolError } = {};
  try {
    const { atr } = await device.request('card.connect', { dialogueId: id, dialogue }, { signal });
    return await run({ id, atr: Uint8Array.from(Buffer.from(atr, 'hex')), port: cardPort(device, id, { link, deadlines }), signal });
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
function cardPort(
  device: DevicePeer,
  id: DialogueId,
  { link, deadlines }: { readonly link: { failure?: ProtocolError }; readonly deadlines: CardDeadlines },
): CardPort {
  return {
    async exchange(commands, { signal }) {
      const { exchangeMs, lineMs } = deadlines;
      try {
        const { responses } = await device.request(
          'card.exchange',
          { dialogueId: id, commands: commands.map((command) => Buffer.from(command).toString('hex')), deadlineMs: exchangeMs },
          { signal, timeoutMs: exchangeMs + lineMs },
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
