import { stampAddress } from './address.ts';
import { compressMessages } from './compressed.ts';
import type { SealMessage } from './decode-seal.ts';
import { emptySeal, encodeSeal } from './encode-seal.ts';
import type { StampSigner, StampSignerName } from './encode-seal.ts';
import profile from './profile-it.json' with { type: 'json' };
import { checkText, HEADER, tagOf, UNIT_SEPARATOR } from './profile-it.ts';
import type { ProfileName } from './profile-it.ts';
import { SealFormatError } from './seal-error.ts';
import { stampSymbolVersion, SymbolError } from './symbol.ts';
import { isDay } from './vds-date.ts';
import type { Day } from './vds-date.ts';

/** A person named in a certificate. */
export interface StampPerson {
  readonly surname: string;
  readonly name: string;
  readonly taxCode: string;
  readonly birthDate: Day;
  /** Municipality and province, `MILANO (MI)`. */
  readonly birthPlace: string;
  /** To the head of the household, where the paper says it. */
  readonly relation?: string;
}

/** A line of the paper that has no entry of its own, letter for letter. */
export interface StampStatement {
  readonly label: string;
  readonly value: string;
}

/** What a stamp says of its certificate, but for the original. Texts may be in any Unicode form; they are written in NFC. */
export interface StampContent {
  readonly profile: ProfileName;
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
  /** ANPR's numbers of what is certified; absent: those of the profile. */
  readonly anprTypes?: readonly number[];
  /** Absent where the paper names none. */
  readonly address?: string;
  /** Duty mark, receipt, or exemption with its norm, as on the paper. */
  readonly duty: string;
  /** The day a historical certificate speaks of. */
  readonly onDay?: Day;
  /** The act of civil status the certificate is taken from, as on the paper. */
  readonly act?: string;
  readonly statements: readonly StampStatement[];
  /** In the order of the paper. */
  readonly people: readonly StampPerson[];
}

/** The sealed original a stamp leads to. */
export interface StampedOriginal {
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  /** Its address with the access code. */
  readonly uri: string;
}

/** One stamp, ready to be drawn. */
export interface Stamp {
  readonly seal: Uint8Array;
  /** What its symbol carries. */
  readonly address: string;
  /** Of its QR symbol: a side has 17 + 4 × version modules. */
  readonly version: number;
}

/** Largest symbol that is drawn without compression: the area of a paper with one name holds it. */
const PLAIN_VERSION = 21;
/** Largest symbol at all: two stand side by side on the page with their words. */
const LARGEST_VERSION = 25;
/** More stamps than this do not fit the foot of a page. */
const MOST_STAMPS = 4;

/**
 * Builds and signs the stamps of one certificate: one, compressed when it would be large; several, each a seal of its
 * own with a share of people and statements, when even that does not fit. How many and how large depends on the
 * content, the signer's name and the lengths of the addresses, not on the digest or the signature, so that the room can
 * be left free on the original before it is sealed.
 *
 * @param checkerAddress for instance `HTTPS://COMUNE.EXAMPLE.IT/S`
 * @throws SealFormatError BAD_FIELD, BAD_DATE or TOO_LONG when a value does not fit; whatever the signer throws
 */
export async function buildStamps(
  content: StampContent,
  original: StampedOriginal,
  checkerAddress: string,
  signer: StampSigner,
): Promise<readonly Stamp[]> {
  const shares = divide(content, original, checkerAddress, signer, 0);
  return Promise.all(
    shares.map(async (messages) => {
      const seal = await encodeSeal(headerOf(content), messages, signer);
      const address = stampAddress(checkerAddress, seal);
      return { seal, address, version: stampSymbolVersion(address) };
    }),
  );
}

/**
 * Whether a certificate that has no number yet will fit its stamps: with its numbers, whatever they are, it then does.
 *
 * @param content numbers may be empty
 * @param originalUri as long as the one it will have
 * @throws SealFormatError TOO_LONG when it does not; BAD_FIELD or BAD_DATE when a value cannot stand in a stamp
 */
export function assureStampsFit(content: StampContent, originalUri: string, checkerAddress: string, signer: StampSignerName): void {
  const numbered = { ...content, certificateNumber: NUMBER_TO_COME, protocolNumber: NUMBER_TO_COME };
  divide(numbered, { sha256: new Uint8Array(32), uri: originalUri }, checkerAddress, signer, SPARE_BYTES);
}

/** As long as the register's numbers. */
const NUMBER_TO_COME = '0000/0000000';
/** How much longer numbers may make a deflated seal than zeros in their place do: more than their own 24 signs. */
const SPARE_BYTES = 32;

