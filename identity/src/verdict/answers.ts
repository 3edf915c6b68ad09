/**
 * From what was read and judged to the five separate answers and the claims about the person. Never the one word
 * "verified".
 *
 *   genuine     the files stand as a trusted issuer signed them
 *   notCloned   the chip is the one the issuer made: only chip or active authentication can say so
 *   notExpired  the last day of validity has not passed
 *   notRevoked  not reported lost or withdrawn: no public look-up exists
 *   holder      the person in front is the holder: the operator's eyes decide
 */
import type { ChipProof } from '../emrtd/chip-authentication/prove-chip.ts';
import type { FileName } from '../emrtd/elementary-files.ts';
import type { Dg11 } from '../emrtd/lds/dg11.ts';
import { parseDg11 } from '../emrtd/lds/dg11.ts';
import { parseDg1 } from '../emrtd/lds/dg1.ts';
import type { GenuineFault, PassiveAuthentication } from '../emrtd/passive-authentication.ts';
import { malformed } from '../card-error.ts';
import { equalConstantTime } from '../primitives/bytes.ts';
import type { IsoDate } from '../mrz/dates.ts';
import { birthDateOf, expiryDateOf } from '../mrz/dates.ts';
import type { Mrz } from '../mrz/parse-mrz.ts';
import type { DocumentKind } from '../policy/documents.ts';
import { documentKindOf } from '../policy/documents.ts';
import type { PersonData } from '../tax-code/tax-code.ts';
import { parseTaxCode, taxCodeDisagreements } from '../tax-code/tax-code.ts';

/** Why an answer is what it is; a code with a text on screen. */
export type AnswerReason =
  | 'signed-by-trusted-issuer'
  | GenuineFault
  | 'chip-authentication-not-offered'
  | 'chip-authentication-not-asked'
  | 'chip-authentication-not-possible'
  | 'chip-authentication-refused'
  | 'chip-authentication-failed'
  | 'active-authentication-failed'
  | 'chip-key-withheld'
  | 'chip-key-not-covered'
  | 'chip-authenticated'
  | 'actively-authenticated'
  | 'within-validity'
  | 'expired'
  | 'expiry-unknown'
  | 'data-not-proved'
  | 'no-public-look-up'
  | 'operator-decides';

/** One answer. */
export interface Answer {
  readonly answer: 'yes' | 'no' | 'not-asked';
  readonly reason: AnswerReason;
}

/** The five answers. */
export interface Answers {
  readonly genuine: Answer;
  readonly notCloned: Answer;
  readonly notExpired: Answer;
  readonly notRevoked: Answer;
  readonly holder: Answer;
}

/** Where a claim comes from: proved by the issuer's signature, or merely read. */
export type ClaimSource = 'chip-signed' | 'card-read';

/** A statement about the person with its source. */
export interface Claim<T> {
  readonly value: T;
  readonly source: ClaimSource;
}

/** What the card says about the person. */
export interface PersonClaims {
  readonly surname: Claim<string>;
  readonly givenNames: Claim<string>;
  readonly birthDate: Claim<IsoDate> | undefined;
  readonly sex: Claim<'F' | 'M' | 'X'>;
  readonly nationality: Claim<string>;
  readonly issuingState: Claim<string>;
  readonly documentNumber: Claim<string>;
  readonly expiryDate: Claim<IsoDate> | undefined;
  readonly taxCode: Claim<string> | undefined;
  readonly birthPlace: Claim<string> | undefined;
  readonly address: Claim<string> | undefined;
}

/** Oddities worth the operator's attention; none of them makes an answer. */
export type VerdictWarning =
  | 'mrz-check-digit-wrong'
  | 'birth-dates-differ'
  | 'tax-code-invalid'
  | `tax-code-disagrees-${keyof PersonData}`;

/** Everything that follows from a reading. */
export interface ReadingVerdict {
  readonly document: DocumentKind;
  readonly answers: Answers;
  readonly claims: PersonClaims;
  readonly warnings: readonly VerdictWarning[];
}

/** What the verdict is made of. */
export interface VerdictInput {
  readonly files: ReadonlyMap<FileName, Uint8Array>;
  readonly passiveAuthentication: PassiveAuthentication;
  /** What came of asking the chip to prove itself; absent when it was not asked. */
  readonly chipProof?: ChipProof | undefined;
  /** The calendar day in the town's own time zone. */
  readonly today: IsoDate;
}

const DG14 = 14;
const DG15 = 15;

/** Derives the verdict. Throws CardError `malformed` when DG1 is missing or DG1 or DG11 cannot be read. */
export function deriveVerdict({ files, passiveAuthentication, chipProof, today }: VerdictInput): ReadingVerdict {
  const dg1 = files.get('dg1');
  if (dg1 === undefined) throw malformed('nothing can be said of a document without DG1');
  const mrz = parseDg1(dg1);
  const dg11File = files.get('dg11');
  const dg11 = dg11File === undefined ? undefined : parseDg11(dg11File);
  const source = (name: 'dg1' | 'dg11'): ClaimSource =>
    passiveAuthentication.genuine.answer === 'yes' && passiveAuthentication.covered.includes(name)
      ? 'chip-signed'
      : 'card-read';

  const claims = readClaims(mrz, dg11, source, today);
  return {
    document: documentKindOf(mrz),
    answers: {
      genuine: passiveAuthentication.genuine,
      notCloned: notCloned(passiveAuthentication, files, chipProof),
      notExpired: notExpired(claims.expiryDate, today),
      notRevoked: { answer: 'not-asked', reason: 'no-public-look-up' },
      holder: { answer: 'not-asked', reason: 'operator-decides' },
    },
    claims,
    warnings: findWarnings(mrz, dg11, claims),
  };
}

