/** Why no stamp came out of a file. All are READ_ERROR in the words of Doc 9303-13. */
export type StampReadErrorCode =
  | 'FILE_TOO_LARGE'
  | 'FILE_UNKNOWN'
  | 'IMAGE_TOO_LARGE'
  | 'IMAGE_UNREADABLE'
  | 'PDF_UNREADABLE'
  | 'PDF_TOO_SLOW'
  | 'TOOL_MISSING'
  | 'NO_SYMBOL';

/** A file in which no stamp could be read; the message never repeats its content. */
export class StampReadError extends Error {
  readonly code: StampReadErrorCode;

  constructor(code: StampReadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StampReadError';
    this.code = code;
  }
}
