/**
 * EF_Dati_personali of a CNS: sixteen fields, each with two hexadecimal digits of length, after six of the whole (layout
 * of OpenSC's pkcs15-itacns.c; the order is confirmed by a public log of a card of 2025, OpenSC issue 3804).
 */
import { z } from 'zod';

const FIELDS = [
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

const LONGEST_FIELD = 0xff;
/** Size of the file on cards that were seen. */
export const PERSONAL_DATA_BYTES = 400;

const empty = z.string().max(LONGEST_FIELD).default('');
const dayMonthYear = z.string().regex(/^\d{8}$/);

/** Dates are DDMMYYYY, as on the card; the fields that are empty on health cards need not be given. */
export const personalDataSchema = z.strictObject({
  issuerCode: z.string().regex(/^\d{4}$/),
  issueDate: dayMonthYear,
  expiryDate: dayMonthYear,
  surname: z.string().min(1).max(LONGEST_FIELD),
  givenName: z.string().min(1).max(LONGEST_FIELD),
  dateOfBirth: dayMonthYear,
  sex: z.enum(['M', 'F']),
  heightCm: empty,
  codiceFiscale: z.string().regex(/^[A-Z0-9]{16}$/),
  citizenship: empty,
  birthMunicipality: empty,
  birthCountry: empty,
  birthCertificate: empty,
  residenceMunicipality: empty,
  residenceAddress: empty,
  expatriationNote: empty,
});

export type PersonalData = z.infer<typeof personalDataSchema>;

/** Characters outside Latin-1 become question marks: what a real card does with them is not known. */
function latin1(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[^\u0020-\u00FF]/gu, '?'), 'latin1');
}

const hexDigits = (value: number, digits: number): Buffer =>
  Buffer.from(value.toString(16).toUpperCase().padStart(digits, '0'), 'latin1');

/** The used part of the file, without the zeros after it. */
export function personalDataFile(data: PersonalData): Uint8Array {
  const fields = FIELDS.flatMap((name) => {
    const value = latin1(data[name]);
    return [hexDigits(value.length, 2), value];
  });
  const body = Buffer.concat(fields);
  return Buffer.concat([hexDigits(body.length, 6), body]);
}

/** The file as it lies on the card, filled with zeros; a longer one keeps its length. */
export function paddedPersonalData(used: Uint8Array): Uint8Array {
  return Buffer.concat([used, new Uint8Array(Math.max(0, PERSONAL_DATA_BYTES - used.length))]);
}
