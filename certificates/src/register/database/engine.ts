import type { Dialect, Transaction } from 'kysely';
import type { RegisterTables } from './schema.ts';

/** What the two databases do not have in common; everything else of the register is the same on both. */
export interface RegisterEngine {
  readonly name: 'sqlite' | 'postgres';
  readonly dialect: Dialect;
  /**
   * Makes the running transaction the only one that writes, on all nodes, until it ends: appends to the chain and to
   * the tree of stamps are one sequence. Waits for the writer before it, within the engine's time limit.
   */
  lockWrites(tx: Transaction<RegisterTables>): Promise<void>;
  /**
   * Whether a failure says that the database cannot serve now (away, full, too slow), and not that it refuses what was
   * asked. Its transaction wrote nothing, or all of it: whoever repeats the request with the same key finds out.
   */
  isUnavailable(error: unknown): boolean;
}
