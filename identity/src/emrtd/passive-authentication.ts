/**
 * Passive authentication (ICAO Doc 9303 part 11, 5.1; part 12): do the files stand as their issuer signed them?
 *
 *   files --digests--> security object --signature--> document signer --signature--> trusted country signer
 *
 * The outcome is a value with reasons. It says nothing about the chip: a copy of genuine files passes.
 */
import { CardError } from '../card-error.ts';
import { equalConstantTime, toHex } from '../primitives/bytes.ts';
import type { Certificate } from './certificate.ts';
import { readCertificate } from './certificate.ts';
import { countryIssuesFor } from './country-codes.ts';
import { ELEMENTARY_FILES } from './elementary-files.ts';
import type { DataGroupName, FileName } from './elementary-files.ts';
import { parseDg1 } from './lds/dg1.ts';
import type { SecurityObject } from './lds/ef-sod.ts';
import { LDS_SECURITY_OBJECT_TYPES, parseEfSod } from './lds/ef-sod.ts';
import { digest, verifySignature } from './signature-scheme.ts';
import type { CountrySigner, TrustStore } from './trust-store.ts';
import { issuersOf } from './trust-store.ts';

/** Why files are not believed, the gravest first: the first one that applies is the answer's reason. */
export const GENUINE_FAULTS = [
  'security-object-missing',
  'security-object-malformed',
  'algorithm-unsupported',
  'digest-mismatch',
  'file-not-listed',
  'message-digest-mismatch',
  'signature-wrong',
  'signer-missing',
  'issuer-not-trusted',
  'signer-not-allowed',
  'signer-not-yet-valid',
  'signer-revoked',
  'signer-expired',
  'issuer-not-valid',
  'country-unknown',
  'country-mismatch',
] as const;

/** A reason for `no`. */
export type GenuineFault = (typeof GENUINE_FAULTS)[number];

/** The answer to "genuine?". */
export type GenuineAnswer =
  | { readonly answer: 'yes'; readonly reason: 'signed-by-trusted-issuer' }
  | { readonly answer: 'no'; readonly reason: GenuineFault };

/** The document signer and who stands behind it; names of authorities, nothing of a person. */
export interface SignerSummary {
  readonly subject: string;
  readonly serialNumber: string;
  readonly country: string | undefined;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Subject of the trusted country signer, absent when there is none. */
  readonly issuer: string | undefined;
  /** Whether that one is a demo authority. */
  readonly specimen: boolean;
}

/** Outcome of passive authentication. */
export interface PassiveAuthentication {
  readonly genuine: GenuineAnswer;
  /** Every fault found, the gravest first. */
  readonly faults: readonly GenuineFault[];
  /** Files read whose digest is the listed one. They are proved only when `genuine` is yes. */
  readonly covered: readonly DataGroupName[];
  /** Numbers of all data groups that the security object lists, read or not. */
  readonly listed: readonly number[];
  readonly signer: SignerSummary | undefined;
}

/** What is judged, against what, and when. */
export interface PassiveAuthenticationInput {
  /** Whole files by name, `sod` among them. */
  readonly files: ReadonlyMap<FileName, Uint8Array>;
  readonly trust: TrustStore;
  /** The instant for which certificates must be valid. */
  readonly at: Date;
}

/** Judges the files. Never throws for what a card may have sent. */
export function authenticatePassively({ files, trust, at }: PassiveAuthenticationInput): PassiveAuthentication {
  const sod = files.get('sod');
  if (sod === undefined) return outcome(['security-object-missing']);
  try {
    return judge(files, parseEfSod(sod), trust, at);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    return outcome([error.code === 'unsupported' ? 'algorithm-unsupported' : 'security-object-malformed']);
  }
}