/** What each stamp says: the least number of them that fits, every symbol with so many bytes to spare. */
function divide(
  content: StampContent,
  original: StampedOriginal,
  checkerAddress: string,
  signer: StampSignerName,
  spareBytes: number,
): readonly (readonly SealMessage[])[] {
  /** The shares as messages, or null when a reader, a seal or a symbol of that size could not hold one of them. */
  const fitted = (shares: readonly Share[], write: (messages: SealMessage[]) => SealMessage[], largest: number) => {
    try {
      const parts = shares.map((share) => write(messagesOf(share, original)));
      const versions = parts.map((messages) => {
        const { length } = emptySeal(headerOf(content), messages, signer);
        return stampSymbolVersion(stampAddress(checkerAddress, new Uint8Array(length + spareBytes)));
      });
      return versions.every((version) => version <= largest) ? parts : null;
    } catch (error) {
      if (isTooLong(error)) return null;
      throw error;
    }
  };
  const plain = fitted([content], (messages) => messages, PLAIN_VERSION);
  if (plain !== null) return plain;
  for (let count = 1; count <= MOST_STAMPS; count += 1) {
    const deflated = fitted(sharesOf(content, count), compressMessages, LARGEST_VERSION);
    if (deflated !== null) return deflated;
  }
  throw new SealFormatError('TOO_LONG', 'the content does not fit the stamps of a page');
}

function headerOf({ issueDate }: StampContent) {
  return { ...HEADER, issueDate, signatureDate: issueDate };
}

type Share = StampContent & { readonly part?: string };

/** The same certificate in `count` shares: statements with the first, people in runs of equal length. */
function sharesOf(content: StampContent, count: number): readonly Share[] {
  if (count === 1) return [content];
  const each = Math.ceil(content.people.length / count);
  return Array.from({ length: count }, (_, index) => ({
    ...content,
    part: `${index + 1}/${count}`,
    statements: index === 0 ? content.statements : [],
    people: content.people.slice(index * each, (index + 1) * each),
  }));
}

function messagesOf(content: Share, original: StampedOriginal): SealMessage[] {
  const kind = profile.profiles.find(({ name }) => name === content.profile);
  if (kind === undefined) throw new SealFormatError('BAD_FIELD', 'no profile for this certificate');
  if (!/^\d{6}$/.test(content.istatCode)) throw new SealFormatError('BAD_FIELD', 'the ISTAT code has six digits');
  if (original.sha256.length !== 32) throw new SealFormatError('BAD_FIELD', 'a SHA-256 digest has 32 bytes');
  const validTo = content.validTo === null ? '' : compactDay(content.validTo);
  const anprTypes = (content.anprTypes ?? kind.anprTypes).join('+');
  return [
    { tag: tagOf('profile'), value: bytesOfHex(kind.uuid) },
    { tag: tagOf('validity'), value: utf8(`${compactDay(content.validFrom)}\0${validTo}`) },
    textMessage('certificateNumber', content.certificateNumber),
    textMessage('protocolNumber', content.protocolNumber),
    textMessage('protocolDate', compactDay(content.protocolDate)),
    textMessage('municipality', content.municipality),
    textMessage('istatCode', content.istatCode),
    textMessage('subjectName', content.subjectName),
    ...(anprTypes === '' ? [] : [textMessage('anprTypes', anprTypes)]),
    ...(content.address === undefined ? [] : [textMessage('address', content.address)]),
    textMessage('duty', content.duty),
    { tag: tagOf('originalSha256'), value: original.sha256 },
    textMessage('originalUri', original.uri),
    ...(content.onDay === undefined ? [] : [textMessage('onDay', compactDay(content.onDay))]),
    ...(content.act === undefined ? [] : [textMessage('act', content.act)]),
    ...(content.part === undefined ? [] : [textMessage('part', content.part)]),
    ...ranged(profile.people, content.people.map(partsOfPerson)),
    ...ranged(profile.statements, content.statements.map(({ label, value }) => [label, value])),
  ];
}

function partsOfPerson({ surname, name, taxCode, birthDate, birthPlace, relation }: StampPerson): string[] {
  const parts = [surname, name, taxCode, compactDay(birthDate), birthPlace];
  return relation === undefined ? parts : [...parts, relation];
}

/** One message for each item, its parts joined. */
function ranged(
  { firstTag, lastTag }: { readonly firstTag: number; readonly lastTag: number },
  items: readonly (readonly string[])[],
): SealMessage[] {
  if (items.length > lastTag - firstTag + 1) throw new SealFormatError('TOO_LONG', 'more items than the profile has tags');
  return items.map((parts, index) => {
    const normal = parts.map((part) => part.normalize('NFC'));
    for (const part of normal) checkText(part);
    return { tag: firstTag + index, value: utf8(normal.join(UNIT_SEPARATOR)) };
  });
}

function textMessage(name: string, text: string): SealMessage {
  const normal = text.normalize('NFC');
  if (normal.trim() === '') throw new SealFormatError('BAD_FIELD', `the field ${name} is empty`);
  checkText(normal);
  return { tag: tagOf(name), value: utf8(normal) };
}

function compactDay(day: Day): string {
  if (!isDay(day)) throw new SealFormatError('BAD_DATE', 'a date is not a day of the calendar');
  return day.replaceAll('-', '');
}

function isTooLong(error: unknown): boolean {
  return (
    (error instanceof SealFormatError && error.reason === 'TOO_LONG') ||
    (error instanceof SymbolError && error.code === 'SYMBOL_TOO_LONG')
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
