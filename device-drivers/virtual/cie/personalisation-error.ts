export type PersonalisationErrorCode = 'name-not-writable' | 'photo-not-jpeg';

/** Why no card can be made of a person and a photo; the message holds no personal data. */
export class PersonalisationError extends Error {
  readonly code: PersonalisationErrorCode;
  override readonly name = 'PersonalisationError';

  constructor(code: PersonalisationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
