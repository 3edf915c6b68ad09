/**
 * `duty-mark-used`: the mark stands on another certificate, or was given with a case of the back office. `key-reused`: the idempotency key came with another
 * request.
 * `reservation-void`: the number of this key was given up; ask again with a new key. `unknown-document`: no such
 * document.
 * `print-order`: the outcome cannot follow on what is on record.
 * `register-unavailable`: the database does not serve now; the same request may be repeated. `register-newer`: a newer
 * program has changed the tables. `register-key`: this key file is not the one the register was written with.
 * `register-damaged`: rows are missing that must be there.
 */
export type RegisterErrorCode =
  | 'duty-mark-used'
  | 'key-reused'
  | 'reservation-void'
  | 'unknown-document'
  | 'print-order'
  | 'register-unavailable'
  | 'register-newer'
  | 'register-key'
  | 'register-damaged';

/** The register refuses; nothing was written, but for `register-unavailable`, after which all of it may have been. */
export class RegisterError extends Error {
  override readonly name = 'RegisterError';
  readonly code: RegisterErrorCode;

  constructor(code: RegisterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
