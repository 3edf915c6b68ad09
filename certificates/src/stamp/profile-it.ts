import type { DecodedSeal, SealMessage } from './decode-seal.ts';
import { encodeSeal } from './encode-seal.ts';
import type { StampSigner } from './encode-seal.ts';
import profile from './profile-it.json' with { type: 'json' };
import { SealFormatError } from './seal-error.ts';
import { isDay } from './vds-date.ts';
import type { Day } from './vds-date.ts';

/** Kinds of certificate that have a profile. */
export type ProfileName = 'residenza' | 'stato-famiglia';

/** A person named in a certificate. */
export interface StampPerson {
  readonly surname: string;
  readonly name: string;
  readonly taxCode: string;
  readonly birthDate: Day;
  /** Municipality and province, `MILANO (MI)`. */
  readonly birthPlace: string;
}

/** What every stamped certificate says. Texts may be in any Unicode form; they are written in NFC. */
export interface CertificateFields {
  /** Day of issue; also the day of the signature. */
  readonly issueDate: Day;
  readonly validFrom: Day;
  /** Last day of validity; null for facts that cannot change (DPR 445/2000, art. 41). */
  readonly validTo: Day | null;
  readonly certificateNumber: string;
  readonly protocolNumber: string;
  readonly protocolDate: Day;
  /** Body that issues: `COMUNE DI CASALMAGGIORE`. */
  readonly municipality: string;
  /** Six digits. */
  readonly istatCode: string;
  /** Surname and name of the subject. */
  readonly subjectName: string;
  readonly address: string;
  /** Duty mark, receipt, or exemption with its norm, as on the paper. */
  readonly duty: string;
  /** Digest of the sealed original, 32 bytes. */
  readonly originalSha256: Uint8Array;
  /** Address and access code of the original. */
  readonly originalUri: string;
}

/** What the stamp of a residence certificate says. */
export interface ResidenceFields extends CertificateFields {
  readonly person: StampPerson;
}

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

const UNIT_SEPARATOR = '\u001f';
const HEADER = {
  issuingCountry: profile.issuingCountry,
  featureDefinition: profile.featureDefinition,
  documentCategory: profile.documentCategory,
} as const;
const ENTRY_BY_TAG = new Map(profile.entries.map((entry) => [entry.tag, entry]));
const PROFILE_TAG = tagOf('profile');

/**
 * Builds and signs the seal of a residence certificate.
 *
 * @throws SealFormatError BAD_FIELD, BAD_DATE or TOO_LONG when a value does not fit; whatever the signer throws
 */
export async function buildResidenceSeal(fields: ResidenceFields, signer: StampSigner): Promise<Uint8Array> {
  return buildCertificateSeal('residenza', fields, [fields.person], signer);
}

/**
 * Builds and signs the seal of a certificate.
 *
 * @param people the persons it names, in the order of the paper
 * @throws as buildResidenceSeal
 */
