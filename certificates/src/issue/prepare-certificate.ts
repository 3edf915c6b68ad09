import { reviewLines } from '../templates/paper.ts';
import type { ReviewLine } from '../templates/paper.ts';
import type { IssuePlan } from '../rules/decide.ts';
import { findFacts, paperOf, planFor } from './issue-certificate.ts';
import type { IssueDeps } from './issue-certificate.ts';
import type { CertificateRequest } from './request.ts';

/**
 * What the citizen is shown before anything is issued: the protocol's `review`, but for its id, and the plan behind it.
 */
export interface PreparedCertificate {
  readonly title: string;
  /** Label and value in the paper's language, in its order. */
  readonly lines: ReviewLine[];
  /** The words the paper must bear. */
  readonly wording: string[];
  readonly specimen: boolean;
  readonly plan: IssuePlan;
}

/**
 * Looks ahead without reserving or writing anything: the facts and the rules' answer, or the refusal that issuing would
 * give today. Only the register can say that a duty mark was used before.
 *
 * @throws {ProtocolError} as `issueCertificate`
 */
export async function prepareCertificate(
  request: CertificateRequest,
  deps: Pick<IssueDeps, 'source' | 'fonts' | 'rules' | 'town' | 'now'>,
  options: { readonly signal: AbortSignal },
): Promise<PreparedCertificate> {
  const facts = await findFacts(request, deps, options.signal);
  const plan = planFor(request, facts, deps.rules, deps.now());
  const unnumbered = { plan, documentId: '', number: '', protocol: '' };
  return {
    title: plan.title,
    lines: [...reviewLines(paperOf(unnumbered, facts.subject, deps))],
    wording: [...plan.wording],
    specimen: deps.source.specimen,
    plan,
  };
}
