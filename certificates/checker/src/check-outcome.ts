import { verifySealedPdf } from '../../src/signature/verify-sealed-pdf.ts';
import type { SealedPdfCheck } from '../../src/signature/verify-sealed-pdf.ts';
import type { StampPayload } from '../../src/stamp/address.ts';
import { checkPaper, trustLevel } from '../../src/stamp/check-paper.ts';
import type { PaperCheck, TrustLevel } from '../../src/stamp/check-paper.ts';
import { trustAge } from '../../src/stamp/verify-seal.ts';
import type { TrustAge } from '../../src/stamp/verify-seal.ts';
import type { TrustBundle } from '../../src/trust/trust-bundle.ts';
import type { ReadAnswer } from './reading/read-request.ts';

/** The check of an electronic original. */
export interface OriginalOutcome extends SealedPdfCheck {
  readonly kind: 'original';
  readonly trust: TrustAge;
}

/** What the page shows of one stamp, or of one original. */
export type Outcome = StampOutcome | OriginalOutcome;

/** A stamp's check with the address its symbol carried. */
export interface StampOutcome extends PaperCheck {
  readonly kind: 'stamp';
  readonly address: string | null;
  /** Why nothing was read; null unless READ_ERROR. */
  readonly readError: string | null;
}

/** The checks of what was read, the ones that are not VALID first: nobody shall overlook them. */
export async function outcomesOf(answer: ReadAnswer, trust: TrustBundle, at: string): Promise<Outcome[]> {
  if (answer.kind === 'original') {
    return [{ kind: 'original', ...(await verifySealedPdf(answer.pdf, trust, at)), trust: trustAge(trust, at) }];
  }
  const blank = { kind: 'stamp', subStatus: null, reason: null, header: null, content: null, documentValidity: null, comparison: null } as const;
  const unread = { ...blank, trust: trustAge(trust, at), address: null, readError: null };
  if (answer.kind === 'unread') return [{ status: 'READ_ERROR', ...unread, readError: answer.code }];
  if (answer.kind === 'malformed') return [{ status: 'WRONG_FORMAT', ...unread, reason: answer.reason }];
  const { stamps, pages } = answer;
  const checks = await checkPaper(stamps.map(({ seal }) => seal), pages, trust, at);
  const outcomes = checks.map((check, index) => ({ ...check, kind: 'stamp' as const, address: stamps[index]?.address ?? null, readError: null }));
  return outcomes.toSorted((a, b) => Number(a.status === 'VALID') - Number(b.status === 'VALID'));
}

/** How far a reader may rely on the check of an original, by the measure of stamps. */
export function trustLevelOf({ status, trust }: Pick<OriginalOutcome, 'status' | 'trust'>): TrustLevel {
  return status === 'VALID' || status === 'EXPIRED_CERTIFICATE' ? trustLevel({ status, subStatus: null, trust }) : 'none';
}

/** Whether an address in a symbol is another than the institution's. The seal alone carries none, which is no fault. */
export function isLookAlike({ address }: Pick<StampPayload, 'address'>, checkerHost: string): boolean {
  if (address === null) return false;
  const url = URL.parse(address);
  return url?.protocol !== 'https:' || url.host !== checkerHost.toLowerCase();
}

/** `2026-11-22` as `22/11/2026`; anything else as it is. */
export function shownDay(day: string): string {
  return day.replaceAll(/\b(\d{4})-(\d\d)-(\d\d)\b/g, '$3/$2/$1');
}
