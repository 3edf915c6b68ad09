export type PersonalisationErrorCode = 'name-not-writable' | 'photo-not-jpeg' | 'card-file' | 'unknown-twin';

/** Why no card can be made; the message is a plain sentence without personal data. */
export class PersonalisationError extends Error {
  readonly code: PersonalisationErrorCode;
  override readonly name = 'PersonalisationError';

  constructor(code: PersonalisationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