export async function buildCertificateSeal(
  name: ProfileName,
  fields: CertificateFields,
  people: readonly StampPerson[],
  signer: StampSigner,
): Promise<Uint8Array> {
  const kind = profile.profiles.find((candidate) => candidate.name === name);
  if (kind === undefined || people.length > profile.people.lastTag - profile.people.firstTag + 1) {
    throw new SealFormatError('BAD_FIELD', 'no profile for this certificate, or too many persons');
  }
  if (!/^\d{6}$/.test(fields.istatCode)) throw new SealFormatError('BAD_FIELD', 'the ISTAT code has six digits');
  if (fields.originalSha256.length !== 32) throw new SealFormatError('BAD_FIELD', 'a SHA-256 digest has 32 bytes');
  const validTo = fields.validTo === null ? '' : compactDay(fields.validTo);
  const messages: SealMessage[] = [
    { tag: PROFILE_TAG, value: bytesOfHex(kind.uuid) },
    { tag: tagOf('validity'), value: utf8(`${compactDay(fields.validFrom)}\0${validTo}`) },
    textMessage('certificateNumber', fields.certificateNumber),
    textMessage('protocolNumber', fields.protocolNumber),
    textMessage('protocolDate', compactDay(fields.protocolDate)),
    textMessage('municipality', fields.municipality),
    textMessage('istatCode', fields.istatCode),
    textMessage('subjectName', fields.subjectName),
    textMessage('anprTypes', kind.anprTypes.join('+')),
    textMessage('address', fields.address),
    textMessage('duty', fields.duty),
    { tag: tagOf('originalSha256'), value: fields.originalSha256 },
    textMessage('originalUri', fields.originalUri),
    ...people.map((person, index) => ({ tag: profile.people.firstTag + index, value: personValue(person) })),
  ];
  return encodeSeal({ ...HEADER, issueDate: fields.issueDate, signatureDate: fields.issueDate }, messages, signer);
}

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
 * Reads the content of a seal that isOfProfile, strictly: ascending tags, NFC, no control signs, true dates. A tag the
 * profile does not define is listed, not refused (Doc 9303-13: an unknown feature leaves the seal valid).
 *
 * @throws SealFormatError TAG_ORDER or BAD_FIELD
 */
export function readSealContent(seal: DecodedSeal): SealContent {
  const kind = profileOf(seal);
  if (kind === undefined) throw new SealFormatError('BAD_FIELD', 'the profile is not one of ours');
  const fields: SealField[] = [];
  const people: string[][] = [];
  const unknownTags: number[] = [];
  let validity: Validity = { validFrom: null, validTo: null };
  for (const [index, { tag, value }] of seal.messages.entries()) {
    if (tag < (seal.messages[index - 1]?.tag ?? 0))
      throw new SealFormatError('TAG_ORDER', 'the fields are out of order');
    const entry = ENTRY_BY_TAG.get(tag);
    if (entry !== undefined) {
      if (entry.name === 'validity') validity = readValidity(value);
      fields.push({ tag, name: entry.name, label: entry.label, text: entryText(entry, value) });
    } else if (tag >= profile.people.firstTag && tag <= profile.people.lastTag) {
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

function profileOf(seal: DecodedSeal): { name: ProfileName; label: string } | undefined {
  const value = seal.messages.find((message) => message.tag === PROFILE_TAG)?.value;
  const uuid = value === undefined ? '' : hexOfBytes(value);
  const kind = profile.profiles.find((candidate) => candidate.uuid === uuid);
  if (kind?.name === 'residenza' || kind?.name === 'stato-famiglia') return { name: kind.name, label: kind.label };
  return undefined;
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

function checkText(text: string, separator = ''): void {
  const shown = separator === '' ? text : text.replaceAll(separator, '');
  // Control signs could steer a terminal, and the marks of writing direction could turn a name round.
  if (/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(shown)) {
    throw new SealFormatError('BAD_FIELD', 'a text holds control signs');
  }
  if (text.normalize('NFC') !== text) throw new SealFormatError('BAD_FIELD', 'a text is not in normal form NFC');
}

function textMessage(name: string, text: string): SealMessage {
  const normal = text.normalize('NFC');
  if (normal.trim() === '') throw new SealFormatError('BAD_FIELD', `the field ${name} is empty`);
  checkText(normal);
  return { tag: tagOf(name), value: utf8(normal) };
}

function personValue(person: StampPerson): Uint8Array {
  const parts = [person.surname, person.name, person.taxCode, compactDay(person.birthDate), person.birthPlace];
  const normal = parts.map((part) => part.normalize('NFC'));
  for (const part of normal) checkText(part);
  return utf8(normal.join(UNIT_SEPARATOR));
}

function compactDay(day: Day): string {
  if (!isDay(day)) throw new SealFormatError('BAD_DATE', 'a date is not a day of the calendar');
  return day.replaceAll('-', '');
}

function tagOf(name: string): number {
  const entry = profile.entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new SealFormatError('BAD_FIELD', `the profile has no field ${name}`);
  return entry.tag;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
