import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { Register } from '../register.ts';
import { startRounds } from '../rounds.ts';
import type { Rounds } from '../rounds.ts';
import type { CheckpointSigner } from './checkpoint-key.ts';
import type { CheckpointOutbox } from './outbox.ts';

/** A checkpoint at the latest after so many rows, or five minutes after a row. */
const RULE = { rows: 500, everyMs: 5 * 60 * 1000 };
/** How often it is looked whether one is due, ms. */
const EVERY_MS = 60 * 1000;

/**
 * Makes checkpoints while the register is open, and sees that they get out: at once, then every minute, any number of
 * nodes on one register. An outbox that does not serve keeps no other one waiting for its next round.
 *
 * @param deps.signerAt the key of that moment's year
 * @param deps.onOutboxFailure called for each outbox that did not take them, each round
 * @param deps.onFailure called when the register itself failed
 */
export function startCheckpoints(
  register: Pick<Register, 'checkpoints'>,
  deps: {
    readonly signerAt: (at: Date) => Promise<CheckpointSigner>;
    readonly outboxes: readonly CheckpointOutbox[];
    readonly now: () => Date;
    readonly timers: Timers;
    readonly onMade: (number: number) => void;
    readonly onOutboxFailure: (outbox: string, cause: unknown) => void;
    readonly onFailure: (cause: unknown) => void;
  },
): Rounds {
  const { signerAt, outboxes, now, timers, onMade, onOutboxFailure, onFailure } = deps;
  return startRounds(
    async (signal) => {
      const at = now();
      const made = await register.checkpoints.make(await signerAt(at), at, RULE);
      if (made !== undefined) onMade(made.number);
      await Promise.all(
        outboxes.map(async (outbox) => {
          try {
            await outbox.deliver(register.checkpoints, { signal });
          } catch (cause) {
            if (!signal.aborted) onOutboxFailure(outbox.name, cause);
          }
        }),
      );
    },
    { everyMs: EVERY_MS, timers, onFailure },
  );
}
