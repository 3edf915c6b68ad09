import { z } from 'zod';
import { civilDate } from './civil-date.ts';
import type { CivilDate } from './civil-date.ts';
import type { RefusalCode } from './vocabulary.ts';

/**
 * How the citizen says the stamp duty is settled: a mark bought elsewhere, or a use that is exempt. Wider than the
 * protocol's `duty`, whose values all fit: what is wrong with a mark gets its own refusal here.
 */
export const dutyClaim = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mark'), code: z.string().max(40), date: z.string().max(10) }),
  z.object({ kind: z.literal('exemption'), code: z.string().max(40), words: z.string().max(256).optional() }),
]);
export type DutyClaim = z.output<typeof dutyClaim>;

/** A duty mark (marca da bollo) that may stand on a certificate. */
export interface DutyMark {
  /** 14 digits, as printed under "identificativo". */
  readonly code: string;
  readonly issuedOn: CivilDate;
}

/**
 * Reads the identifier and the day of a duty mark. Spaces and dots, as people copy them, are left out. A mark must not
 * be younger than the certificate it pays. Whether it was used before, only the register knows.
 */
export function readDutyMark(
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
