import type { Register, ReleasedDocument } from '../register/register.ts';
import type { Fonts } from '../render/fonts.ts';
import { decide } from '../rules/decide.ts';
import type { IssuePlan } from '../rules/decide.ts';
import type { Town } from '../rules/load-town.ts';
import type { CertificateRules } from '../rules/rules-schema.ts';
import type { RequesterRelation } from '../rules/vocabulary.ts';
import type { Signer } from '../signature/signer.ts';
import type { RegistrySource, ResidentPerson } from '../source/registry-source.ts';
import type { StampSigner } from '../stamp/encode-seal.ts';
import { composePaper } from '../templates/paper.ts';
import type { Paper } from '../templates/paper.ts';
import { makeDocuments } from './make-documents.ts';
import type { MadeDocuments } from './make-documents.ts';
import { asRefusal, refused, REFUSAL_OF_SOURCE } from './refused.ts';
import { requestText } from './request.ts';
import type { CertificateRequest } from './request.ts';

/** Everything issuing needs from outside. */
export interface IssueDeps {
  readonly town: Town;
  readonly rules: CertificateRules;
  readonly source: RegistrySource;
  readonly register: Register;
  readonly fonts: Fonts;
  /** Seals the original (PAdES). */
  readonly sealSigner: Signer;
  /** Signs the stamp (VDS). */
  readonly stampSigner: StampSigner;
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
}

/** How long the source of facts may take, in milliseconds. */
const SOURCE_MS = 8_000;

/**
 * Issues one certificate: request → facts → rules → number → layout → original → seal → stamp → paper → register. What
 * it answers stands in the register; a repeated request is answered with the document of the first.
 *
 * @throws {ProtocolError} `document-refused`, `duty-invalid`, `subject-not-found`, `source-unavailable`, with the
 * refusal's code as detail
 * @throws {RegisterError} `key-reused`, `reservation-void`
 * @throws what a signer throws; the number stays reserved and a repeated request takes it up
 */
export async function issueCertificate(
  request: CertificateRequest,
  deps: IssueDeps,
  options: { readonly signal: AbortSignal },
): Promise<ReleasedDocument> {
  try {
    const earlier = await deps.register.findByKey(request.idempotencyKey, requestText(request));
    if (earlier !== null) return earlier;
    const facts = await findFacts(request, deps, options.signal);
    const numbered = await reserveNumber(request, facts, deps);
    const made = await makeDocuments(paperOf(numbered, facts.subject, deps), numbered, deps, options);
    options.signal.throwIfAborted();
    return await deps.register.commit(registerRow(request, numbered, made));
  } catch (error) {
    throw asRefusal(error);
  }
}

/** What the source knows: whom the paper is about, and what the requester is to him. */
export interface Facts {
  readonly subject: ResidentPerson;
  readonly relation: RequesterRelation;
}

/**
 * Asks the source for the subject and, when another person asks, whether the two share a household. A name that cannot
 * be printed is refused here, before it costs a number.
 *
 * @throws {ProtocolError} `subject-not-found`, `source-unavailable`, `document-refused`
 */
export async function findFacts(
  request: CertificateRequest,
  deps: Pick<IssueDeps, 'source' | 'fonts'>,
  signal: AbortSignal,
): Promise<Facts> {
  const within = { signal: AbortSignal.any([signal, AbortSignal.timeout(SOURCE_MS)]) };
  const subject = await deps.source.findByTaxCode(request.subjectTaxCode, within);
  if ('refusal' in subject) throw refused(REFUSAL_OF_SOURCE[subject.refusal]);
  const { surname, givenNames, address, birthPlace } = subject.value;
  const printed = [surname, givenNames, address, birthPlace].join('').normalize('NFC');
  if (deps.fonts.firstMissing(printed + printed.toLocaleUpperCase('it')) !== null) throw refused('glyph-missing');
  if (request.requester.taxCode === request.subjectTaxCode) return { subject: subject.value, relation: 'self' };
  const requester = await deps.source.findByTaxCode(request.requester.taxCode, within);
  const together = 'value' in requester && requester.value.householdId === subject.value.householdId;
  return { subject: subject.value, relation: together ? 'household' : 'anyone' };
}

