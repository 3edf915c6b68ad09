import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { VisitRecord } from '../visit/visit-record.ts';
import type { VerdictKey } from './verdict-key.ts';
import type { VisualCheck } from './visual-check-desk.ts';

/** How long a verdict counts from when the document was read, seconds. Judging it later makes it no younger. */
const VERDICT_LIFE_S = 3600;

/**
 * Signs a verdict for a visit and puts it in the visit's record.
 * @param check the check by eye that had a part in it; it is told in the verdict
 * @throws ProtocolError `visit-unknown` when the visit ended meanwhile
 */
export type SignVerdict = (record: VisitRecord, verdict: VerdictView, check?: VisualCheck) => Promise<void>;

/** Makes the one place where verdicts are signed. */
export function createVerdictSigner({ key, now }: { readonly key: VerdictKey; readonly now: () => Date }): SignVerdict {
  return async (record, verdict, check) => {
    const { document, protocol, answers, someGenuineCie, person, warnings, specimen } = verdict;
    const signed = await key.sign({
      iss: 'certificates',
      visit: record.visitId,
      kiosk: record.kioskId,
      document,
      protocol,
      answers,
      ...(someGenuineCie ? { someGenuineCie } : {}),
      person,
      warnings,
      specimen,
      ...(check
        ? {
            visualCheck: {
              document: check.document,
              gesture: check.challenge.gesture,
              items: [...check.items],
              by: [...check.by],
              secondBy: [...check.secondBy],
            },
          }
        : {}),
      iat: Math.floor(now().getTime() / 1000),
      exp: Math.floor(verdict.at / 1000) + VERDICT_LIFE_S,
    });
    // Of a visit that ended meanwhile nothing is kept.
    if (record.ended.aborted) throw new ProtocolError('visit-unknown');
    record.evidence.signed = signed;
    record.evidence.verdict = verdict;
  };
}
