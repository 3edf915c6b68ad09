import { expandMessages } from './compressed.ts';
import type { DecodedSeal } from './decode-seal.ts';
import profile from './profile-it.json' with { type: 'json' };
import { SealFormatError } from './seal-error.ts';
import { isDay } from './vds-date.ts';
import type { Day } from './vds-date.ts';

const profileNames = [
  'residenza',
  'residenza-alla-data',
  'residenza-con-provenienza',
  'stato-famiglia',
  'stato-famiglia-alla-data',
  'stato-famiglia-alla-data-del-decesso',
  'cittadinanza',
  'stato-libero',
  'esistenza-in-vita',
  'cumulativo-di-famiglia',
  'contestuale',
  'estremi-carta-identita',
  'nascita',
  'matrimonio',
  'morte',
] as const;
/** Kinds of certificate that have a profile. */
export type ProfileName = (typeof profileNames)[number];

/** One field of a seal, ready to be shown beside the paper. */
export interface SealField {
  readonly tag: number;
  readonly name: string;
  /** Italian, from the published profile. */
  readonly label: string;
  /**
   * Text as signed; days as YYYY-MM-DD; bytes in lower-case hexadecimal; several parts joined with a comma and a
   * space.
   */
  readonly text: string;
}

/** The content of a seal of ours. */
export interface SealContent {
  readonly profile: ProfileName;
  /** Italian name of the certificate. */
  readonly profileLabel: string;
  readonly validFrom: Day | null;
  readonly validTo: Day | null;
  readonly fields: readonly SealField[];
  /** Each person's parts, in the order of the profile; the day of birth as YYYY-MM-DD. */
  readonly people: readonly (readonly string[])[];
  /** Tags this profile does not define. */
  readonly unknownTags: readonly number[];
}

/** Between the parts of a person or of a statement. */
export const UNIT_SEPARATOR = '\u001f';
/** What the header of every seal of ours says. */
export const HEADER = {
  issuingCountry: profile.issuingCountry,
  featureDefinition: profile.featureDefinition,
  documentCategory: profile.documentCategory,
} as const;
const ENTRY_BY_TAG = new Map(profile.entries.map((entry) => [entry.tag, entry]));
const PROFILE_TAG = tagOf('profile');

/** Whether a seal claims to be one of ours: country, layout and a known profile. */
export function isOfProfile(seal: DecodedSeal): boolean {
  const { header } = seal;
  return (
    header.version === 4 &&
    header.issuingCountry === HEADER.issuingCountry &&
    header.featureDefinition === HEADER.featureDefinition &&
    header.documentCategory === HEADER.documentCategory &&
    profileOf(seal) !== undefined
  );
}

/**
 * Reads the content of a seal that isOfProfile, strictly: ascending tags, NFC, no control signs, true dates; what is
 * compressed as if it were not. A tag the profile does not define is listed, not refused (Doc 9303-13: an unknown
 * feature leaves the seal valid).
 *
 * @throws SealFormatError TAG_ORDER or BAD_FIELD; of compressed content also DOUBLED_TAG, TOO_LONG, TRUNCATED, BAD_LENGTH
 */
export function readSealContent(seal: DecodedSeal): SealContent {
  const kind = profileOf(seal);
  if (kind === undefined) throw new SealFormatError('BAD_FIELD', 'the profile is not one of ours');
  const fields: SealField[] = [];
  const people: string[][] = [];
  const unknownTags: number[] = [];
  let validity: Validity = { validFrom: null, validTo: null };
  for (const { tag, value } of expandMessages(seal.messages)) {
    const entry = ENTRY_BY_TAG.get(tag);
    if (entry !== undefined) {
      if (entry.name === 'validity') validity = readValidity(value);
      fields.push({ tag, name: entry.name, label: entry.label, text: entryText(entry, value) });
    } else if (isIn(profile.statements, tag)) {
      fields.push({ tag, name: 'statement', ...readStatement(value) });
    } else if (isIn(profile.people, tag)) {
      const parts = readPerson(value);
      const label = `${profile.people.label} ${tag - profile.people.firstTag + 1}`;
      people.push(parts);
      fields.push({ tag, name: 'person', label, text: parts.join(', ') });
    } else {
      unknownTags.push(tag);
    }
  }
  return { profile: kind.name, profileLabel: kind.label, ...validity, fields, people, unknownTags };
}

