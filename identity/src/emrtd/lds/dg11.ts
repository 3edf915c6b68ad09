/**
 * DG11: further details of the holder (ICAO Doc 9303 part 10, 4.7.11). On an Italian card: full name, tax code, birth
 * date, birth place, address.
 */
import { readTlvList, readWholeTlv } from '../../iso7816/tlv.ts';
import type { IsoDate } from '../../mrz/dates.ts';
import { isIsoDate } from '../../mrz/dates.ts';
import { toHex } from '../../primitives/bytes.ts';

/** What the file holds; every field may be missing. Components of place and address as the card separates them. */
export interface Dg11 {
  readonly surname: string | undefined;
  readonly givenNames: string | undefined;
  /** On an Italian card the tax code. */
  readonly personalNumber: string | undefined;
  readonly birthDate: IsoDate | undefined;
  readonly birthPlace: readonly string[];
  readonly address: readonly string[];
}

const TAG = { name: 0x5f0e, personalNumber: 0x5f10, birthDate: 0x5f2b, birthPlace: 0x5f11, address: 0x5f42 } as const;

/** Reads the file. Throws CardError `malformed`. */
export function parseDg11(file: Uint8Array): Dg11 {
  const objects = readTlvList(readWholeTlv(file, 0x6b));
  const value = (tag: number): Uint8Array | undefined => objects.find((object) => object.tag === tag)?.value;
  const text = (tag: number): string => decodeText(value(tag) ?? new Uint8Array(0));
  const [surname = '', ...given] = text(TAG.name).split('<<');
  return {
    surname: spaced(surname),
    givenNames: spaced(given.join(' ')),
    personalNumber: spaced(text(TAG.personalNumber)),
    birthDate: readBirthDate(value(TAG.birthDate)),
    birthPlace: components(text(TAG.birthPlace)),
    address: components(text(TAG.address)),
  };
}

/** UTF-8 as the standard says; Latin-1 where the bytes are none, as some issuers write it. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** CCYYMMDD as eight digits of text, or packed into four bytes. */
function readBirthDate(bytes: Uint8Array | undefined): IsoDate | undefined {
  if (bytes === undefined) return undefined;
  const digits = bytes.length === 4 ? toHex(bytes) : decodeText(bytes);
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  return isIsoDate(date) ? date : undefined;
}

function components(text: string): readonly string[] {
  return text
    .split('<')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function spaced(text: string): string | undefined {
  const clean = text.replaceAll('<', ' ').trim();
  return clean === '' ? undefined : clean;
}
