import { z } from 'zod';
import { civilDate } from './civil-date.ts';
import type { CivilDate } from './civil-date.ts';
import { rowOn } from './rules-schema.ts';
import type { CertificateRules } from './rules-schema.ts';
import type { RefusalCode } from './vocabulary.ts';

/**
 * How the citizen says the stamp duty is settled: a mark bought elsewhere, a use that is exempt, or a payment to the town. Wider
 * than the protocol's `duty`, whose values all fit: what is wrong with a mark gets its own refusal here.
 */
export const dutyClaim = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mark'), code: z.string().max(40), date: z.string().max(10) }),
  z.object({ kind: z.literal('exemption'), code: z.string().max(40), words: z.string().max(256).optional() }),
  z.object({ kind: z.literal('virtual'), receipt: z.string().max(60) }),
]);
export type DutyClaim = z.output<typeof dutyClaim>;

/** A duty mark (marca da bollo) that may stand on a certificate. */
export interface DutyMark {
  /** 14 digits, as printed under "identificativo". */
  readonly code: string;
  readonly issuedOn: CivilDate;
}

/** How the stamp duty of one paper is settled. */
export type SettledDuty =
  | { readonly kind: 'mark'; readonly cents: number; readonly norm: string; readonly mark: DutyMark }
  | { readonly kind: 'virtual'; readonly cents: number; readonly norm: string; readonly authorisation: string; readonly receipt: string }
  | { readonly kind: 'exempt'; readonly exemption: string; readonly label: string; readonly norm: string }
  /** No duty on this type at all, by this norm. */
  | { readonly kind: 'none'; readonly norm: string };

/** What the law of a day says of the duty of one type for one use. */
export interface DutyTerms {
  readonly dutyFree: string | null;
  readonly onlyExempt: boolean;
}

/** The duty as it is settled, or why it is not. */
export type DutyAnswer =
  | { readonly settled: SettledDuty; readonly freesFee: boolean }
  | { readonly refusal: { readonly code: RefusalCode; readonly dutyCents?: number } };

/**
 * Settles the duty of a certificate of `date` as claimed, or says why it is not settled so. `duty-missing` comes with what is
 * due.
 */
export function settleDuty(claim: DutyClaim | undefined, terms: DutyTerms, rules: CertificateRules, date: CivilDate): DutyAnswer {
  if (terms.dutyFree !== null) {
    return claim === undefined ? { settled: { kind: 'none', norm: terms.dutyFree }, freesFee: false } : refuse('duty-not-due');
  }
  const due = rowOn(rules.stampDuty, date);
  if (due === undefined) return refuse('not-in-force');
  if (terms.onlyExempt && claim?.kind !== 'exemption') return refuse('duty-only-exempt');
  if (claim === undefined) return { refusal: { code: 'duty-missing', dutyCents: due.cents } };
  switch (claim.kind) {
    case 'mark': {
      const read = readDutyMark(claim, date);
      if ('refusal' in read) return refuse(read.refusal);
      return { settled: { kind: 'mark', cents: due.cents, norm: due.norm, mark: read.mark }, freesFee: false };
    }
    case 'virtual': {
      const authorised = rowOn(rules.virtualDuty, date);
      if (authorised === undefined) return refuse('duty-not-virtual');
      const receipt = claim.receipt.replace(/[\s.-]/g, '').toUpperCase();
      if (!/^[A-Z0-9]{15,35}$/.test(receipt)) return refuse('duty-receipt-format');
      const { authorisation, norm } = authorised;
      return { settled: { kind: 'virtual', cents: due.cents, norm, authorisation, receipt }, freesFee: false };
    }
    case 'exemption':
      return exempt(claim, rules.dutyExemptions, date);
  }
}

/** What settles a duty once and never again: a mark's code or a payment's number; null where nothing is used up. */
export function usedUpBy(duty: SettledDuty): string | null {
  if (duty.kind === 'mark') return duty.mark.code;
  // Fourteen digits or at least fifteen signs: the two never meet.
  return duty.kind === 'virtual' ? duty.receipt : null;
}

/**
 * Reads the identifier and the day of a duty mark. Spaces and dots, as people copy them, are left out. A mark must not
 * be younger than the certificate it pays. Whether it was used before, only the register knows.
 */
function readDutyMark(
  claim: { readonly code: string; readonly date: string },
  certificateDate: CivilDate,
): { readonly mark: DutyMark } | { readonly refusal: RefusalCode } {
  const code = claim.code.replace(/[\s.]/g, '');
  if (!/^\d{14}$/.test(code)) return { refusal: 'duty-mark-format' };
  const issuedOn = civilDate.safeParse(claim.date);
  if (!issuedOn.success || issuedOn.data < FIRST_MARKS) return { refusal: 'duty-mark-date' };
  if (issuedOn.data > certificateDate) return { refusal: 'duty-mark-after-certificate' };
  return { mark: { code, issuedOn: issuedOn.data } };
}

/** No mark with an identifier is older (Agenzia delle Entrate, provvedimento of 5 May 2005). */
const FIRST_MARKS = civilDate.parse('2005-05-05');

function exempt(
  claim: { readonly code: string; readonly words?: string | undefined },
  exemptions: CertificateRules['dutyExemptions'],
  date: CivilDate,
): DutyAnswer {
  const known = exemptions.filter(({ code }) => code === claim.code);
  if (known.length === 0) return refuse('exemption-unknown');
  const exemption = rowOn(known, date);
  if (exemption === undefined) return refuse('exemption-not-in-force');
  const words = claim.words?.trim() ?? '';
  if (exemption.needsWords && words === '') return refuse('exemption-needs-words');
  const { code, label, norm, freesFee } = exemption;
  return { settled: { kind: 'exempt', exemption: code, label, norm: exemption.needsWords ? words : norm }, freesFee };
}

function refuse(code: RefusalCode): { readonly refusal: { readonly code: RefusalCode } } {
  return { refusal: { code } };
}
