import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { addMonths, civilDateAt, isBetween } from './civil-date.ts';
import type { CivilDate } from './civil-date.ts';
import { settleDuty } from './duty.ts';
import type { DutyClaim, SettledDuty } from './duty.ts';
import type { MandatoryWording } from './mandatory-wording.ts';
import { rowOn } from './rules-schema.ts';
import type { CertificateRules, RuleVersion } from './rules-schema.ts';
import { reaches } from './vocabulary.ts';
import type {
  CertificateSection,
  CertificateUse,
  FactRefusal,
  IdentityLevel,
  PaperEdition,
  PaperLanguage,
  RefusalCode,
  RequesterRelation,
} from './vocabulary.ts';

/** What the rules look at before any fact is asked for: kind of paper, use, form, and how surely the requester is known. */
export interface RuledWish {
  readonly type: CertificateType;
  readonly use: CertificateUse;
  readonly language: PaperLanguage;
  readonly edition: PaperEdition;
  /** The day a historical certificate speaks of. */
  readonly onDay?: CivilDate | undefined;
  readonly reason?: string | undefined;
  /** Of a composed certificate. */
  readonly sections: readonly CertificateSection[];
  readonly identity: IdentityLevel;
  /** The electronic identity card's last day of validity; absent when no document with one was shown. */
  readonly documentExpiresOn?: CivilDate | undefined;
}

/** The whole of what the rules look at: also who asks, seen from the subject, and how the duty is settled. */
export interface RuledRequest extends RuledWish {
  readonly relation: RequesterRelation;
  /** Absent while the citizen has not said it yet: the answer `duty-missing` then names what is due. */
  readonly duty?: DutyClaim | undefined;
}

/** Everything the rules fix about one certificate; the template needs nothing else from the law. */
export interface IssuePlan {
  readonly type: CertificateType;
  readonly title: string;
  readonly use: CertificateUse;
  readonly language: PaperLanguage;
  /** The day in the town when it is issued. */
  readonly date: CivilDate;
  /** First day of the youngest row that was applied: names the law of the day in the register. */
  readonly ruleVersion: CivilDate;
  /** `to: null`: without end. `months` as the norm gives it. */
  readonly validity: { readonly to: CivilDate | null; readonly months: number | null; readonly norm: string };
  readonly wording: readonly [MandatoryWording, ...string[]];
  readonly duty: SettledDuty;
  readonly feeCents: number;
  /** Last day on which the sealed original can be opened. */
  readonly keepUntil: CivilDate;
  /** `back-office`: it is issued only on that office's word. */
  readonly decidedBy: RuleVersion['decidedBy'];
}

/** A request the rules do not allow; `dutyCents` accompanies `duty-missing`, `least` accompanies `identity-too-low`. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly dutyCents?: number;
  readonly least?: IdentityLevel;
}

/** The rows that hold for one wish on one day. */
export interface Law {
  readonly date: CivilDate;
  readonly entry: CertificateRules['types'][number];
  readonly version: RuleVersion;
  readonly terms: CertificateRules['uses'][number];
  readonly fee: CertificateRules['officeFees'][number];
  /** What the facts may stand against it, those of the chosen sections included. */
  readonly refuse: readonly FactRefusal[];
}

export type { SettledDuty };

/** What the rules say to a wish. */
export type Decision = { readonly plan: IssuePlan } | { readonly refusal: Refusal };

/**
 * The rows that hold for a wish on the day of `at` in the town's zone, or why it is refused before anything is asked about
 * anybody.
 */
