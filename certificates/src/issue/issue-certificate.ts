import type { Register, ReleasedDocument } from '../register/register.ts';
import type { Fonts } from '../render/fonts.ts';
import type { DrawPaper } from '../render/press.ts';
import { decide, lawFor } from '../rules/decide.ts';
import type { IssuePlan, RuledWish } from '../rules/decide.ts';
import { usedUpBy } from '../rules/duty.ts';
import type { Town } from '../rules/load-town.ts';
import type { CertificateRules } from '../rules/rules-schema.ts';
import type { RequesterRelation } from '../rules/vocabulary.ts';
import type { TimeStamping } from '../signature/pades.ts';
import type { Signer } from '../signature/signer.ts';
import type { Facts, FactSource } from '../source/facts.ts';
import type { StampSigner, StampSignerName } from '../stamp/encode-seal.ts';
import { composePaper } from '../templates/paper.ts';
import type { Paper } from '../templates/paper.ts';
import { gatherFacts } from './gather-facts.ts';
import { ACCESS_CODE_LENGTH, assureRoomForStamps, makeDocuments } from './make-documents.ts';
import type { MadeDocuments } from './make-documents.ts';
import { asRefusal, refused } from './refused.ts';
import { requestText } from './request.ts';
import type { CertificateRequest } from './request.ts';

/** Everything issuing needs from outside. The keys are those of this moment: they are read at each use, and throw when none may sign. */
export interface IssueDeps {
  readonly town: Town;
  readonly rules: CertificateRules;
  readonly source: FactSource;
  readonly register: Register;
  /** Which letters can be printed. */
  readonly fonts: Fonts;
  readonly draw: DrawPaper;
  /** Seals the original (PAdES). */
  readonly sealSigner: Signer;
  /** Signs the stamp (VDS). */
  readonly stampSigner: StampSigner;
  /** Stamps seals with the time (level B-T); null: level B-B. */
  readonly timeStamping: TimeStamping | null;
  /** Ends the wait for keys: aborted after `ms`. Default: `AbortSignal.timeout`. */
  readonly deadline?: (ms: number) => AbortSignal;
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
}

/** What looking ahead needs of it: no keys, no register. */
export type OutlookDeps = Pick<IssueDeps, 'town' | 'rules' | 'source' | 'fonts' | 'now'> & {
  /** Whose name stands in the stamps. */
  readonly stampSigner: StampSignerName;
};

/**
 * Issues one certificate: request → rules → facts → plan → number → paper → original → seal → stamp → register. What
 * it answers stands in the register; a repeated request is answered with the document of the first.
 *
 * @throws {ProtocolError} `document-refused`, `duty-invalid`, `subject-not-found`, `source-unavailable`, with the
 * refusal's code as detail; `needs-back-office` for what that office decides, unless the request names the case it allowed
 * @throws {RegisterError} `key-reused`, `reservation-void`
 * @throws {ProtocolError} `seal-unavailable` when a key or the time-stamp authority does not serve, with its code as detail; what
 * else a signer throws. The number stays reserved and a repeated request takes it up
 */
export async function issueCertificate(
  request: CertificateRequest,
  deps: IssueDeps,
  options: { readonly signal: AbortSignal },
): Promise<ReleasedDocument> {
  try {
    const earlier = await deps.register.findByKey(request.idempotencyKey, requestText(request));
    if (earlier !== null) return earlier;
    const outlook = await lookAhead(request, deps, options);
    if (outlook.plan.decidedBy === 'back-office' && request.approvedCase === undefined) throw refused('needs-back-office');
    const numbered = await reserveNumber(request, outlook, deps);
    const paper = paperOf(request, outlook.facts, numbered, deps);
    const made = await makeDocuments(paper, numbered, deps, options);
    options.signal.throwIfAborted();
    return await deps.register.commit(registerRow(request, numbered, made));
  } catch (error) {
    throw asRefusal(error);
  }
}

/** What a certificate would be if it were issued now. */
export interface Outlook {
  readonly facts: Facts;
  readonly relation: RequesterRelation;
  readonly plan: IssuePlan;
  /** The paper but for its numbers. */
  readonly paper: Paper;
}

