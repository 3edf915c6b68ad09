export type AuthorityErrorCode = 'key-not-fitting' | 'folder-unreadable' | 'validity-empty' | 'data-group-number';

/** Why the demo authority could not do what it was asked; the message is a plain sentence without personal data. */
export class AuthorityError extends Error {
  readonly code: AuthorityErrorCode;
  override readonly name = 'AuthorityError';

  constructor(code: AuthorityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
