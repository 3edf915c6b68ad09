import { italianDate } from '../rules/civil-date.ts';
import { dutyWords, euro, validityWords } from '../templates/italian-words.ts';
import type { Fact } from '../templates/layout.ts';
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
  readonly lines: Fact[];
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
  const { stamp } = paperOf(unnumbered, facts.subject, deps);
  return {
    title: plan.title,
    lines: [
      { label: 'Intestatario', value: stamp.subjectName },
      {
        label: 'Luogo e data di nascita',
        value: `${facts.subject.birthPlace}, ${italianDate(facts.subject.birthDate)}`,
      },
      { label: 'Codice fiscale', value: facts.subject.taxCode },
      { label: 'Residenza', value: stamp.address ?? '' },
      { label: 'Imposta di bollo', value: dutyWords(plan.duty) },
      { label: 'Validità', value: validityWords(plan) },
      ...(plan.feeCents === 0 ? [] : [{ label: 'Diritti di segreteria', value: euro(plan.feeCents) }]),
    ],
    wording: [...plan.wording],
    specimen: deps.source.specimen,
    plan,
  };
}
