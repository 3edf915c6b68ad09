import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { addMonths, civilDateAt, isBetween } from './civil-date.ts';
import type { CivilDate } from './civil-date.ts';
import { readDutyMark } from './duty.ts';
import type { DutyClaim, DutyMark } from './duty.ts';
import type { MandatoryWording } from './mandatory-wording.ts';
import type { CertificateRules } from './rules-schema.ts';
import { reaches } from './vocabulary.ts';
import type { CertificateUse, IdentityLevel, PaperLanguage, RefusalCode, RequesterRelation } from './vocabulary.ts';

/**
 * What the rules look at: kind of paper, use, who asks in which relation, how surely known, how the duty is settled.
 */
export interface RuledRequest {
  readonly type: CertificateType;
  readonly use: CertificateUse;
  readonly language: PaperLanguage;
  readonly relation: RequesterRelation;
  readonly identity: IdentityLevel;
  /** The electronic identity card's last day of validity; absent when no document with one was shown. */
  readonly documentExpiresOn?: CivilDate | undefined;
  /** Absent while the citizen has not said it yet: the answer `duty-missing` then names what is due. */
  readonly duty?: DutyClaim | undefined;
}

/** How the stamp duty of one paper is settled. */
export type SettledDuty =
  | { readonly kind: 'mark'; readonly cents: number; readonly norm: string; readonly mark: DutyMark }
  | { readonly kind: 'exempt'; readonly exemption: string; readonly label: string; readonly norm: string }
  | { readonly kind: 'none' };

/** Everything the rules fix about one certificate; the template needs nothing else from the law. */
export interface IssuePlan {
  readonly type: CertificateType;
  readonly anprType: number;
  readonly title: string;
  readonly use: CertificateUse;
  readonly language: PaperLanguage;
  /** The day in the town when it is issued. */
  readonly date: CivilDate;
  /** First day of the rule version that was applied: names the law of the day in the register. */
  readonly ruleVersion: CivilDate;
  /** `to: null`: without end. `months` as the norm gives it. */
  readonly validity: { readonly to: CivilDate | null; readonly months: number | null; readonly norm: string };
  readonly wording: readonly [MandatoryWording, ...string[]];
  readonly duty: SettledDuty;
  readonly feeCents: number;
  /** Last day on which the sealed original can be opened. */
  readonly keepUntil: CivilDate;
}

/** A request the rules do not allow; `dutyCents` accompanies `duty-missing`, `least` accompanies `identity-too-low`. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly dutyCents?: number;
  readonly least?: IdentityLevel;
}

export type Decision = { readonly plan: IssuePlan } | { readonly refusal: Refusal };

/**
 * Applies the rules that hold on the day of `at` in the town's zone. Pure: the same arguments give the same answer, so
 * a decision can be repeated years later from the register's row and the rules of that day.
 */
export function decide(request: RuledRequest, rules: CertificateRules, at: Date): Decision {
  if (request.use === 'public-office') return refuse('self-declaration');
  const date = civilDateAt(at, rules.timeZone);
  const entry = rules.types.find((candidate) => candidate.type === request.type);
  const version = entry?.versions.find((candidate) => isBetween(date, candidate));
  if (entry === undefined || version === undefined) return refuse('not-in-force');
  const useRule = version.uses.find((candidate) => candidate.use === request.use);
  if (useRule === undefined) return refuse('use-not-allowed');
  if (!version.languages.includes(request.language)) return refuse('language-unavailable');
  if (hasExpired(request.documentExpiresOn, rules.expiredDocuments, date)) return refuse('document-expired');
  if (!reaches(request.identity, version.leastIdentity)) {
    return { refusal: { code: 'identity-too-low', least: version.leastIdentity } };
  }
  if (!mayAsk(request.relation, version.mayAsk)) return refuse('requester-not-entitled');
  const duty = settleDuty(request.duty, useRule.duty, rules.dutyExemptions, date);
  if ('refusal' in duty) return duty;
  const { months, norm } = version.validity;
  const to = months === null ? null : addMonths(date, months);
  return {
    plan: {
      type: entry.type,
      anprType: entry.anprType,
      title: entry.title,
      use: request.use,
      language: request.language,
      date,
      ruleVersion: version.from,
      validity: { to, months, norm },
      keepUntil: addMonths(to ?? date, version.keepMonths),
      wording: useRule.wording,
      duty: duty.settled,
      feeCents: duty.freesFee ? 0 : duty.settled.kind === 'mark' ? version.fee.withDutyCents : version.fee.exemptCents,
    },
  };
}

function settleDuty(
  claim: DutyClaim | undefined,
  due: { readonly cents: number; readonly norm: string } | null,
  exemptions: CertificateRules['dutyExemptions'],
  date: CivilDate,
): { readonly settled: SettledDuty; readonly freesFee: boolean } | { readonly refusal: Refusal } {
  if (due === null)
    return claim === undefined ? { settled: { kind: 'none' }, freesFee: false } : refuse('duty-not-due');
  if (claim === undefined) return { refusal: { code: 'duty-missing', dutyCents: due.cents } };
  if (claim.kind === 'mark') {
    const read = readDutyMark(claim, date);
    if ('refusal' in read) return refuse(read.refusal);
    return { settled: { kind: 'mark', cents: due.cents, norm: due.norm, mark: read.mark }, freesFee: false };
  }
  const known = exemptions.filter((candidate) => candidate.code === claim.code);
  if (known.length === 0) return refuse('exemption-unknown');
  const exemption = known.find((candidate) => isBetween(date, candidate));
  if (exemption === undefined) return refuse('exemption-not-in-force');
  const words = claim.words?.trim() ?? '';
  if (exemption.needsWords && words === '') return refuse('exemption-needs-words');
  return {
    settled: {
      kind: 'exempt',
      exemption: exemption.code,
      label: exemption.label,
      norm: exemption.needsWords ? words : exemption.norm,
    },
    freesFee: exemption.freesFee,
  };
}

/** Whether a document no longer identifies on `date`: its last day is over, and no rule of that day prolongs it. */
function hasExpired(lastDay: CivilDate | undefined, prolonged: CertificateRules['expiredDocuments'], date: CivilDate): boolean {
  if (lastDay === undefined || date <= lastDay) return false;
  return !prolonged.some((rule) => isBetween(date, rule) && rule.expiredSince <= lastDay);
}

/** Whoever may ask as a stranger may ask as a relative, and a relative's right is the subject's too. */
function mayAsk(relation: RequesterRelation, allowed: readonly RequesterRelation[]): boolean {
  if (allowed.includes('anyone')) return true;
  if (allowed.includes('household')) return relation !== 'anyone';
  return relation === 'self';
}

function refuse(code: RefusalCode): { readonly refusal: Refusal } {
  return { refusal: { code } };
}
