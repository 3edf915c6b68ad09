import type { Transaction } from 'kysely';
import type { RegisterTables } from './database/schema.ts';
import { RegisterError } from './register-error.ts';

type Tx = Transaction<RegisterTables>;

/**
 * Uses up what settles a duty: it stands on this document and on no other.
 *
 * @param code of a mark or a payment
 * @param ofCase the case the document comes from: the mark it holds may be used, none of another's
 * @throws {RegisterError} `duty-mark-used`
 */
export async function useDutyMark(tx: Tx, code: string, documentId: string, ofCase: string | null): Promise<void> {
  await assureFree(tx, code, ofCase);
  await tx.insertInto('duty_marks').values({ code, document_id: documentId }).execute();
}

/** Frees what a document that was never made had used up. */
export async function freeDutyMark(tx: Tx, documentId: string): Promise<void> {
  await tx.deleteFrom('duty_marks').where('document_id', '=', documentId).execute();
}

/** Keeps a mark for a case, until its document stands in the register or it is refused. @throws {RegisterError} `duty-mark-used` */
export async function holdDutyMark(tx: Tx, code: string, caseNumber: string): Promise<void> {
  await assureFree(tx, code, caseNumber);
  await tx.insertInto('held_duty_marks').values({ code, case_number: caseNumber }).execute();
}

/** The case needs its mark no longer: another paper may use it, unless the case's own has. */
export async function letGoDutyMark(tx: Tx, caseNumber: string): Promise<void> {
  await tx.deleteFrom('held_duty_marks').where('case_number', '=', caseNumber).execute();
}

async function assureFree(tx: Tx, code: string, caseNumber: string | null): Promise<void> {
  const used = await tx.selectFrom('duty_marks').select('document_id').where('code', '=', code).executeTakeFirst();
  if (used !== undefined) throw new RegisterError('duty-mark-used', 'This duty mark stands on another certificate.');
  const held = await tx.selectFrom('held_duty_marks').select('case_number').where('code', '=', code).executeTakeFirst();
  if (held !== undefined && held.case_number !== caseNumber)
    throw new RegisterError('duty-mark-used', 'This duty mark was given with a case of the back office.');
}
