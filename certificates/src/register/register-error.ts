/**
 * `duty-mark-used`: the mark stands on another certificate. `key-reused`: the idempotency key came with another
 * request.
 * `reservation-void`: the number of this key was given up; ask again with a new key. `unknown-document`: no such
 * document.
 * `print-order`: the outcome cannot follow on what is on record.
 */
export type RegisterErrorCode =
  'duty-mark-used' | 'key-reused' | 'reservation-void' | 'unknown-document' | 'print-order';

/** The register refuses; nothing was written. */
export class RegisterError extends Error {
  override readonly name = 'RegisterError';
  readonly code: RegisterErrorCode;

  constructor(code: RegisterErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
