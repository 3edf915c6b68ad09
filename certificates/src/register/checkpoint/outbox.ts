import type { RegisterCheckpoints } from '../register.ts';

/**
 * `outbox-unavailable`: it does not serve now, the next round tries again. `outbox-refused`: it does not know this
 * register or its key; somebody must set it up. `register-rolled-back`: it was given checkpoints that this register has
 * no more. `register-forked`: what it was given and what the register holds cannot be one history.
 */
export type OutboxErrorCode = 'outbox-unavailable' | 'outbox-refused' | 'register-rolled-back' | 'register-forked';

/** A checkpoint did not get out. The last two codes mean that the database is not the one it was. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError';
  readonly code: OutboxErrorCode;

  constructor(code: OutboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A place outside the database that remembers checkpoints. */
export interface CheckpointOutbox {
  readonly name: string;
  /** Brings it up to the register's newest checkpoint. @throws {OutboxError} */
  deliver(checkpoints: Omit<RegisterCheckpoints, 'make'>, options: { readonly signal: AbortSignal }): Promise<void>;
}