export function lawFor(wish: RuledWish, rules: CertificateRules, at: Date): { readonly law: Law } | { readonly refusal: Refusal } {
  if (wish.use === 'public-office') return refuse('self-declaration');
  const date = civilDateAt(at, rules.timeZone);
  const entry = rules.types.find(({ type }) => type === wish.type);
  const version = entry && rowOn(entry.versions, date);
  if (entry === undefined || version === undefined) return refuse('not-in-force');
  const terms = rowOn(rules.uses.filter(({ use }) => use === wish.use), date);
  if (terms === undefined || !version.uses.includes(terms.use)) return refuse('use-not-allowed');
  const fee = rowOn(rules.officeFees.filter(({ kind }) => kind === version.fee), date);
  if (fee === undefined) return refuse('not-in-force');
  if (!version.languages.includes(wish.language)) return refuse('language-unavailable');
  if (!version.editions.includes(wish.edition)) return refuse('edition-unavailable');
  const missing = askedAmiss(wish, version, date);
  if (missing !== null) return refuse(missing);
  if (hasExpired(wish.documentExpiresOn, rules.expiredDocuments, date)) return refuse('document-expired');
  if (!reaches(wish.identity, version.leastIdentity)) {
    return { refusal: { code: 'identity-too-low', least: version.leastIdentity } };
  }
  const chosen = version.sections.filter(({ section }) => wish.sections.includes(section));
  const against = [...new Set([...version.refuse, ...chosen.flatMap((rule) => rule.refuse)])];
  return { law: { date, entry, version, terms, fee, refuse: against } };
}

/**
 * Applies the rules that hold on the day of `at` in the town's zone. Pure: the same arguments give the same answer, so
 * a decision can be repeated years later from the register's row and the rules of that day. What the facts themselves stand
 * against it, `refusalOf` says.
 */
export function decide(request: RuledRequest, rules: CertificateRules, at: Date): Decision {
  const found = lawFor(request, rules, at);
  if ('refusal' in found) return found;
  const { date, entry, version, terms, fee } = found.law;
  if (!mayAsk(request.relation, version.mayAsk)) return refuse('requester-not-entitled');
  const duty = settleDuty(request.duty, { dutyFree: version.dutyFree, onlyExempt: terms.onlyExempt }, rules, date);
  if ('refusal' in duty) return duty;
  const { months, norm } = version.validity;
  const to = months === null ? null : addMonths(date, months);
  const isPaid = duty.settled.kind === 'mark' || duty.settled.kind === 'virtual';
  return {
    plan: {
      type: entry.type,
      title: entry.title,
      use: request.use,
      language: request.language,
      date,
      ruleVersion: youngest([version.from, terms.from, fee.from]),
      validity: { to, months, norm },
      keepUntil: addMonths(to ?? date, version.keepMonths),
      wording: terms.wording,
      duty: duty.settled,
      feeCents: duty.freesFee ? 0 : isPaid ? fee.withDutyCents : fee.exemptCents,
      decidedBy: version.decidedBy,
    },
  };
}

/** What of day, reason and sections is missing, or was said where nobody asked. */
function askedAmiss({ onDay, reason, sections }: RuledWish, version: RuleVersion, today: CivilDate): RefusalCode | null {
  if (version.asksDay && onDay === undefined) return 'day-missing';
  if (!version.asksDay && onDay !== undefined) return 'day-not-asked';
  if (onDay !== undefined && onDay >= today) return 'day-not-past';
  if (version.asksReason && (reason?.trim() ?? '') === '') return 'reason-missing';
  return sectionsAmiss(sections, version.sections);
}

function sectionsAmiss(sections: readonly CertificateSection[], rules: RuleVersion['sections']): RefusalCode | null {
  const chosen = rules.filter(({ section }) => sections.includes(section));
  if (chosen.length !== sections.length) return 'sections-not-asked';
  // One fact alone has a certificate of its own.
  if (rules.length > 0 && chosen.length < 2) return 'sections-missing';
  return chosen.some(({ notWith }) => notWith.some((other) => sections.includes(other))) ? 'sections-not-together' : null;
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

function youngest(days: readonly [CivilDate, ...CivilDate[]]): CivilDate {
  return days.reduce((one, other) => (one > other ? one : other));
}

function refuse(code: RefusalCode): { readonly refusal: Refusal } {
  return { refusal: { code } };
}