function judge(
  files: ReadonlyMap<FileName, Uint8Array>,
  object: SecurityObject,
  trust: TrustStore,
  at: Date,
): PassiveAuthentication {
  const faults: GenuineFault[] = [];
  const covered: DataGroupName[] = [];
  for (const [name, bytes] of files) {
    if (!isDataGroup(name)) continue;
    const listed = object.digests.get(ELEMENTARY_FILES[name].dataGroup);
    if (listed === undefined) faults.push('file-not-listed');
    else if (equalConstantTime(digest(object.hash, bytes), listed)) covered.push(name);
    else faults.push('digest-mismatch');
  }

  const { signer } = object;
  const contentDigest = digest(signer.digestHash, object.content);
  const typed = LDS_SECURITY_OBJECT_TYPES.includes(signer.contentType);
  if (!typed || !equalConstantTime(contentDigest, signer.messageDigest)) faults.push('message-digest-mismatch');

  const listed = [...object.digests.keys()];
  const certificate = findSigner(object);
  if (certificate === undefined) return outcome([...faults, 'signer-missing'], covered, listed);
  if (!verifySignature(signer.scheme, certificate.publicKey, signer.signedAttributes, signer.signature)) {
    faults.push('signature-wrong');
  }
  if (!certificate.maySignData) faults.push('signer-not-allowed');
  // Asked for what must hold, so that a date that cannot be read is a fault too.
  if (!(at >= certificate.notBefore)) faults.push('signer-not-yet-valid');
  if (!(at <= certificate.notAfter)) faults.push('signer-expired');

  const issuers = issuersOf(trust, certificate);
  const issuer = issuers.find((anchor) => isValidAt(anchor.certificate, at)) ?? issuers[0];
  if (issuer === undefined) faults.push('issuer-not-trusted');
  else {
    if (!isValidAt(issuer.certificate, at)) faults.push('issuer-not-valid');
    if (issuers.some(({ revoked }) => revoked.has(certificate.serialNumber))) faults.push('signer-revoked');
    faults.push(...judgeCountry(files.get('dg1'), certificate, issuer));
  }
  return outcome(faults, covered, listed, summary(certificate, issuer));
}

function judgeCountry(dg1: Uint8Array | undefined, signer: Certificate, issuer: CountrySigner): GenuineFault[] {
  const state = dg1 === undefined ? undefined : issuingStateOf(dg1);
  if (state === undefined) return ['country-unknown'];
  if (signer.country?.toUpperCase() !== issuer.certificate.country?.toUpperCase()) return ['country-mismatch'];
  const agrees =
    issuer.issuingState === undefined ? countryIssuesFor(signer.country ?? '', state) : issuer.issuingState === state;
  return agrees ? [] : ['country-mismatch'];
}

function issuingStateOf(dg1: Uint8Array): string | undefined {
  try {
    return parseDg1(dg1).issuingState;
  } catch (error) {
    if (error instanceof CardError) return undefined;
    throw error;
  }
}

/** The certificate that the signer names; where names differ in spelling only, the one certificate that there is. */
function findSigner({ certificates, signer }: SecurityObject): Certificate | undefined {
  const read = certificates.map(readCertificate);
  const { id } = signer;
  const named = read.find((certificate) =>
    id.kind === 'key'
      ? certificate.subjectKeyId === id.subjectKeyId
      : certificate.serialNumber === id.serialNumber && toHex(certificate.issuerName) === toHex(id.issuerName),
  );
  return named ?? (read.length === 1 ? read[0] : undefined);
}

function isValidAt(certificate: Certificate, at: Date): boolean {
  return at >= certificate.notBefore && at <= certificate.notAfter;
}

function isDataGroup(name: FileName): name is DataGroupName {
  return ELEMENTARY_FILES[name].dataGroup !== undefined;
}

function summary(certificate: Certificate, issuer: CountrySigner | undefined): SignerSummary {
  const { subject, serialNumber, country, notBefore, notAfter } = certificate;
  const behind = { issuer: issuer?.certificate.subject, specimen: issuer?.specimen ?? false };
  return { subject, serialNumber, country, notBefore, notAfter, ...behind };
}

function outcome(
  found: readonly GenuineFault[],
  covered: readonly DataGroupName[] = [],
  listed: readonly number[] = [],
  signer?: SignerSummary,
): PassiveAuthentication {
  const faults = GENUINE_FAULTS.filter((fault) => found.includes(fault));
  const [gravest] = faults;
  const genuine: GenuineAnswer =
    gravest === undefined
      ? { answer: 'yes', reason: 'signed-by-trusted-issuer' }
      : { answer: 'no', reason: gravest };
  return { genuine, faults, covered, listed, signer };
}
