import { createHash } from 'node:crypto';
import type { Register, ReleasedDocument } from '../register/register.ts';
import type { Fonts } from '../render/fonts.ts';
import { renderPdf } from '../render/render-pdf.ts';
import type { RenderedPdf } from '../render/render-pdf.ts';
import { decide } from '../rules/decide.ts';
import type { IssuePlan, RuledWish } from '../rules/decide.ts';
import { usedUpBy } from '../rules/duty.ts';
import type { Town } from '../rules/load-town.ts';
import type { CertificateRules } from '../rules/rules-schema.ts';
import type { RequesterRelation } from '../rules/vocabulary.ts';
import { sealPdf } from '../signature/pades.ts';
import type { Signer } from '../signature/signer.ts';
import type { RegistrySource, ResidentPerson } from '../source/registry-source.ts';
import { stampAddress } from '../stamp/address.ts';
import type { StampSigner } from '../stamp/encode-seal.ts';
import { buildResidenceSeal } from '../stamp/profile-it.ts';
import { stampSymbol } from '../stamp/symbol.ts';
import { dutyInStamp } from '../templates/italian-words.ts';
import type { CertificateLayout } from '../templates/layout.ts';
import { residenceLine, subjectLine } from '../templates/residence/residence.ts';
import { templates } from '../templates/templates.ts';
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
/** How long a key may take to sign, in milliseconds: a remote provider of seals is slow, not silent. */
const SEAL_MS = 20_000;

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
    const layout = layOut(numbered, facts.subject, deps);
    const original = await sealOriginal(layout, numbered, deps, options.signal);
    const stamp = await makeStamp(original, facts.subject, numbered, deps);
    const paper = await renderPaper(layout, stamp, numbered, deps);
    options.signal.throwIfAborted();
    return await deps.register.commit(registerRow(request, { numbered, original, stamp, paper }));
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
  const decision = decide({ ...wishOf(request), relation: facts.relation, duty: request.duty }, rules, at);
  if ('refusal' in decision) throw refused(decision.refusal.code);
  return decision.plan;
}

/** The request as the rules look at it before any fact is asked for. */
export function wishOf({ type, use, language, edition, onDay, reason, sections, requester }: CertificateRequest): RuledWish {
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

async function reserveNumber(request: CertificateRequest, facts: Facts, deps: IssueDeps): Promise<Numbered> {
  const now = deps.now();
  const asked = planFor(request, facts, deps.rules, now);
  const { reservedAt, ...reserved } = await deps.register.reserve({
    idempotencyKey: request.idempotencyKey,
    request: requestText(request),
    documentId: request.documentId,
    certificateType: request.type,
    year: Number(asked.date.slice(0, 4)),
    dutyMark: usedUpBy(asked.duty),
    at: now,
  });
  // A number taken up again after a crash keeps the day on which it was given.
  const plan = planFor(request, facts, deps.rules, reservedAt);
  return { ...reserved, plan, accessCode: newAccessCode(deps.random), at: reservedAt };
}

function layOut(
  { plan, documentId, number, protocol }: Numbered,
  subject: ResidentPerson,
  deps: IssueDeps,
): CertificateLayout {
  const { town, source } = deps;
  const template = templates[plan.type];
  if (template === undefined) throw refused('not-in-force');
  return template({ plan, town, subject, number, protocol, documentId, specimen: source.specimen });
}

async function sealOriginal(
  layout: CertificateLayout,
  numbered: Numbered,
  deps: IssueDeps,
  signal: AbortSignal,
): Promise<Buffer> {
  const { town, fonts, sealSigner } = deps;
  const seal = { name: town.municipality, location: town.place, reason: layout.title, at: numbered.at };
  const { pdf } = await renderPdf(layout, { kind: 'original', seal }, fileOf(numbered), fonts);
  return sealPdf(pdf, sealSigner, { signal: AbortSignal.any([signal, AbortSignal.timeout(SEAL_MS)]) });
}

async function makeStamp(
  original: Uint8Array,
  subject: ResidentPerson,
  numbered: Numbered,
  deps: IssueDeps,
): Promise<Uint8Array> {
  const { town, stampSigner } = deps;
  const { plan, number, protocol, accessCode } = numbered;
  const upper = (text: string): string => text.toLocaleUpperCase('it');
  return buildResidenceSeal(
    {
      issueDate: plan.date,
      validFrom: plan.date,
      validTo: plan.validity.to,
      certificateNumber: number,
      protocolNumber: protocol,
      protocolDate: plan.date,
      municipality: town.municipality,
      istatCode: town.istatCode,
      subjectName: subjectLine(subject),
      address: residenceLine(subject, town),
      duty: dutyInStamp(plan.duty),
      originalSha256: createHash('sha256').update(original).digest(),
      originalUri: `${town.checker}/o/${accessCode}`,
      person: {
        surname: upper(subject.surname),
        name: upper(subject.givenNames),
        taxCode: subject.taxCode,
        birthDate: subject.birthDate,
        birthPlace: subject.birthPlace,
      },
    },
    stampSigner,
  );
}

async function renderPaper(
  layout: CertificateLayout,
  stamp: Uint8Array,
  numbered: Numbered,
  deps: IssueDeps,
): Promise<RenderedPdf> {
  const { modules } = await stampSymbol(stampAddress(`${deps.town.checker.toUpperCase()}/S`, stamp));
  return renderPdf(layout, { kind: 'paper', symbol: modules }, fileOf(numbered), deps.fonts);
}

interface Made {
  readonly numbered: Numbered;
  readonly original: Uint8Array;
  readonly stamp: Uint8Array;
  readonly paper: RenderedPdf;
}

function registerRow(
  request: CertificateRequest,
  { numbered, original, stamp, paper }: Made,
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
    stamp,
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

function fileOf({ documentId, at }: Numbered): { documentId: string; createdAt: Date } {
  return { documentId, createdAt: at };
}

/** 60 random bits in signs nobody mixes up; opens the original at the checker's site. */
function newAccessCode(random: IssueDeps['random']): string {
  return Array.from(random(12), (byte) => 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'[byte % 32]).join('');
}
