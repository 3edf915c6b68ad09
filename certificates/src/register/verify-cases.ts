import type { Kysely } from 'kysely';
import { z } from 'zod';
import { nextCaseState } from '../cases/case-machine.ts';
import type { CaseState } from '../cases/case-machine.ts';
import type { RegisterTables } from './database/schema.ts';

/** What a row of the chain says of a case. */
const chained = z.object({
  case: z.string(),
  step: z.enum(['open', 'approve', 'refuse', 'issue', 'collect', 'give-back', 'lapse']),
});

/** The cases of the back office as the chain tells of them, while it is walked. */
export interface CaseWalk {
  /** Whether a row of the kind `case-step` could follow on those before it; keeps what it leads to. */
  followsOn(row: { readonly seq: number; readonly document_id: string | null }, payload: Readonly<Record<string, unknown>>): boolean;
  /**
   * Compares the cases' own rows with what was walked, but for steps that came after it.
   *
   * @param end the place after the last row that was walked
   * @param onDiffering called with the row of the last step of a case that is gone, or stands elsewhere than that step left it
   * @param onUntold called with the year of a case whose opening the chain does not tell of
   */
  compare(db: Kysely<RegisterTables>, end: number, onDiffering: (row: number) => void, onUntold: (year: number) => void): Promise<void>;
}

/** Cases read at a time. */
const STRIDE = 512;

/** A walk that has met nothing yet. */
export function startCaseWalk(): CaseWalk {
  const told = new Map<string, { readonly state: CaseState; readonly seq: number; readonly documentId: string | null }>();
  return {
    followsOn({ seq, document_id: documentId }, payload) {
      const read = chained.safeParse(payload);
      if (!read.success) return false;
      const { case: number, step } = read.data;
      const before = told.get(number);
      const next = step === 'open' ? 'open' : before && nextCaseState(before.state, step);
      if (next === undefined || next === null) return false;
      told.set(number, { state: next, seq, documentId });
      // A case is opened once, no step is taken twice, and all are about the same document.
      return step === 'open' ? before === undefined : before?.state !== next && before?.documentId === documentId;
    },
    async compare(db, end, onDiffering, onUntold) {
      const differing = new Map([...told].map(([number, { seq }]) => [number, seq]));
      let last = '';
      for (;;) {
        const rows = await casesAfter(db, last, end);
        for (const { case_number: number, state, document_id: documentId, moved } of rows) {
          const known = told.get(number);
          if (known === undefined && documentId !== null && moved === null) onUntold(Number(number.slice(0, 4)));
          if (moved !== null || (known?.state === state && known.documentId === documentId)) differing.delete(number);
          last = number;
        }
        if (rows.length < STRIDE) break;
      }
      for (const seq of [...differing.values()].toSorted((a, b) => a - b)) onDiffering(seq);
    },
  };
}

/** Cases in the order of their numbers, and whether one has moved since the walk. */
function casesAfter(db: Kysely<RegisterTables>, last: string, end: number) {
  return db
    .selectFrom('cases')
    .select(['case_number', 'state', 'document_id'])
    .select(({ selectFrom }) =>
      selectFrom('audit_chain')
        .select(({ fn }) => fn.max('seq').as('seq'))
        .whereRef('audit_chain.document_id', '=', 'cases.document_id')
        .where('kind', '=', 'case-step')
        .where('seq', '>=', end)
        .as('moved'),
    )
    .where('case_number', '>', last)
    .orderBy('case_number')
    .limit(STRIDE)
    .execute();
}
