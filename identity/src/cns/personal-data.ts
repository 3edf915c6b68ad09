/**
 * EF_Dati_personali of a CNS: a header of six hexadecimal digits with the number of bytes that follow, then fields, each
 * behind two hexadecimal digits of length; dates are DDMMYYYY. Nobody signs the file: what it says is a claim.
 */
import { malformed } from '../card-error.ts';
import { isIsoDate } from '../mrz/dates.ts';
import type { IsoDate } from '../mrz/dates.ts';

/** Fields in the order of the file. */
export const PERSONAL_DATA_FIELDS = [
  'issuerCode',
  'issueDate',
  'expiryDate',
  'surname',
  'givenName',
  'dateOfBirth',
  'sex',
  'heightCm',
  'codiceFiscale',
  'citizenship',
  'birthMunicipality',
  'birthCountry',
  'birthCertificate',
  'residenceMunicipality',
  'residenceAddress',
  'expatriationNote',
] as const;

/** The texts as they stand; an empty text where the card leaves a field empty, as a TS-CNS does with many. */
export type PersonalData = Readonly<Record<(typeof PERSONAL_DATA_FIELDS)[number], string>>;

/** The file and how much of it is used. */
export interface PersonalDataFile {
  readonly data: PersonalData;
  /** Header and fields together, bytes; the rest of the file is padding. */
  readonly usedBytes: number;
}

const HEADER_DIGITS = 6;
const LENGTH_DIGITS = 2;

/**
 * Reads the file. Throws CardError `malformed` when a length is no hexadecimal number or runs over the end, or when
 * fields are missing, as in a card that was never personalised.
 */
export function parsePersonalData(file: Uint8Array): PersonalDataFile {
  const usedBytes = HEADER_DIGITS + hexDigits(file.subarray(0, HEADER_DIGITS), HEADER_DIGITS);
  if (usedBytes > file.length) throw malformed('EF_Dati_personali claims more bytes than there are');
  const values: string[] = [];
  let at = HEADER_DIGITS;
  while (at < usedBytes && values.length < PERSONAL_DATA_FIELDS.length) {
    const length = hexDigits(file.subarray(at, at + LENGTH_DIGITS), LENGTH_DIGITS);
    const end = at + LENGTH_DIGITS + length;
    if (end > usedBytes) throw malformed('a field of EF_Dati_personali runs over the end');
    values.push(textOf(file.subarray(at + LENGTH_DIGITS, end)));
    at = end;
  }
  const data: Partial<Record<keyof PersonalData, string | undefined>> = Object.fromEntries(
    PERSONAL_DATA_FIELDS.map((field, i) => [field, values[i]]),
  );
  if (!isComplete(data)) throw malformed('EF_Dati_personali without all its fields');
  return { data, usedBytes };
}

/** A date of the file as `YYYY-MM-DD`; undefined when it is empty or no date. */
export function dateOfPersonalData(ddmmyyyy: string): IsoDate | undefined {
  const date = `${ddmmyyyy.slice(4)}-${ddmmyyyy.slice(2, 4)}-${ddmmyyyy.slice(0, 2)}`;
  return /^\d{8}$/.test(ddmmyyyy) && isIsoDate(date) ? date : undefined;
}

function isComplete(data: Partial<Record<keyof PersonalData, string | undefined>>): data is PersonalData {
  return PERSONAL_DATA_FIELDS.every((field) => data[field] !== undefined);
}

function hexDigits(bytes: Uint8Array, digits: number): number {
  const text = String.fromCharCode(...bytes);
  if (text.length !== digits || !/^[0-9A-Fa-f]+$/.test(text)) {
    throw malformed('a length in EF_Dati_personali is no hexadecimal number');
  }
  return parseInt(text, 16);
}

/** All samples are ASCII; what is not is taken as Latin characters, one byte each. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
