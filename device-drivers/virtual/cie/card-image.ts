/** What is burnt into one card: its files with their access rules, its chip, the passwords it knows. */
import type { ActiveAuthenticationKey } from './active-authentication.ts';
import type { ChipAuthenticationKey } from './chip-authentication.ts';
import type { Chip } from './chip-family.ts';
import type { NationalApplication } from './national-application.ts';
import type { PaceProfile } from './pace-profile.ts';

/**
 * Who may select and read a file: anybody; a terminal that did PACE or BAC; only one with terminal authentication, or
 * with the holder's PIN of the national application, neither of which this card gives to anybody.
 */
export type FileAccess = 'free' | 'pace' | 'terminal-authentication' | 'pin';

export interface CardFile {
  /** Two-byte file id. */
  readonly fileId: number;
  /** Short id, 1 to 30. */
  readonly shortId: number;
  readonly access: FileAccess;
  readonly content: Uint8Array;
}

export interface CardImage {
  readonly family: Chip;
  /** Length of the nonce of PACE, for a cipher that leaves a choice. Default: the family's. */
  readonly nonceBytes?: 8 | 16;
  /** Six digits; absent on a document without one. */
  readonly can?: string;
  /** Number, birth and expiry of the machine readable zone, each with its check digit. */
  readonly mrzInformation: string;
  /** What PACE the chip can do, as EF.CardAccess announces it; empty for a document that has BAC alone. */
  readonly pace: readonly PaceProfile[];
  /** Whether the chip can do Basic Access Control. */
  readonly basicAccessControl: boolean;
  readonly chipAuthentication?: ChipAuthenticationKey;
  readonly activeAuthentication?: ActiveAuthenticationKey;
  /** The national application of the CIE (IAS ECC). */
  readonly national?: NationalApplication;
  readonly masterFile: readonly CardFile[];
  readonly application: readonly CardFile[];
}

/** File and short ids of an eMRTD (ICAO Doc 9303 part 10 tables 6 and 37; EF.ATR: ISO/IEC 7816-4 clause 12.2.2). */
export const FILE = {
  cardAccess: { fileId: 0x011c, shortId: 0x1c },
  atr: { fileId: 0x2f01, shortId: 0x01 },
  com: { fileId: 0x011e, shortId: 0x1e },
  sod: { fileId: 0x011d, shortId: 0x1d },
  dataGroup: (number: number) => ({ fileId: 0x0100 + number, shortId: number }),
} as const;
