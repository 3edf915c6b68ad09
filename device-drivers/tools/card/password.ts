/** The password that opens a chip, from what somebody typed. */
import { CardError } from '@videosportello/identity/card-error.ts';
import type { PacePassword } from '@videosportello/identity/emrtd/pace/pace.ts';
import { mrzInformation } from '@videosportello/identity/mrz/mrz-information.ts';
import type { MrzKeyFields } from '@videosportello/identity/mrz/mrz-information.ts';
import { parseMrz } from '@videosportello/identity/mrz/parse-mrz.ts';

/**
 * The card access number: six digits.
 * @throws {CardError} `wrong-can` for anything else, which opens no card.
 */
export function passwordFromCan(text: string): PacePassword {
  if (!/^\d{6}$/.test(text)) throw new CardError('wrong-can', 'an access number has six digits');
  return { kind: 'can', can: text };
}

/**
 * The machine readable zone, as it is printed (90 or 88 characters, with or without line breaks and spaces), or only what
 * opens the chip: number, birth date and expiry date, each with its check digit (24 characters or more), or the three
 * without check digits and with commas between them, dates as YYMMDD.
 * @throws {CardError} `wrong-mrz` for another form or a check digit that does not agree.
 */
export function passwordFromMrz(text: string): PacePassword {
  const fields = readFields(text.replaceAll(/\s|\\n/g, '').toUpperCase());
  if (fields === undefined) throw wrongMrz();
  try {
    mrzInformation(fields);
  } catch (cause) {
    throw wrongMrz(cause);
  }
  return { kind: 'mrz', ...fields };
}

const wrongMrz = (cause?: unknown): CardError =>
  new CardError('wrong-mrz', 'no machine readable zone, or one with a wrong check digit', { cause });

function readFields(text: string): MrzKeyFields | undefined {
  if (text.includes(',')) {
    const [documentNumber = '', birthDate = '', expiryDate = '', ...rest] = text.split(',');
    return rest.length === 0 ? { documentNumber, birthDate, expiryDate } : undefined;
  }
  if (text.length === 90 || text.length === 88) return fieldsOfZone(text);
  const [, documentNumber, birthDate, expiryDate] = /^([0-9A-Z<]{9,22})\d([0-9<]{6})\d(\d{6})\d$/.exec(text) ?? [];
  if (documentNumber === undefined || birthDate === undefined || expiryDate === undefined) return undefined;
  const fields = { documentNumber, birthDate, expiryDate };
  return mrzInformation(fields) === text ? fields : undefined;
}

function fieldsOfZone(text: string): MrzKeyFields | undefined {
  try {
    const { documentNumber, birthDate, expiryDate, checks } = parseMrz(text);
    const agree = checks.documentNumber && checks.birthDate && checks.expiryDate;
    return agree ? { documentNumber, birthDate, expiryDate } : undefined;
  } catch (error) {
    if (error instanceof CardError) return undefined;
    throw error;
  }
}
