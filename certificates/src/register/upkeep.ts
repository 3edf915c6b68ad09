import type { Timers } from '@videosportello/protocol/rpc/peer.ts';
import type { Register } from './register.ts';
import { startRounds } from './rounds.ts';
import type { Rounds } from './rounds.ts';

/** A number without a document after this long will not get one: whoever asked has asked again or has gone. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/** How often the register is gone through, ms. */
const EVERY_MS = 60 * 60 * 1000;

/** What one round did. */
export interface UpkeepRound {
  /** Numbers given up. */
  readonly voided: number;
  /** Documents whose kept files were deleted. */
  readonly deleted: number;
}

/**
 * Keeps the register as the law wants it while it is open: gives up numbers a crash left without a document more than a day
 * ago, and deletes originals and papers whose term is over. At once, then every hour; any number of nodes may do so on one register.
 *
 * @param deps.onRound called after each round
 * @param deps.onFailure called when a round failed; the next one tries again
 */
export function startUpkeep(
  register: Pick<Register, 'voidReservations' | 'deleteExpired'>,
  deps: {
    readonly now: () => Date;
    readonly timers: Timers;
    readonly onRound: (round: UpkeepRound) => void;
    readonly onFailure: (cause: unknown) => void;
  },
): Rounds {
  const { now, timers, onRound, onFailure } = deps;
  return startRounds(
    async () => {
      const at = now();
      const voided = await register.voidReservations(new Date(at.getTime() - ABANDONED_MS), at);
      onRound({ voided, deleted: await register.deleteExpired(at) });
    },
    { everyMs: EVERY_MS, timers, onFailure },
  );
}
