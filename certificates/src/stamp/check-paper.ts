import type { TrustBundle } from '../trust/trust-bundle.ts';
import { compareWithPaper } from './compare-paper.ts';
import type { PaperComparison } from './compare-paper.ts';
import type { PaperPage } from './paper-page.ts';
import type { SealContent } from './profile-it.ts';
import type { Day } from './vds-date.ts';
import { verifySeal } from './verify-seal.ts';
import type { SealCheck, SealStatus } from './verify-seal.ts';

/** Outcome for a paper: that of its seal, or that a true seal stands on a paper that says something else. */
export type PaperStatus = SealStatus | 'CONTENT_DIFFERS';

/** A seal's check with the paper it stands on. */
export interface PaperCheck extends Omit<SealCheck, 'status'> {
  readonly status: PaperStatus;
  /** Null where there are no words to compare (a picture, a text) or nothing true to compare them with. */
  readonly comparison: PaperComparison | null;
}

/** How far a reader may rely on an outcome. */
export type TrustLevel = 'high' | 'medium' | 'low' | 'none';

/**
 * The level of trust that goes with a status, after the idea of Doc 9303-13, App. D, where each status has one. A true
 * seal loses by fields nobody here knows and by keys that may be out of date; one whose certificate is only past its time
 * was true once; everything else proves nothing.
 */
export function trustLevel({ status, subStatus, trust }: Pick<PaperCheck, 'status' | 'subStatus' | 'trust'>): TrustLevel {
  if (status === 'VALID') return subStatus !== null || trust.outdated || trust.early ? 'medium' : 'high';
  return status === 'EXPIRED_CERTIFICATE' ? 'low' : 'none';
}

/**
 * Checks the seals of one file, and each true one against the file's words. As pure as verifySeal.
 *
 * @param seals in the order they were found
 * @param pages the visible words of a PDF, null for anything else
 * @param at day of the check
 * @returns one check a seal, in their order
 */
export async function checkPaper(
  seals: readonly Uint8Array[],
  pages: readonly PaperPage[] | null,
  trust: TrustBundle,
  at: Day,
): Promise<PaperCheck[]> {
  const checks = await Promise.all(seals.map(async (seal) => verifySeal(seal, trust, at)));
  const contents = checks.map(({ content }) => content).filter((content) => content !== null);
  return checks.map((check) => {
    const { content } = check;
    if (content === null || pages === null) return { ...check, comparison: null };
    const besides = contents.filter((other) => other !== content && numberOf(other) === numberOf(content));
    const comparison = compareWithPaper(content, pages, besides);
    return { ...check, status: comparison.outcome === 'differs' ? 'CONTENT_DIFFERS' : check.status, comparison };
  });
}

function numberOf(content: SealContent): string | undefined {
  return content.fields.find(({ name }) => name === 'certificateNumber')?.text;
}
