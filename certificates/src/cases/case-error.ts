/** Why a case cannot be opened or moved. */
export type CaseErrorCode = 'case-unknown' | 'case-order' | 'case-erased';

/** A refusal of the back office's desk; nothing personal stands in its message. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
  readonly code: CaseErrorCode;

  constructor(code: CaseErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
