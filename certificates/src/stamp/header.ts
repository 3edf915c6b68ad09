import { decodeC40, encodeC40 } from './c40.ts';
import { SealFormatError } from './seal-error.ts';
import { decodeVdsDate, encodeVdsDate } from './vds-date.ts';
import type { Day } from './vds-date.ts';

/** First byte of every Visible Digital Seal. */
export const SEAL_MAGIC = 0xdc;

/** Signers that write the length of the certificate reference in decimal digits, against Doc 9303-13 (BSI TR-03171). */
const DECIMAL_LENGTH_SIGNERS: ReadonlySet<string> = new Set(['DEZV']);

const VERSION_BYTE = { 3: 0x02, 4: 0x03 } as const;
const V3_REFERENCE_DIGITS = 5;
const V3_SIGNER_BYTES = 6;
/** Magic, version, country. */
const FIXED_START = 4;
/** Two dates, feature definition, category. */
const FIXED_END = 8;

/** Header of a seal (Doc 9303-13, 2.3.1). */
export interface SealHeader {
  readonly version: 3 | 4;
  /** Three letters of the issuing country, fewer where fillers stood: `ITA`, `D`. */
  readonly issuingCountry: string;
  /** Country and two signs of the signer: `ITVS`. */
  readonly signerCode: string;
  /** Which of the signer's certificates, hexadecimal digits. */
  readonly reference: string;
  readonly issueDate: Day;
  readonly signatureDate: Day;
  /** Which layout the messages follow. */
  readonly featureDefinition: number;
  /** Odd: a document of ICAO's; even: a national one. */
  readonly documentCategory: number;
}

/**
 * Encodes a header of version 4.
 *
 * @throws SealFormatError BAD_FIELD or BAD_DATE when a value does not fit
 */
export function encodeHeader(header: Omit<SealHeader, 'version'>): Uint8Array {
  if (!/^[A-Z<]{1,3}$/.test(header.issuingCountry)) throw misfit('the issuing country is three letters');
  if (!/^[A-Z]{2}[A-Z0-9]{2}$/.test(header.signerCode)) throw misfit('a signer code is two letters and two signs');
  if (!/^[0-9A-F]{1,255}$/.test(header.reference)) throw misfit('a certificate reference is hexadecimal');
  if (!isByte(header.featureDefinition) || !isByte(header.documentCategory))
    throw misfit('a type is one byte, not zero');
  const digits = header.reference.length.toString(16).padStart(2, '0').toUpperCase();
  return Uint8Array.of(
    SEAL_MAGIC,
    VERSION_BYTE[4],
    ...encodeC40(header.issuingCountry.padEnd(3, '<')),
    ...encodeC40(`${header.signerCode}${digits}${header.reference}`),
    ...encodeVdsDate(header.issueDate),
    ...encodeVdsDate(header.signatureDate),
    header.featureDefinition,
    header.documentCategory,
  );
}

/**
 * Decodes the header at the start of a seal, version 3 or 4.
 *
 * @returns the header and the offset after it
 * @throws SealFormatError NOT_A_SEAL, UNSUPPORTED_VERSION, TRUNCATED, BAD_HEADER, BAD_DATE
 */
export function decodeHeader(seal: Uint8Array): { header: SealHeader; next: number } {
  if (seal[0] !== SEAL_MAGIC) throw new SealFormatError('NOT_A_SEAL', 'the first byte is not that of a seal');
  const version = seal[1] === VERSION_BYTE[4] ? 4 : seal[1] === VERSION_BYTE[3] ? 3 : null;
  if (version === null) throw new SealFormatError('UNSUPPORTED_VERSION', 'the seal has a version unknown here');
  const issuingCountry = decodeC40(slice(seal, 2, FIXED_START)).trimEnd();
  const { signerCode, reference, next } = version === 3 ? decodeV3Signer(seal) : decodeV4Signer(seal);
  const rest = slice(seal, next, next + FIXED_END);
  const [featureDefinition = 0, documentCategory = 0] = rest.subarray(6);
  const header = {
    version,
    issuingCountry,
    signerCode,
    reference,
    issueDate: decodeVdsDate(rest.subarray(0, 3)),
    signatureDate: decodeVdsDate(rest.subarray(3, 6)),
    featureDefinition,
    documentCategory,
  } as const;
  return { header, next: next + FIXED_END };
}

interface SignerField {
  readonly signerCode: string;
  readonly reference: string;
  readonly next: number;
}

function decodeV3Signer(seal: Uint8Array): SignerField {
  const next = FIXED_START + V3_SIGNER_BYTES;
  const text = decodeC40(slice(seal, FIXED_START, next));
  return signerField(text.slice(0, 4), text.slice(4), V3_REFERENCE_DIGITS, next);
}

function decodeV4Signer(seal: Uint8Array): SignerField {
  // Four bytes hold six signs: the code and the length of the reference.
  const start = decodeC40(slice(seal, FIXED_START, FIXED_START + 4));
  const signerCode = start.slice(0, 4);
  const lengthDigits = start.slice(4, 6);
  const radix = DECIMAL_LENGTH_SIGNERS.has(signerCode) ? 10 : 16;
  if (!(radix === 10 ? /^\d\d$/ : /^[0-9A-F]{2}$/).test(lengthDigits)) throw badHeader();
  const digits = Number.parseInt(lengthDigits, radix);
  const next = FIXED_START + Math.ceil((6 + digits) / 3) * 2;
  const text = decodeC40(slice(seal, FIXED_START, next));
  return signerField(signerCode, text.slice(6), digits, next);
}

function signerField(signerCode: string, reference: string, digits: number, next: number): SignerField {
  const fits = /^[A-Z]{2}[A-Z0-9]{2}$/.test(signerCode) && /^[0-9A-F]+$/.test(reference) && reference.length === digits;
  if (!fits) throw badHeader();
  return { signerCode, reference, next };
}

function slice(seal: Uint8Array, from: number, to: number): Uint8Array {
  if (to > seal.length) throw new SealFormatError('TRUNCATED', 'the stamp ends inside its header');
  return seal.subarray(from, to);
}

function isByte(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 254;
}

function misfit(message: string): SealFormatError {
  return new SealFormatError('BAD_FIELD', message);
}

function badHeader(): SealFormatError {
  return new SealFormatError('BAD_HEADER', 'the signer and its certificate reference are malformed');
}
