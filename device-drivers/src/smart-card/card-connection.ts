import { completeResponse, statusWordOf } from './complete-response.ts';
import { BindingFailure } from './pcsc-binding.ts';
import type { BindingAnswer, BindingRequest } from './pcsc-binding.ts';
import { APDU_MAX, APDU_MIN } from './pcsc-messages.ts';
import type { CardProtocol } from './pcsc-messages.ts';
import { ReaderError } from './reader-error.ts';
import type { ReaderErrorCode } from './reader-error.ts';

/** Limits of one command: deadline in milliseconds (default: the service's), and abort. */
export interface TransmitOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** A powered card, held exclusively. Every use after its end fails with the reason of the end. */
export interface CardConnection extends AsyncDisposable {
  /** Number of the card's insertion, as in the reader's snapshot. */
  readonly session: number;
  readonly atr: Uint8Array;
  /** `t1` also stands for contactless cards. */
  readonly protocol: CardProtocol;
  /**
   * Sends one command APDU and returns the card's own answer: data and status word, at least two bytes. Commands go one
   * after another, also when asked for at the same time.
   * @throws {RangeError} when the command is no APDU by its length.
   * @throws {ReaderError} `timeout` after the deadline, after which the connection is over; `removed`, `reset`, `comm`,
   *   `no-service`; the signal's reason when aborted, which ends the connection too if the command was on its way.
   */
  transmit(apdu: Uint8Array, options?: TransmitOptions): Promise<Uint8Array>;
  /**
   * Sends commands in order, fetching what a card holds back (61xx, 6Cxx), and stops after the first whose status word
   * is not 9000. Nothing comes between them. Returns the answers given, the last one included. Limits are for each
   * command.
   * @throws as {@link CardConnection.transmit}; nothing is returned then.
   */
  exchange(commands: readonly Uint8Array[], options?: TransmitOptions): Promise<Uint8Array[]>;
  /** Powers the card off and lets go of it. Never throws; may be called twice. */
  powerOff(): Promise<void>;
}

/** What a connection needs of the reader. */
export interface ConnectionPort {
  ask(request: BindingRequest, limits: { deadlineMs: number; signal?: AbortSignal }): Promise<BindingAnswer>;
  /** Whether the card of this connection leaves within the moment that noticing takes. */
  removalSeen(): Promise<boolean>;
  /** Called once after {@link CardConnection.powerOff}. */
  released(): void;
}

/** Status word of a command that went well (ISO/IEC 7816-4, table 5). */
const SUCCESS = 0x9000;

/** How long powering off may take, in milliseconds. */
const POWER_OFF_DEADLINE_MS = 2_000;

/** Makes the connection to a card just powered up; `end` says that it is over and why. */
export function openCardConnection(
  card: { session: number; atr: Uint8Array; protocol: CardProtocol; transmitDeadlineMs: number },
  port: ConnectionPort,
): { connection: CardConnection; end(code: ReaderErrorCode): void } {
  let ended: ReaderErrorCode | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const connection: CardConnection = {
    session: card.session,
    atr: card.atr,
    protocol: card.protocol,
    transmit,
    exchange,
    powerOff,
    [Symbol.asyncDispose]: powerOff,
  };
  return {
    connection,
    end: (code) => {
      ended ??= code;
    },
  };

  /** Runs `work` after all that was asked for before. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  }

  function transmit(apdu: Uint8Array, options: TransmitOptions = {}): Promise<Uint8Array> {
    return inTurn(() => transmitNow(apdu, options));
  }

  async function transmitNow(apdu: Uint8Array, options: TransmitOptions): Promise<Uint8Array> {
    if (apdu.length < APDU_MIN || apdu.length > APDU_MAX) {
      throw new RangeError(`a command APDU has ${APDU_MIN} to ${APDU_MAX} bytes, not ${apdu.length}`);
    }
    if (ended !== undefined) {
      throw new ReaderError(ended);
    }
    const { deadlineMs = card.transmitDeadlineMs, signal } = options;
    try {
      const answer = await port.ask(
        { type: 'transmit', apdu },
        { deadlineMs, ...(signal === undefined ? {} : { signal }) },
      );
      if (ended !== undefined) {
        throw new ReaderError(ended);
      }
      if (answer.type === 'response' && answer.response.length >= 2) {
        return answer.response;
      }
      // A card that leaves in the middle of a command shows as an empty answer first.
      const left = answer.type === 'response' && answer.response.length === 0 && (await port.removalSeen());
      throw new ReaderError(left ? 'removed' : 'comm');
    } catch (error) {
      if (error instanceof BindingFailure) {
        const code = error.notTransacted && (await port.removalSeen()) ? 'removed' : error.code;
        throw new ReaderError(code);
      }
      throw error;
    }
  }

  function exchange(commands: readonly Uint8Array[], options: TransmitOptions = {}): Promise<Uint8Array[]> {
    return inTurn(async () => {
      const answers: Uint8Array[] = [];
      for (const command of commands) {
        const answer = await completeResponse(command, (apdu) => transmitNow(apdu, options));
        answers.push(answer);
        if (statusWordOf(answer) !== SUCCESS) {
          break;
        }
      }
      return answers;
    });
  }

  async function powerOff(): Promise<void> {
    if (ended !== undefined) {
      return;
    }
    ended = 'reset';
    try {
      await port.ask({ type: 'power-off' }, { deadlineMs: POWER_OFF_DEADLINE_MS });
    } catch {
      // Whatever went wrong, the card is no longer held: the binding either let go of it or has been killed.
    }
    port.released();
  }
}
