import { z } from 'zod';

/**
 * The closed list of failures that cross a process boundary. `retryable` answers the question a caller has:
 * may the same request succeed when sent again unchanged? `sentence` is for logs and operators; screens use
 * their own words, chosen by code.
 */
export const errorCodes = {
  'bad-message': { retryable: false, sentence: 'The message is not one this peer understands.' },
  'unknown-method': { retryable: false, sentence: 'There is no such method here.' },
  'bad-params': { retryable: false, sentence: 'The message does not fit its schema.' },
  internal: { retryable: true, sentence: 'Something failed on the other side; it has been logged there.' },
  timeout: { retryable: true, sentence: 'No answer came in time.' },
  'link-lost': { retryable: true, sentence: 'The connection was lost before an answer came.' },
  aborted: { retryable: true, sentence: 'The request was withdrawn.' },
  'too-much': { retryable: false, sentence: 'The peer sent more than it may.' },
  'not-authenticated': { retryable: false, sentence: 'Say hello first.' },
  'version-unsupported': { retryable: false, sentence: 'The two sides speak no common version.' },
  'proof-invalid': { retryable: false, sentence: 'The proof of the key is not valid.' },
  'grant-invalid': { retryable: false, sentence: 'The grant is not valid here.' },
  'grant-expired': { retryable: false, sentence: 'The grant has expired; ask for a new one.' },
  'grant-foreign': { retryable: false, sentence: 'The grant belongs to another holder or another place.' },
  'fence-stale': { retryable: false, sentence: 'Somebody with a newer right has taken over.' },
  'kiosk-unknown': { retryable: false, sentence: 'This kiosk is not enrolled.' },
  'kiosk-revoked': { retryable: false, sentence: 'This kiosk has been revoked.' },
  'kiosk-busy': { retryable: false, sentence: 'This kiosk already has a visit.' },
  'session-replaced': { retryable: false, sentence: 'The desk was opened in another window.' },
  'signed-out': { retryable: false, sentence: 'Sign in first.' },
  'not-allowed': { retryable: false, sentence: 'This account may not do this.' },
  'visit-unknown': { retryable: false, sentence: 'There is no such visit, or it has ended.' },
  'visit-state': { retryable: false, sentence: 'The visit is not in a state that allows this.' },
  'receipt-invalid': { retryable: false, sentence: 'The receipt is altered or was not signed here.' },
  'receipt-expired': { retryable: false, sentence: 'The receipt is too old to count.' },
  'receipt-foreign': { retryable: false, sentence: 'The receipt belongs to another pool, kiosk or operator.' },
  'ticket-unknown': { retryable: false, sentence: 'This is no kept ticket of this pool.' },
  'ticket-used': { retryable: false, sentence: 'This kept ticket has been shown already.' },
  'ticket-expired': { retryable: false, sentence: 'The place on this kept ticket is not kept any more.' },
  'offer-gone': { retryable: false, sentence: 'The offer has ended or went to somebody else.' },
  'capacity-full': { retryable: false, sentence: 'The operator already has as many visits as he may.' },
  'nobody-on-duty': { retryable: true, sentence: 'Nobody is on duty.' },
  'outside-hours': { retryable: false, sentence: 'This service is not open at this place now.' },
  'nobody-else-on-duty': { retryable: true, sentence: 'No colleague who could take the visit is on duty.' },
  'node-unknown': { retryable: false, sentence: 'No node of this name is registered.' },
  'no-node': { retryable: true, sentence: 'No node is free for this visit.' },
  'peer-absent': { retryable: true, sentence: 'The other person is not in the room.' },
  'media-failed': { retryable: true, sentence: 'The media path could not be made.' },
  'store-unavailable': { retryable: true, sentence: 'The store cannot be reached at the moment.' },
  'card-absent': { retryable: true, sentence: 'There is no card on the reader.' },
  'card-removed': { retryable: true, sentence: 'The card was taken away too soon.' },
  'card-wrong-number': { retryable: true, sentence: 'The number typed is not the one on the card.' },
  'card-tries-exhausted': { retryable: false, sentence: 'Three wrong numbers; the operator decides.' },
  'card-wrong-pin': { retryable: true, sentence: 'The PIN typed is not the one of the card.' },
  'card-pin-blocked': { retryable: false, sentence: 'The PIN of this card is blocked; nobody can unblock it here.' },
  'card-last-try': { retryable: false, sentence: 'One try is left for the PIN; the operator decides.' },
  'signature-declined': { retryable: true, sentence: 'The citizen did not want the card to sign.' },
  'card-unreadable': { retryable: true, sentence: 'The card could not be read.' },
  'card-unsupported': { retryable: false, sentence: 'This kind of card cannot be read here.' },
  'reader-unavailable': { retryable: true, sentence: 'The card reader does not answer.' },
  'instruction-refused': { retryable: false, sentence: 'The device service does not pass this instruction to a card.' },
  'scanner-empty': { retryable: true, sentence: 'There is no sheet in the scanner.' },
  'scanner-failed': { retryable: true, sentence: 'The scanner could not read the sheet.' },
  'printer-unavailable': { retryable: true, sentence: 'The printer does not answer.' },
  'paper-busy': { retryable: true, sentence: 'Another paper is being printed.' },
  'digest-mismatch': { retryable: true, sentence: 'The paper did not arrive as it was sent.' },
  'evidence-missing': { retryable: false, sentence: 'Nobody has been identified in this visit yet.' },
  'verdict-invalid': { retryable: false, sentence: 'The verdict is altered, too old, or belongs to another visit or kiosk.' },
  'id-not-accepted': { retryable: false, sentence: 'This kind of identity document does not count today.' },
  'check-incomplete': { retryable: false, sentence: 'A question of the visual check, or a page it needs, is still missing.' },
  'second-operator-needed': { retryable: false, sentence: 'Another operator must judge what this one was not sure of.' },
  'document-refused': { retryable: false, sentence: 'The rules do not allow this document.' },
  'document-unknown': { retryable: false, sentence: 'There is no such document in this visit.' },
  'case-unknown': { retryable: false, sentence: 'This person has no case with this number.' },
  'case-not-ready': { retryable: false, sentence: 'The back office has not made this paper, or will not.' },
  'duty-invalid': { retryable: false, sentence: 'The duty mark or exemption is not valid.' },
  'seal-unavailable': { retryable: true, sentence: 'The certificate cannot be sealed or stamped at the moment.' },
  'source-unavailable': { retryable: true, sentence: 'The registry does not answer.' },
  'subject-not-found': { retryable: false, sentence: 'The registry does not know this person.' },
  'review-declined': { retryable: false, sentence: 'The citizen did not agree with the words shown.' },
} as const;

export type ErrorCode = keyof typeof errorCodes;
export const errorCode = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]);

/**
 * A failure with a code of the closed list. `detail` is a short machine word (a reason code), never personal data.
 */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(errorCodes[code].sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProtocolError';
    this.code = code;
    this.detail = options.detail;
  }

  /** Whether the same request may succeed when sent again unchanged. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }
}

/** The failure as a {@link ProtocolError}: itself, or `internal` with the cause kept on this side of the wire. */
export function toProtocolError(error: unknown): ProtocolError {
  return error instanceof ProtocolError ? error : new ProtocolError('internal', { cause: error });
}
