/**
 * The MRZ information: the part of the machine readable zone that opens a chip (ICAO Doc 9303 part 11, 9.7.3 and D.2).
 */
import { mrzCheckDigit } from '../primitives/mrz-check-digit.ts';

/** The three fields that a person can type from the card. */
export interface MrzKeyFields {
  /** Document number as printed, 1 to 22 letters and digits; fillers at the end may be left out. */
  readonly documentNumber: string;
  /** Birth date, YYMMDD. */
  readonly birthDate: string;
  /** Expiry date, YYMMDD. */
  readonly expiryDate: string;
}

/** Number, birth date and expiry date, each with its check digit. Throws RangeError on fields of another form. */
export function mrzInformation({ documentNumber, birthDate, expiryDate }: MrzKeyFields): string {
  if (!/^[0-9A-Z<]{1,22}$/.test(documentNumber)) throw new RangeError('document number of another form');
  if (!/^[0-9<]{6}$/.test(birthDate) || !/^[0-9]{6}$/.test(expiryDate)) throw new RangeError('dates are YYMMDD');
  return [documentNumber.padEnd(9, '<'), birthDate, expiryDate].map((field) => field + mrzCheckDigit(field)).join('');
}
