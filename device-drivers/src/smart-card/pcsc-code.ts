import type { ReaderErrorCode } from './reader-error.ts';

/** SCARD_E_INVALID_HANDLE: the connection is no longer known. */
export const INVALID_HANDLE = 0x8010_0003;

/** SCARD_E_UNKNOWN_READER: unplugged, and the card with it. */
export const UNKNOWN_READER = 0x8010_0009;

/** SCARD_E_NOT_TRANSACTED: also what a transmit gets whose card has just left. */
export const NOT_TRANSACTED = 0x8010_0016;

/** Return values of PC/SC calls that mean something to us (pcsc-lite, pcsclite.h; PC/SC part 5, table of error codes). */
const MEANINGS: ReadonlyMap<number, ReaderErrorCode> = new Map([
  [INVALID_HANDLE, 'reset'],
  [UNKNOWN_READER, 'removed'],
  [0x8010_000b, 'shared'], // SCARD_E_SHARING_VIOLATION
  [0x8010_000c, 'removed'], // SCARD_E_NO_SMARTCARD
  [0x8010_0013, 'no-service'], // SCARD_F_COMM_ERROR: the daemon died
  [0x8010_0017, 'removed'], // SCARD_E_READER_UNAVAILABLE
  [0x8010_001d, 'no-service'], // SCARD_E_NO_SERVICE
  [0x8010_001e, 'no-service'], // SCARD_E_SERVICE_STOPPED
  [0x8010_0068, 'reset'], // SCARD_W_RESET_CARD
  [0x8010_0069, 'removed'], // SCARD_W_REMOVED_CARD
]);

/** What a PC/SC return value means; everything not listed is a communication error. */
export function meaningOfPcscCode(code: number): ReaderErrorCode {
  return MEANINGS.get(code) ?? 'comm';
}

/**
 * The return value inside an error of the binding, which carries it only in its text, as in
 * `SCardConnect error: Sharing violation.(0x8010000b)`. Undefined when there is none.
 */
export function pcscCodeOf(error: unknown): number | undefined {
  const match = error instanceof Error ? /\(0x([0-9a-f]{8})\)/i.exec(error.message) : null;
  return match?.[1] === undefined ? undefined : Number.parseInt(match[1], 16);
}