/**
 * The facts, the rules' answer and the words, without reserving or writing anything. All that can be refused is refused here,
 * before it costs a number; only the register can say that a duty mark was used before.
 *
 * @throws as {@link issueCertificate}
 */
export async function lookAhead(
  request: CertificateRequest,
  deps: OutlookDeps,
  options: { readonly signal: AbortSignal },
): Promise<Outlook> {
  try {
    const now = deps.now();
    const found = lawFor(wishOf(request), deps.rules, now);
    if ('refusal' in found) throw refused(found.refusal.code);
    const { facts, relation } = await gatherFacts(request, found.law, deps.source, options);
    const plan = planFor(request, relation, deps.rules, now);
    const paper = paperOf(request, facts, { plan, documentId: request.documentId, number: '', protocol: '' }, deps);
    if (deps.fonts.firstMissing(lettersOf(paper.layout)) !== null) throw refused('glyph-missing');
    assureRoomForStamps(paper, deps.town, deps.stampSigner);
    return { facts, relation, plan, paper };
  } catch (error) {
    throw asRefusal(error);
  }
}

/** All letters that are to be printed, as the pen writes them: in NFC, spaces left out. */
function lettersOf(layout: Paper['layout']): string {
  return JSON.stringify(layout).normalize('NFC').replace(/\s/g, '');
}

function planFor(request: CertificateRequest, relation: RequesterRelation, rules: CertificateRules, at: Date): IssuePlan {
  const decision = decide({ ...wishOf(request), relation, duty: request.duty }, rules, at);
  if ('refusal' in decision) throw refused(decision.refusal.code);
  return decision.plan;
}

function wishOf({ type, use, language, edition, onDay, reason, sections, requester }: CertificateRequest): RuledWish {
  const { identity, documentExpiresOn } = requester;
  return { type, use, language, edition, onDay, reason, sections, identity, documentExpiresOn };
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

async function reserveNumber(request: CertificateRequest, { plan: asked, relation }: Outlook, deps: IssueDeps): Promise<Numbered> {
  const { reservedAt, ...reserved } = await deps.register.reserve({
    idempotencyKey: request.idempotencyKey,
    request: requestText(request),
    documentId: request.documentId,
    certificateType: request.type,
    year: Number(asked.date.slice(0, 4)),
    dutyMark: usedUpBy(asked.duty),
    ofCase: request.approvedCase ?? null,
    at: deps.now(),
  });
  // A number taken up again after a crash keeps the day on which it was given.
  const plan = planFor(request, relation, deps.rules, reservedAt);
  return { ...reserved, plan, accessCode: newAccessCode(deps.random), at: reservedAt };
}

function paperOf(
  { language, edition, onDay, sections }: CertificateRequest,
  facts: Facts,
  { plan, documentId, number, protocol }: Pick<Numbered, 'plan' | 'documentId' | 'number' | 'protocol'>,
  { town, source }: Pick<IssueDeps, 'town' | 'source'>,
): Paper {
  const wish = { language, edition, onDay: onDay ?? null, sections };
  return composePaper({ plan, town, facts, wish, number, protocol, documentId, specimen: source.specimen });
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
    stamps: stamps.map(({ seal }) => seal),
    paper: paper.pdf,
    pages: paper.pages,
    accessCode,
    people: {
      requester: request.requester.taxCode,
      subject: request.subjectTaxCode,
      identity: request.requester.identity,
      documentExpiresOn: request.requester.documentExpiresOn ?? '',
      use: request.use,
      reason: request.reason ?? '',
      case: request.approvedCase ?? '',
    },
    deleteAfter: new Date(`${plan.keepUntil}T23:59:59Z`),
  };
}

/** 60 random bits in signs nobody mixes up; opens the original at the checker's site. */
function newAccessCode(random: IssueDeps['random']): string {
  return Array.from(random(ACCESS_CODE_LENGTH), (byte) => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[byte % 32]).join('');
}