/**
 * The rules' answer for this request on the day of `at`.
 *
 * @throws {ProtocolError} `document-refused` or `duty-invalid` with the refusal's code as detail
 */
export function planFor(request: CertificateRequest, facts: Facts, rules: CertificateRules, at: Date): IssuePlan {
  const { type, use, language, duty, requester } = request;
  const decision = decide(
    { type, use, language, duty, identity: requester.identity, documentExpiresOn: requester.documentExpiresOn, relation: facts.relation },
    rules,
    at,
  );
  if ('refusal' in decision) throw refused(decision.refusal.code);
  return decision.plan;
}

/** A plan that has its number. */
interface Numbered {
  readonly plan: IssuePlan;
  readonly documentId: string;
  readonly number: string;
  readonly protocol: string;
  readonly accessCode: string;
  readonly at: Date;
}

async function reserveNumber(request: CertificateRequest, facts: Facts, deps: IssueDeps): Promise<Numbered> {
  const now = deps.now();
  const asked = planFor(request, facts, deps.rules, now);
  const { reservedAt, ...reserved } = await deps.register.reserve({
    idempotencyKey: request.idempotencyKey,
    request: requestText(request),
    documentId: request.documentId,
    certificateType: request.type,
    year: Number(asked.date.slice(0, 4)),
    dutyMark: asked.duty.kind === 'mark' ? asked.duty.mark.code : null,
    at: now,
  });
  // A number taken up again after a crash keeps the day on which it was given.
  const plan = planFor(request, facts, deps.rules, reservedAt);
  return { ...reserved, plan, accessCode: newAccessCode(deps.random), at: reservedAt };
}

/**
 * The words of a residence certificate. The source of today knows a person with his address; the paper wants facts.
 *
 * @throws {ProtocolError} `document-refused` for a type the source has no facts for
 */
export function paperOf(
  { plan, documentId, number, protocol }: Omit<Numbered, 'accessCode' | 'at'>,
  subject: ResidentPerson,
  { town, source }: Pick<IssueDeps, 'town' | 'source'>,
): Paper {
  if (plan.type !== 'residence') throw refused('not-in-force');
  const place = { name: town.place, province: town.province };
  const birthPlace = subject.birthPlace === town.place ? place : { name: subject.birthPlace, province: null };
  const residence = { address: subject.address, postalCode: town.postalCode, place, since: subject.residentSince };
  return composePaper({
    plan,
    town,
    facts: {
      person: { ...subject, birthPlace, status: 'resident', deathDate: null, certifiable: true },
      residence: { kind: 'dwelling', ...residence, until: null, cameFrom: null, leftFor: null },
    },
    wish: { language: plan.language, edition: 'standard', onDay: null, sections: [] },
    number,
    protocol,
    documentId,
    specimen: source.specimen,
  });
}

function registerRow(
  request: CertificateRequest,
  numbered: Numbered,
  { original, stamps, paper }: MadeDocuments,
): Parameters<Register['commit']>[0] {
  const { plan, documentId, accessCode, at } = numbered;
  return {
    documentId,
    visitId: request.visitId,
    kioskId: request.kioskId,
    operatorId: request.operatorId,
    issuedAt: at,
    ruleVersion: plan.ruleVersion,
    validTo: plan.validity.to,
    original,
    stamp: Buffer.concat(stamps.map(({ seal }) => seal)),
    paper: paper.pdf,
    pages: paper.pages,
    accessCode,
    people: {
      requester: request.requester.taxCode,
      subject: request.subjectTaxCode,
      identity: request.requester.identity,
      documentExpiresOn: request.requester.documentExpiresOn ?? '',
      use: request.use,
    },
    deleteAfter: new Date(`${plan.keepUntil}T23:59:59Z`),
  };
}

/** 60 random bits in signs nobody mixes up; opens the original at the checker's site. */
function newAccessCode(random: IssueDeps['random']): string {
  return Array.from(random(12), (byte) => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[byte % 32]).join('');
}