/**
 * Yes only where chip or active authentication succeeded with a key that the same security object covers (ICAO Doc 9303
 * part 11, 6): without that, anybody may put a key of their own beside copied files.
 */
function notCloned(
  passive: PassiveAuthentication,
  files: ReadonlyMap<FileName, Uint8Array>,
  proof: ChipProof | undefined,
): Answer {
  if (proof === undefined) {
    const offered = passive.listed.includes(DG14) || passive.listed.includes(DG15);
    return {
      answer: 'not-asked',
      reason: offered ? 'chip-authentication-not-asked' : 'chip-authentication-not-offered',
    };
  }
  if (proof.outcome === 'not-offered') return { answer: 'not-asked', reason: 'chip-authentication-not-offered' };
  if (proof.outcome === 'not-possible') return { answer: 'not-asked', reason: 'chip-authentication-not-possible' };
  if (passive.genuine.answer !== 'yes') return { answer: 'not-asked', reason: 'data-not-proved' };
  if (proof.outcome === 'withheld') return { answer: 'no', reason: 'chip-key-withheld' };
  if (!isKeyCovered(passive, files, proof)) return { answer: 'not-asked', reason: 'chip-key-not-covered' };
  if (proof.outcome === 'refused') return { answer: 'no', reason: 'chip-authentication-refused' };
  const byChip = proof.mechanism === 'chip-authentication';
  if (proof.outcome === 'failed') {
    return { answer: 'no', reason: byChip ? 'chip-authentication-failed' : 'active-authentication-failed' };
  }
  return { answer: 'yes', reason: byChip ? 'chip-authenticated' : 'actively-authenticated' };
}

/** Whether the file with the key is, byte for byte, the one whose digest the security object lists. */
function isKeyCovered(
  passive: PassiveAuthentication,
  files: ReadonlyMap<FileName, Uint8Array>,
  { mechanism, keyFile }: ChipProof,
): boolean {
  const name = mechanism === 'chip-authentication' ? 'dg14' : 'dg15';
  const judged = files.get(name);
  if (mechanism === undefined || keyFile === undefined || judged === undefined) return false;
  return passive.covered.includes(name) && equalConstantTime(keyFile, judged);
}

/** The last day counts. A date that nobody signed answers nothing. */
function notExpired(expiryDate: Claim<IsoDate> | undefined, today: IsoDate): Answer {
  if (expiryDate === undefined) return { answer: 'not-asked', reason: 'expiry-unknown' };
  if (expiryDate.source !== 'chip-signed') return { answer: 'not-asked', reason: 'data-not-proved' };
  return expiryDate.value >= today
    ? { answer: 'yes', reason: 'within-validity' }
    : { answer: 'no', reason: 'expired' };
}

/** DG11 has names unabridged and the birth date with its century; the machine readable zone has the rest. */
function readClaims(
  mrz: Mrz,
  dg11: Dg11 | undefined,
  source: (name: 'dg1' | 'dg11') => ClaimSource,
  today: IsoDate,
): PersonClaims {
  const zone = <T>(value: T): Claim<T> => ({ value, source: source('dg1') });
  const details = <T>(value: T): Claim<T> => ({ value, source: source('dg11') });
  const birthDate = birthDateOf(mrz.birthDate, today);
  const expiryDate = expiryDateOf(mrz.expiryDate, today);
  const fromDetails = dg11?.birthDate !== undefined && agreeOnBirth(mrz, dg11) ? details(dg11.birthDate) : undefined;
  return {
    surname: dg11?.surname === undefined ? zone(mrz.surname) : details(dg11.surname),
    givenNames: dg11?.surname === undefined ? zone(mrz.givenNames) : details(dg11.givenNames ?? ''),
    birthDate: fromDetails ?? (birthDate === undefined ? undefined : zone(birthDate)),
    sex: zone(mrz.sex),
    nationality: zone(mrz.nationality),
    issuingState: zone(mrz.issuingState),
    documentNumber: zone(mrz.documentNumber),
    expiryDate: expiryDate === undefined ? undefined : zone(expiryDate),
    taxCode: dg11?.personalNumber === undefined ? undefined : details(dg11.personalNumber),
    birthPlace: dg11 === undefined || dg11.birthPlace.length === 0 ? undefined : details(dg11.birthPlace.join(', ')),
    address: dg11 === undefined || dg11.address.length === 0 ? undefined : details(dg11.address.join(', ')),
  };
}

function agreeOnBirth(mrz: Mrz, dg11: Dg11): boolean {
  return dg11.birthDate?.replaceAll('-', '').slice(2) === mrz.birthDate;
}

function findWarnings(mrz: Mrz, dg11: Dg11 | undefined, claims: PersonClaims): readonly VerdictWarning[] {
  const warnings: VerdictWarning[] = [];
  if (!mrz.valid) warnings.push('mrz-check-digit-wrong');
  if (dg11?.birthDate !== undefined && !agreeOnBirth(mrz, dg11)) warnings.push('birth-dates-differ');
  if (claims.taxCode === undefined) return warnings;
  const code = parseTaxCode(claims.taxCode.value);
  if (code.kind === 'invalid') return [...warnings, 'tax-code-invalid'];
  if (claims.birthDate === undefined) return warnings;
  const person: PersonData = {
    surname: claims.surname.value,
    givenNames: claims.givenNames.value,
    birthDate: claims.birthDate.value,
    sex: claims.sex.value,
  };
  const disagreements = taxCodeDisagreements(code, person);
  return [...warnings, ...disagreements.map((field): VerdictWarning => `tax-code-disagrees-${field}`)];
}
