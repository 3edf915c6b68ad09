import type { CardDialogue } from '@videosportello/protocol/contract/device-certificates.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { DialogueId } from '@videosportello/protocol/ids.ts';
import { ReaderError } from '../smart-card/reader-error.ts';
import type { ReaderErrorCode } from '../smart-card/reader-error.ts';
import type { ReaderService } from '../smart-card/reader-service.ts';
import type { CardConnection } from '../smart-card/card-connection.ts';
import { instructionOf } from './instruction-list.ts';
import { createPinTries } from './pin-tries.ts';
import type { PinTries } from './pin-tries.ts';
import { createSignatureGuard, PinRefused } from './signature-guard.ts';
import type { GuardedStep, SignatureConsent, SignatureGuard } from './signature-guard.ts';

const codes: Readonly<Record<ReaderErrorCode, ErrorCode>> = {
  removed: 'card-removed',
  timeout: 'card-unreadable',
  reset: 'card-unreadable',
  shared: 'reader-unavailable',
  comm: 'card-unreadable',
  'no-service': 'reader-unavailable',
};

/** Default of the limit of one exchange, ms. */
const EXCHANGE_LIMIT_MS = 60_000;
/** The reader's own limit for one command comes after that of the exchange, which has the name `timeout`. */
const COMMAND_GRACE_MS = 1_000;

/** The card's side of one dialogue at a time, driven from outside, guarded here. */
export interface CardDialogues extends AsyncDisposable {
  /**
   * Powers the card up for a dialogue; an unfinished one ends first.
   * @throws ProtocolError `card-absent`, `card-removed`, `card-unreadable`, `reader-unavailable`; `aborted` when the dialogue
   * was released before the card was up.
   */
  connect(dialogueId: DialogueId, dialogue: CardDialogue, signal: AbortSignal): Promise<{ atr: Uint8Array }>;
  /**
   * Runs commands in order, up to and including the first answer other than 9000. Refused as a whole, before the first one
   * reaches the card, when any is not on the dialogue's list, or asks for a PIN or a signature that nobody has agreed to; the
   * card is powered off then. `deadlineMs` is for all of them, a minute at most.
   * @throws ProtocolError `instruction-refused` (details: `last-try`, one try left and not confirmed; `no-pin`), `timeout`, and as {@link connect}.
   */
  exchange(dialogueId: DialogueId, commands: readonly Uint8Array[], options: { deadlineMs: number; signal: AbortSignal }): Promise<Uint8Array[]>;
  /** @throws ProtocolError `visit-state` when the dialogue is not running or signs nothing. */
  expectSignature(dialogueId: DialogueId): void;
  /**
   * Takes the citizen's touch and PIN for one VERIFY and one signature of a running dialogue. The PIN's bytes are wiped when the
   * card has had them, and at the end of the dialogue at the latest, also when this throws.
   * @throws ProtocolError as {@link expectSignature}.
   */
  agreeToSign(dialogueId: DialogueId, consent: SignatureConsent): void;
  /** Powers the card off; a dialogue that is not running is no error. */
  release(dialogueId: DialogueId): Promise<void>;
  /** Ends whatever is running. */
  releaseAll(): Promise<void>;
}

/**
 * Makes the guard over one reader. `onRefused` hears the instruction bytes' names only.
 *
 * @param limits.exchangeMs how long one exchange may keep the card, whatever the server asks for, ms; default: a minute
 */
export function createCardDialogues(
  reader: ReaderService,
  onRefused: (refused: { dialogue: CardDialogue; ins: number }) => void,
  { exchangeMs = EXCHANGE_LIMIT_MS }: { readonly exchangeMs?: number } = {},
): CardDialogues {
  interface Running {
    readonly id: DialogueId;
    readonly dialogue: CardDialogue;
    readonly released: AbortController;
    readonly guard: SignatureGuard;
    /** Absent while the card is powered up. */
    connection?: CardConnection;
  }
  let running: Running | undefined;
  let pin: { readonly session: number; readonly tries: PinTries } | undefined;
  const triesOf = (session: number): PinTries => {
    if (pin?.session !== session) pin = { session, tries: createPinTries() };
    return pin.tries;
  };

  const end = async (ending: Running | undefined) => {
    ending?.released.abort();
    ending?.guard.wipe();
    await ending?.connection?.powerOff();
  };
  const releaseAll = () => {
    const ending = running;
    running = undefined;
    return end(ending);
  };

  return {
    async connect(dialogueId, dialogue, signal) {
      const before = running;
      const mine: Running = { id: dialogueId, dialogue, released: new AbortController(), guard: createSignatureGuard(triesOf) };
      running = mine;
      try {
        await end(before);
        if (reader.snapshot().card.state === 'none') throw new ProtocolError('card-absent');
        const connection = await reader.connect({ signal: AbortSignal.any([signal, mine.released.signal]) });
        if (mine.released.signal.aborted) {
          await connection.powerOff();
          throw new ProtocolError('aborted');
        }
        mine.connection = connection;
        return { atr: connection.atr };
      } catch (error) {
        if (running === mine) running = undefined;
        return translate(error);
      }
    },
    async exchange(dialogueId, commands, { deadlineMs, signal }) {
      if (running?.id !== dialogueId || !running.connection) throw new ProtocolError('card-removed');
      const { dialogue, connection, guard } = running;
      const refuse = async (command: Uint8Array | undefined, detail?: string): Promise<never> => {
        onRefused({ dialogue, ins: command?.[1] ?? 0 });
        await releaseAll();
        throw new ProtocolError('instruction-refused', detail === undefined ? {} : { detail });
      };
      const steps: GuardedStep[] = [];
      for (const command of commands) {
        const instruction = instructionOf(dialogue, command);
        if (!instruction) return refuse(command);
        steps.push({ command, instruction });
      }
      if (!guard.accepts(steps)) return refuse(steps.find(({ instruction }) => instruction.guarded)?.command);
      const limitMs = Math.min(deadlineMs, exchangeMs);
      const within = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
      try {
        return await guard.run(steps, connection, { deadlineMs: limitMs + COMMAND_GRACE_MS, signal: within });
      } catch (error) {
        if (error instanceof PinRefused) return refuse(steps.find(({ instruction }) => instruction.guarded === 'pin')?.command, error.why);
        return translate(error);
      }
    },
    expectSignature(dialogueId) {
      if (running?.id !== dialogueId || running.dialogue !== 'cns-sign') throw new ProtocolError('visit-state');
    },
    agreeToSign(dialogueId, consent) {
      if (running?.id !== dialogueId || running.dialogue !== 'cns-sign') {
        consent.pin.fill(0);
        throw new ProtocolError('visit-state');
      }
      running.guard.agree(consent);
    },
    async release(dialogueId) {
      if (running?.id === dialogueId) await releaseAll();
    },
    releaseAll,
    [Symbol.asyncDispose]: releaseAll,
  };
}

function translate(error: unknown): never {
  if (error instanceof ReaderError) throw new ProtocolError(codes[error.code], { cause: error });
  if (error instanceof Error && error.name === 'TimeoutError') throw new ProtocolError('timeout', { cause: error });
  if (error instanceof Error && error.name === 'AbortError') throw new ProtocolError('aborted', { cause: error });
  throw error;
}