interface Validity {
  readonly validFrom: Day | null;
  readonly validTo: Day | null;
}

function entryText(entry: (typeof profile.entries)[number], value: Uint8Array): string {
  if (entry.name === 'validity') {
    const { validFrom, validTo } = readValidity(value);
    return [validFrom, validTo].filter((day) => day !== null).join(', ');
  }
  if (entry.type === 'OCTET STRING') return hexOfBytes(value);
  const text = readText(value);
  return entry.type === 'DATE' ? readDay(text) : text;
}

/** The parts of one person; a signer may have written fewer or more than the profile names. */
function readPerson(value: Uint8Array): string[] {
  const parts = readText(value, UNIT_SEPARATOR).split(UNIT_SEPARATOR);
  const birth = profile.people.fields.indexOf('birthDate');
  return parts.map((part, index) => (index === birth && /^\d{8}$/.test(part) ? readDay(part) : part));
}

/** A line of the paper: its label and what stands beside it. */
function readStatement(value: Uint8Array): { label: string; text: string } {
  const [label, text, ...rest] = readText(value, UNIT_SEPARATOR).split(UNIT_SEPARATOR);
  if (label === undefined || text === undefined || rest.length > 0)
    throw new SealFormatError('BAD_FIELD', 'a line is not a label and a value');
  return { label, text };
}

function isIn(range: { firstTag: number; lastTag: number }, tag: number): boolean {
  return tag >= range.firstTag && tag <= range.lastTag;
}

function profileOf(seal: DecodedSeal): { name: ProfileName; label: string } | undefined {
  const value = seal.messages.find((message) => message.tag === PROFILE_TAG)?.value;
  const uuid = value === undefined ? '' : hexOfBytes(value);
  const kind = profile.profiles.find((candidate) => candidate.uuid === uuid);
  const name = profileNames.find((candidate) => candidate === kind?.name);
  return kind === undefined || name === undefined ? undefined : { name, label: kind.label };
}

/** TR-03171: first day NUL last day (17 bytes), first day NUL (9) or NUL alone (1). */
function readValidity(value: Uint8Array): Validity {
  const [from, to, ...rest] = readText(value, '\0').split('\0');
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new SealFormatError('BAD_FIELD', 'the period of validity is malformed');
  }
  return { validFrom: from === '' ? null : readDay(from), validTo: to === '' ? null : readDay(to) };
}

function readDay(text: string): Day {
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  if (!isDay(day)) throw new SealFormatError('BAD_FIELD', 'a date is not a day of the calendar');
  return day;
}

function readText(value: Uint8Array, separator = ''): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch (cause) {
    throw new SealFormatError('BAD_FIELD', 'a text is not UTF-8', { cause });
  }
  checkText(text, separator);
  return text;
}

/**
 * A text as stamps carry it: in normal form NFC, without signs that steer a terminal or turn the direction of writing.
 *
 * @param separator the one control sign that may stand in it
 * @throws SealFormatError BAD_FIELD
 */
export function checkText(text: string, separator = ''): void {
  const shown = separator === '' ? text : text.replaceAll(separator, '');
  // Control signs could steer a terminal, and the marks of writing direction could turn a name round.
  if (/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(shown)) {
    throw new SealFormatError('BAD_FIELD', 'a text holds control signs');
  }
  if (text.normalize('NFC') !== text) throw new SealFormatError('BAD_FIELD', 'a text is not in normal form NFC');
}

/**
 * The tag of an entry of the profile.
 *
 * @throws SealFormatError BAD_FIELD when the profile has none of this name
 */
export function tagOf(name: string): number {
  const entry = profile.entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new SealFormatError('BAD_FIELD', `the profile has no field ${name}`);
  return entry.tag;
}

function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
