import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { DOCUMENT_RULES, documentAcceptance } from '@videosportello/identity/policy/documents.ts';
import type { DocumentKind, DocumentRule } from '@videosportello/identity/policy/documents.ts';
import { assuranceOf } from '@videosportello/identity/policy/levels-of-assurance.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { KioskId, VisitId } from '@videosportello/protocol/ids.ts';
import { verdictClaims } from '@videosportello/protocol/messages/verdict.ts';
import type { VerdictClaims } from '@videosportello/protocol/messages/verdict.ts';
import { civilDate, civilDateAt } from '../rules/civil-date.ts';
import { issueCertificate } from './issue-certificate.ts';
import type { IssueDeps } from './issue-certificate.ts';
import type { ReleasedDocument } from '../register/register.ts';
import type { CertificateRequest } from './request.ts';

/** What a verdict must fit before it counts. */
export interface VerdictTerms {
  /** Public halves of the verdict keys. */
  readonly keys: JSONWebKeySet;
  readonly visit: VisitId;
  readonly kiosk: KioskId | null;
  readonly now: Date;
}

/** What a requester must be proved for. */
export interface RequesterTerms extends VerdictTerms {
  /** Kind of paper: a document may count for some only. */
  readonly service: CertificateRequest['type'];
  /** IANA name: which day it is, and so which documents count, is the town's clock to say. */
  readonly timeZone: string;
}

/** Why a verdict does not count; `detail` of the refusal. */
export type VerdictFault =
  | 'verdict-altered'
  | 'verdict-of-another-visit'
  | 'verdict-of-another-kiosk'
  | 'verdict-too-old'
  | 'verdict-from-the-future';

/** By how much two clocks may differ, seconds. */
const CLOCK_SKEW_S = 60;

const refused = (detail: VerdictFault, cause?: unknown) => new ProtocolError('verdict-invalid', { detail, cause });

/**
 * Reads a signed verdict (JWT, EdDSA, RFC 7519), which counts for one visit at one kiosk, and not for long.
 *
 * @throws {ProtocolError} `verdict-invalid` with a {@link VerdictFault} as detail
 */
export async function verifyVerdict(signed: string, terms: VerdictTerms): Promise<VerdictClaims> {
  const claims = verdictClaims.safeParse(await verifiedPayload(signed, terms));
  if (!claims.success) throw refused('verdict-altered', claims.error);
  if (claims.data.visit !== terms.visit) throw refused('verdict-of-another-visit');
  if (claims.data.kiosk !== terms.kiosk) throw refused('verdict-of-another-kiosk');
  if (claims.data.iat > terms.now.getTime() / 1000 + CLOCK_SKEW_S) throw refused('verdict-from-the-future');
  return claims.data;
}

async function verifiedPayload(signed: string, { keys, now }: VerdictTerms): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(signed, createLocalJWKSet(keys), {
      algorithms: ['EdDSA'],
      typ: 'verdict+jwt',
      issuer: 'certificates',
      requiredClaims: ['iat', 'exp'],
      currentDate: now,
    });
    return payload;
  } catch (error) {
    throw refused(error instanceof errors.JWTExpired ? 'verdict-too-old' : 'verdict-altered', error);
  }
}

/**
 * Who asks, and how surely that is known, as far as the verdict proves it: a tax code that a genuine chip has signed, or one that
 * an officer has seen on a document he judged genuine and its holder's. A card whose chip failed its proof proves nobody, and
 * neither does a document that by law says nothing of a tax code.
 *
 * @param rules dated documents policy; default: the rows in force
 * @throws {ProtocolError} as {@link verifyVerdict}; `evidence-missing` when the verdict proves nobody; `id-not-accepted` with the
 * policy's reason when the kind of document does not count on this day for this service
 */
export async function provedRequester(
  signed: string | undefined,
  terms: RequesterTerms,
  rules: readonly DocumentRule[] = DOCUMENT_RULES,
): Promise<CertificateRequest['requester']> {
  if (signed === undefined) throw new ProtocolError('evidence-missing');
  const { document, person, answers } = await verifyVerdict(signed, terms);
  const kind = kindOf(document);
  const today = civilDateAt(terms.now, terms.timeZone);
  const acceptance = documentAcceptance(kind, today, rules, terms.service);
  if (acceptance.answer === 'no') throw new ProtocolError('id-not-accepted', { detail: acceptance.reason });
  if (!acceptance.proves.includes('tax-code')) throw new ProtocolError('evidence-missing');
  const { taxCode } = person;
  const isProved = taxCode?.source === 'chip-signed' || (taxCode?.source === 'seen-by-operator' && answers.holder.answer === 'yes');
  if (!taxCode || !isProved || answers.genuine.answer !== 'yes' || answers.notCloned.answer === 'no') throw new ProtocolError('evidence-missing');
  // What an expired document still counts for is a dated rule of the town, asked when the document is prepared.
  const unexpired = { ...answers, notExpired: { answer: 'yes' as const } };
  return {
    taxCode: taxCode.value,
    identity: assuranceOf(kind, unexpired, today).level,
    documentExpiresOn: civilDate.optional().parse(person.expiryDate?.value),
  };
}

/** The document in the words of identity's policy. */
function kindOf(document: VerdictClaims['document']): DocumentKind {
  if (document === 'cie') return 'it-electronic-identity-card';
  return document === 'ts-cns' ? 'it-service-card' : document;
}

/** A signed verdict and the keys it is verified with. */
export interface Evidence {
  readonly signed: string | undefined;
  readonly keys: JSONWebKeySet;
}

/**
 * Whether the verdict of this moment proves what the request says of its requester.
 *
 * @throws {ProtocolError} as {@link provedRequester}; `evidence-missing` when it proves somebody else, or less
 */
export async function mustProve(
  request: CertificateRequest,
  { signed, keys }: Evidence,
  { now, timeZone }: Pick<RequesterTerms, 'now' | 'timeZone'>,
): Promise<void> {
  const { visitId: visit, kioskId: kiosk, type: service } = request;
  const proved = await provedRequester(signed, { keys, visit, kiosk, service, now, timeZone });
  const { taxCode, identity, documentExpiresOn } = request.requester;
  const isSame = proved.taxCode === taxCode && proved.identity === identity && proved.documentExpiresOn === documentExpiresOn;
  if (!isSame) throw new ProtocolError('evidence-missing');
}

/**
 * Issues on the word of the signed verdict alone: {@link mustProve}, then `issueCertificate`.
 *
 * @throws what the two throw
 */
export async function issueOnVerdict(
  request: CertificateRequest,
  evidence: Evidence,
  deps: IssueDeps,
  options: { readonly signal: AbortSignal },
): Promise<ReleasedDocument> {
  await mustProve(request, evidence, { now: deps.now(), timeZone: deps.rules.timeZone });
  return issueCertificate(request, deps, options);
}
