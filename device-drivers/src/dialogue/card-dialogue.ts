import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { ErrorCode } from '@videosportello/protocol/error-codes.ts';
import type { DialogueId } from '@videosportello/protocol/ids.ts';
import { ReaderError } from '../smart-card/reader-error.ts';
import type { ReaderErrorCode } from '../smart-card/reader-error.ts';
import type { ReaderService } from '../smart-card/reader-service.ts';
import type { CardConnection } from '../smart-card/card-connection.ts';
import { passes } from './instruction-list.ts';
import type { Dialogue } from './instruction-list.ts';

const codes: Readonly<Record<ReaderErrorCode, ErrorCode>> = {
  removed: 'card-removed',
  timeout: 'card-unreadable',
  reset: 'card-unreadable',
  shared: 'reader-unavailable',
  comm: 'card-unreadable',
  'no-service': 'reader-unavailable',
};

/** The card's side of one dialogue at a time, driven from outside, guarded here. */
export interface CardDialogues extends AsyncDisposable {
  /**
   * Powers the card up for a dialogue; an unfinished one ends first.
   * @throws ProtocolError `card-absent`, `card-removed`, `card-unreadable`, `reader-unavailable`.
   */
  connect(dialogueId: DialogueId, dialogue: Dialogue, signal: AbortSignal): Promise<{ atr: Uint8Array }>;
  /**
   * Runs commands in order, up to and including the first answer other than 9000. Refused as a whole, before the first one
   * reaches the card, when any is not on the dialogue's list.
   * @throws ProtocolError `instruction-refused`, and as {@link connect}.
   */
  exchange(dialogueId: DialogueId, commands: readonly Uint8Array[], options: { deadlineMs: number; signal: AbortSignal }): Promise<Uint8Array[]>;
  /** Powers the card off; a dialogue that is not running is no error. */
  release(dialogueId: DialogueId): Promise<void>;
  /** Ends whatever is running. */
  releaseAll(): Promise<void>;
}

/** Makes the guard over one reader. `onRefused` hears the instruction bytes' names only. */
export function createCardDialogues(reader: ReaderService, onRefused: (refused: { dialogue: Dialogue; ins: number }) => void): CardDialogues {
  let running: { id: DialogueId; dialogue: Dialogue; connection: CardConnection } | undefined;

  const releaseAll = async () => {
    const ending = running;
    running = undefined;
    await ending?.connection.powerOff();
  };

  return {
    async connect(dialogueId, dialogue, signal) {
      await releaseAll();
      if (reader.snapshot().card.state === 'none') throw new ProtocolError('card-absent');
      const connection = await reader.connect({ signal }).catch(translate);
      running = { id: dialogueId, dialogue, connection };
      return { atr: connection.atr };
    },
    async exchange(dialogueId, commands, { deadlineMs, signal }) {
      if (running?.id !== dialogueId) throw new ProtocolError('card-removed');
      const { dialogue, connection } = running;
      const refused = commands.find((command) => passes(dialogue, command) === undefined);
      if (refused) {
        onRefused({ dialogue, ins: refused[1] ?? 0 });
        await releaseAll();
        throw new ProtocolError('instruction-refused');
      }
      return connection.exchange(commands, { deadlineMs, signal }).catch(translate);
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
  if (error instanceof Error && error.name === 'AbortError') throw new ProtocolError('aborted', { cause: error });
  throw error;
}
