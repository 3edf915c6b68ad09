/** What is wrong with the bytes or text of a stamp. All of them are WRONG_FORMAT in the words of Doc 9303-13. */
export type SealFormatReason =
  | 'NOT_A_SEAL'
  | 'UNSUPPORTED_VERSION'
  | 'TOO_LONG'
  | 'TRUNCATED'
  | 'BAD_HEADER'
  | 'BAD_DATE'
  | 'BAD_LENGTH'
  | 'DOUBLED_TAG'
  | 'TAG_ORDER'
  | 'NO_SIGNATURE'
  | 'DER_SIGNATURE'
  | 'BAD_SIGNATURE_LENGTH'
  | 'TRAILING_BYTES'
  | 'BAD_BASE32'
  | 'BAD_ADDRESS'
  | 'BAD_FIELD';

/** A stamp that does not follow its format. The message never repeats the stamp's content. */
export class SealFormatError extends Error {
  readonly reason: SealFormatReason;

  constructor(reason: SealFormatReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealFormatError';
    this.reason = reason;
  }
}
