import type { VisitFile } from '@videosportello/protocol/contract/operator-certificates.ts';

/**
 * How the identity stands, in one mark. `wrong`: reading failed, or one of the five answers is no, whatever the others are.
 * `to-judge`: the card is read, the face is not judged. `good` only after the operator's own yes.
 */
export type EvidenceStanding = 'running' | 'wrong' | 'to-judge' | 'good';

export function evidenceStanding({ phase, verdict }: VisitFile['evidence']): EvidenceStanding {
  if (verdict && Object.values(verdict.answers).some(({ answer }) => answer === 'no')) return 'wrong';
  if (phase === 'failed') return 'wrong';
  if (phase !== 'done') return 'running';
  return verdict?.answers.holder.answer === 'yes' ? 'good' : 'to-judge';
}
