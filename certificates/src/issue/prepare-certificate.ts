import { civilDate, italianDate } from '../rules/civil-date.ts';
import type { IssuePlan } from '../rules/decide.ts';
import profile from '../stamp/profile-it.json' with { type: 'json' };
import type { StampContent, StampPerson } from '../stamp/build-stamps.ts';
import type { Fact } from '../templates/layout.ts';
import type { Paper } from '../templates/paper.ts';
import { lookAhead } from './issue-certificate.ts';
import type { OutlookDeps } from './issue-certificate.ts';
import type { CertificateRequest } from './request.ts';

/**
 * What the citizen is shown before anything is issued: the protocol's `review`, but for its id, and the plan behind it.
 */
export interface PreparedCertificate {
  readonly title: string;
  /** Label and value, as paper and stamp have them. */
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
  deps: OutlookDeps,
  options: { readonly signal: AbortSignal },
): Promise<PreparedCertificate> {
  const { plan, paper } = await lookAhead(request, deps, options);
  return {
    title: plan.title,
    lines: reviewLines(paper),
    wording: [...plan.wording],
    specimen: deps.source.specimen,
    plan,
  };
}

/**
 * Every fact of the paper: those its stamp repeats, under the labels a checker shows them with, then duty, validity and fee.
 */
function reviewLines({ layout, stamp }: Paper): Fact[] {
  const [only, ...others] = stamp.people;
  const lines: readonly (Fact | null)[] = [
    { label: labelOf('subjectName'), value: stamp.subjectName },
    ...(only !== undefined && others.length === 0 ? aboutOne(only, stamp) : stamp.people.map(aboutMember)),
    stamp.address === undefined ? null : { label: labelOf('address'), value: stamp.address },
    stamp.onDay === undefined ? null : { label: labelOf('onDay'), value: dayOf(stamp.onDay) },
    stamp.act === undefined ? null : { label: labelOf('act'), value: stamp.act },
    ...stamp.statements,
    ...layout.notes,
  ];
  return lines.flatMap((line) => line ?? []);
}

function aboutOne(person: StampPerson, { subjectName }: StampContent): Fact[] {
  const name = `${person.surname} ${person.name}`;
  return [
    ...(name === subjectName ? [] : [{ label: profile.people.label, value: name }]),
    { label: 'Luogo e data di nascita', value: `${person.birthPlace}, ${dayOf(person.birthDate)}` },
    { label: 'Codice fiscale', value: person.taxCode },
  ];
}

function aboutMember({ surname, name, birthPlace, birthDate, taxCode, relation }: StampPerson): Fact {
  return { label: relation ?? profile.people.label, value: `${surname} ${name}, ${birthPlace}, ${dayOf(birthDate)}, ${taxCode}` };
}

const dayOf = (day: string): string => italianDate(civilDate.parse(day));

function labelOf(name: string): string {
  const entry = profile.entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new TypeError(`The stamp has no entry ${name}.`);
  return entry.label;
}
