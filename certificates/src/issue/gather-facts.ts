import type { Law } from '../rules/decide.ts';
import type { CivilDate } from '../rules/civil-date.ts';
import { factsLookedAt, refusalOf } from '../rules/fact-refusals.ts';
import type { RefusalCode, RequesterRelation } from '../rules/vocabulary.ts';
import type { FactAnswer, FactKind, FactOf, Facts, FactSource } from '../source/facts.ts';
import { factsNeeded } from '../templates/paper.ts';
import type { FactNeed } from '../templates/paper.ts';
import { refused } from './refused.ts';
import type { CertificateRequest } from './request.ts';

/** How long a source of facts may take for all that one certificate needs, in milliseconds. */
const SOURCE_MS = 8_000;

/** What the source knows: the facts the paper is made of, and what the requester is to its subject. */
export interface GatheredFacts {
  readonly facts: Facts;
  readonly relation: RequesterRelation;
}

/**
 * Asks a source for what one certificate says and for what its rules look at, and no more: nothing is asked about somebody of
 * whom the general data already forbid the paper, and nothing about the requester where anybody may ask.
 *
 * @param law the rows that hold for the request
 * @throws {ProtocolError} `subject-not-found`, `source-unavailable`; `document-refused` with what the facts stand against it as
 * detail
 */
export async function gatherFacts(
  request: CertificateRequest,
  law: Law,
  source: FactSource,
  options: { readonly signal: AbortSignal },
): Promise<GatheredFacts> {
  const within = { signal: AbortSignal.any([options.signal, AbortSignal.timeout(SOURCE_MS)]) };
  const ask = <Kind extends FactKind>(kind: Kind, onDay: CivilDate | null): Promise<FactAnswer<Kind>> =>
    source.ask(kind, { taxCode: request.subjectTaxCode, onDay }, within);

  const person = valueOf(await ask('person', null));
  refuseOn({ person }, law);
  const needs = factsNeeded(request.type, request.sections).filter(({ kind }) => kind !== 'person');
  const facts = new Map<FactKind, FactOf[FactKind]>();
  const collect = async ({ kind, day }: FactNeed): Promise<FactKind | null> => {
    const answer = await ask(kind, dayOf(day, request, person.deathDate));
    if ('value' in answer) facts.set(kind, answer.value);
    else if (answer.refusal === 'not-known') return kind;
    else throw refused(REFUSAL_OF_SOURCE[answer.refusal]);
    return null;
  };
  const unknown = await Promise.all([...needs, ...alsoLookedAt(law, needs)].map(collect));
  // Each kind was asked for under its own name, and the source's contract gives each its shape.
  const gathered: Facts = { ...(Object.fromEntries(facts) as Partial<Facts>), person };
  refuseOn(gathered, law);
  if (needs.some(({ kind }) => unknown.includes(kind))) throw refused('fact-not-known');
  return { facts: gathered, relation: await relationOf(request, law, ask) };
}

/** What an answer without a fact amounts to. */
const REFUSAL_OF_SOURCE = {
  'not-found': 'subject-not-found',
  'not-known': 'fact-not-known',
  unavailable: 'source-unavailable',
} as const satisfies Record<string, RefusalCode>;

function valueOf<Kind extends FactKind>(answer: FactAnswer<Kind>) {
  if ('refusal' in answer) throw refused(REFUSAL_OF_SOURCE[answer.refusal]);
  return answer.value;
}

function refuseOn(facts: Facts, law: Law): void {
  const refusal = refusalOf(facts, law.refuse);
  if (refusal !== null) throw refused(refusal);
}

/** What only the rules look at, on the day the paper speaks of. */
function alsoLookedAt(law: Law, needs: readonly FactNeed[]): FactNeed[] {
  const asked = new Set<FactKind>(['person', ...needs.map(({ kind }) => kind)]);
  const day = needs.find((need) => need.day !== 'today')?.day ?? 'today';
  return [...factsLookedAt(law.refuse)].filter((kind) => !asked.has(kind)).map((kind) => ({ kind, day }));
}

function dayOf(day: FactNeed['day'], { onDay }: CertificateRequest, deathDate: CivilDate | null): CivilDate | null {
  if (day === 'today') return null;
  const named = day === 'asked' ? (onDay ?? null) : deathDate;
  if (named === null) throw refused(day === 'asked' ? 'day-missing' : 'subject-alive');
  return named;
}

/** What the requester is to the subject: asked for only where it matters. */
async function relationOf(
  { requester, subjectTaxCode }: CertificateRequest,
  { version }: Law,
  ask: (kind: 'household', onDay: null) => Promise<FactAnswer<'household'>>,
): Promise<RequesterRelation> {
  if (requester.taxCode === subjectTaxCode) return 'self';
  if (version.mayAsk.includes('anyone') || !version.mayAsk.includes('household')) return 'anyone';
  const household = await ask('household', null);
  if ('refusal' in household) {
    if (household.refusal === 'unavailable') throw refused('source-unavailable');
    return 'anyone';
  }
  return household.value.members.some(({ taxCode }) => taxCode === requester.taxCode) ? 'household' : 'anyone';
}
