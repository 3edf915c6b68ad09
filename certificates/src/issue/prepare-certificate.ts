import { reviewLines } from '../templates/paper.ts';
import type { ReviewLine } from '../templates/paper.ts';
import type { IssuePlan } from '../rules/decide.ts';
import { lookAhead } from './issue-certificate.ts';
import type { OutlookDeps } from './issue-certificate.ts';
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
  deps: OutlookDeps,
  options: { readonly signal: AbortSignal },
): Promise<PreparedCertificate> {
  const { plan, paper } = await lookAhead(request, deps, options);
  return {
    title: plan.title,
    lines: [...reviewLines(paper)],
    wording: [...plan.wording],
    specimen: deps.source.specimen,
    plan,
  };
}
