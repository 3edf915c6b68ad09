/** What is burnt into one card: its files with their access rules, its chip, the passwords it knows. */
import type { ChipFamily } from './chip-family.ts';

/**
 * Who may select and read a file: anybody; a terminal that did PACE; only one with terminal authentication, never a
 * kiosk.
 */
export type FileAccess = 'free' | 'pace' | 'terminal-authentication';

export interface CardFile {
  /** Two-byte file id. */
  readonly fileId: number;
  /** Short id, 1 to 30. */
  readonly shortId: number;
  readonly access: FileAccess;
  readonly content: Uint8Array;
}

export interface CardImage {
  readonly family: ChipFamily;
  /** Six digits. */
  readonly can: string;
  /** Number, birth and expiry of the machine readable zone, each with its check digit. */
  readonly mrzInformation: string;
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
