import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { CaseNumber, CertificateType } from '@videosportello/protocol/messages/document.ts';
import { issueCertificate, lookAhead } from '../issue/issue-certificate.ts';
import type { IssueDeps } from '../issue/issue-certificate.ts';
import { asRefusal, refused } from '../issue/refused.ts';
import type { CertificateRequest } from '../issue/request.ts';
import { addDays, civilDateAt } from '../rules/civil-date.ts';
import { usedUpBy } from '../rules/duty.ts';
import { rowOn } from '../rules/rules-schema.ts';
import { CaseError } from './case-error.ts';
import type { Case, CaseStore } from './case-store.ts';

/** What the back office works with. */
export interface BackOffice {
  readonly cases: CaseStore;
  readonly issue: IssueDeps;
}

/**
 * Takes a request in: everything that could refuse it today is asked first, nothing of the answer is kept or shown. Its duty mark
 * is held for it from now on.
 *
 * @throws {ProtocolError} as `issueCertificate`; `store-unavailable`
 */
export async function openCase(request: CertificateRequest, { cases, issue }: BackOffice, options: { readonly signal: AbortSignal }): Promise<Case> {
  const { plan } = await lookAhead(request, issue, options);
  const at = issue.now();
  const today = civilDateAt(at, issue.rules.timeZone);
  const terms = rowOn(issue.rules.backOffice, today);
  if (terms === undefined || plan.decidedBy !== 'back-office') throw refused('not-in-force');
  const { answerDays, keepDays, collectAt } = terms;
  const answerBy = addDays(today, answerDays);
  const told = { title: plan.title, answerBy, keepDays, collectAt };
  const asked = { ...told, request, year: Number(today.slice(0, 4)), dutyMark: usedUpBy(plan.duty), at };
  return cases.open(asked).catch((cause: unknown) => {
    throw asRefusal(cause);
  });
}

/**
 * The office's yes: the document is issued and waits for who asked. Safe to repeat, also after a crash half-way: the same
 * document answers.
 *
 * @throws {CaseError} `case-unknown`, `case-order`, `case-erased`
 * @throws what `issueCertificate` throws; the case stays approved and the same call takes it up
 */
export async function approveCase(number: CaseNumber, { cases, issue }: BackOffice, options: { readonly signal: AbortSignal }): Promise<Case> {
  const known = await cases.find(number);
  if (known.state === 'ready' || known.state === 'collected') return known;
  const { request } = await cases.take(number, 'approve', { at: issue.now() });
  if (request === null) throw new CaseError('case-erased', 'What this case was about has been erased.');
  await issueCertificate(approved(request, number), issue, options);
  return cases.take(number, 'issue', { at: issue.now() });
}

/** The office's no, with its reason. @throws {CaseError} `case-unknown`, `case-order`, `case-erased` */
export function refuseCase(number: CaseNumber, refusedFor: string, { cases, issue }: BackOffice): Promise<Case> {
  return cases.take(number, 'refuse', { at: issue.now(), refusedFor });
}

/**
 * Gives back a paper that a kiosk was given and never printed: it can be collected again.
 *
 * @throws {CaseError} `case-unknown`; `case-order` when there is none, or a sheet of it has reached a printer
 */
export async function giveBackCase(number: CaseNumber, { cases, issue }: BackOffice): Promise<Case> {
  const { request } = await cases.find(number);
  if (request === null) throw new CaseError('case-erased', 'What this case was about has been erased.');
  const { printState, pdf } = await issue.register.release(request.documentId);
  pdf.fill(0);
  if (printState !== 'issued') throw new CaseError('case-order', 'A sheet of this paper has reached a printer.');
  return cases.take(number, 'give-back', { at: issue.now() });
}

/** Who asked was identified on the day of the request: his document may have expired since. */
function approved({ requester: { taxCode, identity }, ...request }: CertificateRequest, approvedCase: CaseNumber): CertificateRequest {
  return { ...request, approvedCase, requester: { taxCode, identity } };
}

/**
 * The case whose paper this requester may collect now. Somebody else's number is as unknown as one nobody has.
 *
 * @param whoFor tax code of who is identified well enough for this type
 * @throws {ProtocolError} `case-unknown`; `case-not-ready` with the case's state as detail; what `whoFor` throws
 */
export async function caseToCollect(
  number: CaseNumber,
  whoFor: (type: CertificateType) => Promise<string>,
  cases: CaseStore,
): Promise<Case & { readonly request: CertificateRequest }> {
  const found = await cases.find(number).catch((cause: unknown) => {
    if (!(cause instanceof CaseError)) throw asRefusal(cause);
    throw new ProtocolError('case-unknown', { cause });
  });
  const { request } = found;
  if (request === null || request.requester.taxCode !== (await whoFor(found.type))) throw new ProtocolError('case-unknown');
  if (found.state !== 'ready') throw new ProtocolError('case-not-ready', { detail: found.state });
  return { ...found, request };
}
