/**
 * Status words (ISO/IEC 7816-4, clause 5.6) with their meaning for a log and the Fluent key of a hint for the person.
 */

/** Success. */
export const SW_OK = 0x9000;
/** End of file reached before the expected length. */
export const SW_END_OF_FILE = 0x6282;
/** Offset beyond the end of the file. */
export const SW_WRONG_OFFSET = 0x6b00;
/** Wrong length: of what is sent, or of what is asked for. */
export const SW_WRONG_LENGTH = 0x6700;
/** File or application not found. */
export const SW_NOT_FOUND = 0x6a82;
/** Security status not satisfied. */
export const SW_SECURITY_STATUS = 0x6982;
/** Conditions of use not satisfied. */
export const SW_CONDITIONS = 0x6985;

const SEE_THE_DESK = 'card-hint-see-the-desk';
const NOT_READABLE = 'card-hint-not-readable-here';
const HOLD_STILL = 'card-hint-hold-still';
const WRONG_PASSWORD = 'card-hint-wrong-password';
const BLOCKED = 'card-hint-blocked';

/** Fluent key of what to tell the person about a status word. */
export type StatusWordHint =
  | typeof SEE_THE_DESK
  | typeof NOT_READABLE
  | typeof HOLD_STILL
  | typeof WRONG_PASSWORD
  | typeof BLOCKED;

/** What a status word says, and what to tell the person: none when it needs no words. */
export interface StatusWordMeaning {
  readonly meaning: string;
  readonly hint: StatusWordHint | undefined;
}

const EXACT: Readonly<Record<number, StatusWordMeaning>> = {
  0x9000: { meaning: 'success', hint: undefined },
  0x6282: { meaning: 'end of file before the expected length', hint: undefined },
  0x6300: { meaning: 'authentication failed', hint: WRONG_PASSWORD },
  0x6700: { meaning: 'wrong length', hint: NOT_READABLE },
  0x6882: { meaning: 'secure messaging not supported', hint: NOT_READABLE },
  0x6884: { meaning: 'command chaining not supported', hint: NOT_READABLE },
  0x6982: { meaning: 'security status not satisfied', hint: SEE_THE_DESK },
  0x6983: { meaning: 'authentication method blocked', hint: BLOCKED },
  0x6985: { meaning: 'conditions of use not satisfied', hint: HOLD_STILL },
  0x6987: { meaning: 'secure messaging object missing', hint: HOLD_STILL },
  0x6988: { meaning: 'secure messaging object wrong', hint: HOLD_STILL },
  0x6a80: { meaning: 'wrong parameters in the data field', hint: NOT_READABLE },
  0x6a81: { meaning: 'function not supported', hint: NOT_READABLE },
  0x6a82: { meaning: 'file or application not found', hint: NOT_READABLE },
  0x6a86: { meaning: 'wrong parameters P1 P2', hint: NOT_READABLE },
  0x6a87: { meaning: 'length inconsistent with parameters', hint: NOT_READABLE },
  0x6a88: { meaning: 'referenced data not found', hint: NOT_READABLE },
  0x6b00: { meaning: 'offset beyond the end of the file', hint: undefined },
  0x6d00: { meaning: 'instruction not supported', hint: NOT_READABLE },
  0x6e00: { meaning: 'class not supported', hint: NOT_READABLE },
  0x6f00: { meaning: 'no precise diagnosis', hint: HOLD_STILL },
};

/** Meaning and hint of any status word; one that no table knows is said to be so. */
export function describeStatusWord(sw: number): StatusWordMeaning {
  const exact = EXACT[sw];
  if (exact !== undefined) return exact;
  const tries = triesLeft(sw);
  if (tries === 0) return { meaning: 'authentication failed, no tries left', hint: BLOCKED };
  if (tries !== undefined) {
    return { meaning: `authentication failed, ${tries} tries left`, hint: WRONG_PASSWORD };
  }
  if (sw >> 8 === 0x61) return { meaning: `${sw & 0xff} more bytes available`, hint: undefined };
  if (sw >> 8 === 0x6c) return { meaning: `right expected length is ${sw & 0xff}`, hint: undefined };
  return { meaning: 'unknown status word', hint: SEE_THE_DESK };
}

/**
 * Whether a card refuses the length of what is sent or asked for (6700, 6Cxx): it cannot do what is asked in this form,
 * which says nothing of whether it could.
 */
export function refusesLength(sw: number): boolean {
  return sw === SW_WRONG_LENGTH || sw >> 8 === 0x6c;
}

/** Tries left of 63Cx, undefined for any other status word. */
export function triesLeft(sw: number): number | undefined {
  return (sw & 0xfff0) === 0x63c0 ? sw & 0x0f : undefined;
}

/** Whether an authentication failed because of the password: 6300 or 63Cx. */
export function isWrongPassword(sw: number): boolean {
  return sw === 0x6300 || triesLeft(sw) !== undefined;
}

/** `6A82 file or application not found`, for messages and logs. */
export function formatStatusWord(sw: number): string {
  return `${sw.toString(16).toUpperCase().padStart(4, '0')} ${describeStatusWord(sw).meaning}`;
}
