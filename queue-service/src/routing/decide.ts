import { z } from 'zod';

/**
 * A decision of the queue, as its script has written it to the stream `decisions` in the same step in which it took it: what
 * it looked at, in the order in which it looked, and what came of it. Scores are numbers of the scripts: for tickets the rank
 * of the class times 10^12 plus the ticket's order; for operators visits in hand times 10^13 plus the moment they last got free.
 */
export const decision = z.discriminatedUnion('kind', [
  z.object({
    /** An operator has got free: which visit is he offered? */
    kind: z.literal('operator'),
    subject: z.string(),
    /** [lane, visit, score] of every ticket looked at: the first of each lane, then those behind one that was refused. */
    candidates: z.array(z.tuple([z.string(), z.string(), z.number()])),
    /** Visits of the candidates that must not be offered to him yet: he has refused them or handed them over. */
    refused: z.array(z.string()),
    result: z.string().optional(),
  }),
  z.object({
    /** A ticket may be offered now: to whom? */
    kind: z.literal('visit'),
    subject: z.string(),
    /** The operator he had, when the visit comes back. */
    last: z.string().optional(),
    /** [profile, operator, score] of every free operator looked at. */
    candidates: z.array(z.tuple([z.string(), z.string(), z.number()])),
    /** Operators of the candidates who have refused the visit or handed it over. */
    refused: z.array(z.string()),
    result: z.string().optional(),
  }),
]);
export type Decision = z.output<typeof decision>;

/**
 * The same decision once more, from its record alone: the twin of `redis/commands/includes/decide.lua`. The lowest score of
 * those who are not refused; between equal scores the first in the order of the alphabet; before all, the operator one had.
 */
export function decide(record: Decision): string | undefined {
  const open = record.candidates.filter(([, id]) => !record.refused.includes(id));
  if (record.kind === 'visit' && record.last !== undefined && open.some(([, id]) => id === record.last)) return record.last;
  let best: { id: string; score: number } | undefined;
  for (const [, id, score] of open) {
    if (!best || score < best.score || (score === best.score && id < best.id)) best = { id, score };
  }
  return best?.id;
}
