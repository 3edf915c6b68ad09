import { CardError } from '@videosportello/identity/card-error.ts';
import type { CardErrorCode } from '@videosportello/identity/card-error.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import type { DocumentReading, ReadPhase } from '@videosportello/identity/emrtd/read-document.ts';
import type { CardPort } from '@videosportello/identity/port.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import { dialogueId, newId } from '@videosportello/protocol/ids.ts';
import type { DialogueId } from '@videosportello/protocol/ids.ts';
import type { EvidencePhase } from '@videosportello/protocol/messages/verdict.ts';
import type { DevicePeer } from '../visit/visit-record.ts';

/** The whole dialogue, and one exchange within it, ms. A citizen holds a card still for so long. */
const DIALOGUE_DEADLINE_MS = 60_000;
const EXCHANGE_DEADLINE_MS = 20_000;

const phases: Readonly<Record<ReadPhase, EvidencePhase>> = {
  access: 'connecting',
  pace: 'access-number',
  text: 'reading',
  photo: 'photo',
  done: 'checking',
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

/**
 * Drives the whole dialogue with the card on a kiosk's reader. Secure messaging ends here: the kiosk carries bytes it cannot
 * read. The card is powered off afterwards, whatever happened.
 * @throws ProtocolError with a card or reader code; `link-lost` when the kiosk is gone.
 */
export async function readCardOverLink(
  device: DevicePeer,
  options: {
    readonly can: string;
    readonly random: (length: number) => Uint8Array;
    readonly onPhase: (phase: EvidencePhase) => void;
    readonly signal: AbortSignal;
  },
): Promise<DocumentReading> {
  const id = newId(dialogueId, 'g');
  const deadline = AbortSignal.timeout(DIALOGUE_DEADLINE_MS);
  const signal = AbortSignal.any([options.signal, device.signal, deadline]);
  const link: { failure?: ProtocolError } = {};
  try {
    options.onPhase('connecting');
    await device.request('card.connect', { dialogueId: id, dialogue: 'emrtd-read' }, { signal });
    return await readDocument(cardPort(device, id, link), {
      password: { kind: 'can', can: options.can },
      files: ['dg1', 'dg11', 'dg2'],
      random: options.random,
      signal,
      onPhase: (phase) => options.onPhase(phases[phase]),
    });
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
        if (error instanceof ProtocolError) link.failure ??= error;
        throw error;
      }
    },
  };
}
