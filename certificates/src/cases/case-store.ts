import { caseNumber as caseNumberSchema, certificateType, openedCase } from '@videosportello/protocol/messages/document.ts';
import type { CaseNumber, CertificateType, OpenedCase } from '@videosportello/protocol/messages/document.ts';
import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import { certificateRequest, requestText } from '../issue/request.ts';
import type { CertificateRequest } from '../issue/request.ts';
import { appendAudit } from '../register/audit-chain.ts';
import { openDatabase } from '../register/database/open-database.ts';
import type { DatabasePlace, RegisterDatabase } from '../register/database/open-database.ts';
import type { RegisterTables } from '../register/database/schema.ts';
import { holdDutyMark, letGoDutyMark } from '../register/duty-marks.ts';
import type { Vault } from '../register/vault.ts';
import { CaseError } from './case-error.ts';
import { caseState, nextCaseState } from './case-machine.ts';
import type { CaseState, CaseStep } from './case-machine.ts';

/** A request that waits for the back office, or has its answer. */
export interface Case extends OpenedCase {
  readonly state: CaseState;
  readonly type: CertificateType;
  readonly openedAt: Date;
  readonly decidedAt: Date | null;
  /** Why it was refused; null while it was not. */
  readonly refusedFor: string | null;
  /** Null once it has been erased. */
  readonly request: CertificateRequest | null;
}

/** A request and what its citizen is told. */
export type NewCase = Omit<OpenedCase, 'caseNumber'> & {
  readonly request: CertificateRequest;
  readonly year: number;
  /** What its duty will use up: kept for it from now on. */
  readonly dutyMark: string | null;
  readonly at: Date;
};

/**
 * The cases of one town. Who asked for what is encrypted, and erased when the case is over; numbers and dates stay. All of it throws
 * `RegisterError` `register-unavailable` while the database does not serve.
 */
export interface CaseStore extends AsyncDisposable {
  /**
   * Gives a number to a request, or the one that the same request of the same visit has already, and holds its duty mark until the
   * document stands in the register or the case is refused. @throws `RegisterError` `duty-mark-used`
   */
  open(asked: NewCase): Promise<Case>;
  /** In the order of their numbers; of one state, or all. */
  list(state?: CaseState): Promise<readonly Case[]>;
  /** @throws {CaseError} `case-unknown` */
  find(number: CaseNumber): Promise<Case>;
  /**
   * Takes a step; one that was taken before changes nothing.
   *
   * @param options.refusedFor why, for `refuse`
   * @throws {CaseError} `case-unknown`; `case-order` when the step cannot follow; `case-erased` when the request is gone
   */
  take(number: CaseNumber, step: CaseStep, options: { readonly at: Date; readonly refusedFor?: string }): Promise<Case>;
  /** Whether this call, and no other, is the one that hands the paper out: the case goes from *ready* to *collected*. */
  handOut(number: CaseNumber, at: Date): Promise<boolean>;
  /** Erases the requests of cases that have waited long enough at `at`; papers nobody collected lapse. Returns how many. */
  eraseOver(at: Date): Promise<number>;
  close(): Promise<void>;
}

/** Opens the cases beside a register: in its database, under its key. @throws as `openRegister` */
export async function openCases(place: DatabasePlace): Promise<CaseStore> {
  return casesIn(await openDatabase(place));
}

/** The cases in a database that is open; closing them closes the database. */
export function casesIn({ vault, inOrder, close }: RegisterDatabase): CaseStore {
  return {
    open: (asked) => inOrder((tx) => open(tx, vault, asked)),
    list: (state) => inOrder((tx) => list(tx, vault, state)),
    find: (number) => inOrder(async (tx) => caseOf(await rowOf(tx, number), vault)),
    take: (number, step, options) => inOrder((tx) => take(tx, vault, number, step, options)),
    handOut: (number, at) =>
      inOrder(async (tx) => (await rowOf(tx, number)).state === 'ready' && (await take(tx, vault, number, 'collect', { at })).state === 'collected'),
    eraseOver: (at) => inOrder((tx) => eraseOver(tx, vault, at)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const DAY_MS = 86_400_000;

/** What is encrypted of a case. */
const personal = z.object({ request: certificateRequest, refusedFor: z.string().max(300).nullable() });
type Personal = z.output<typeof personal>;

type Tx = Transaction<RegisterTables>;
type Row = Selectable<RegisterTables['cases']>;

async function open(tx: Tx, vault: Vault, { request, year, dutyMark, at, ...told }: NewCase): Promise<Case> {
  const fingerprint = vault.fingerprint(requestText(request));
  const known = await tx.selectFrom('cases').selectAll().where('request_fingerprint', '=', fingerprint).executeTakeFirst();
  if (known !== undefined) return caseOf(known, vault);
  const { last } = await tx
    .insertInto('case_sequences')
    .values({ year, last: 1 })
    .onConflict((conflict) => conflict.column('year').doUpdateSet((row) => ({ last: row('case_sequences.last', '+', 1) })))
    .returning('last')
    .executeTakeFirstOrThrow();
  const number = caseNumberSchema.parse(`${year}-${String(last).padStart(6, '0')}`);
  const row: Row = {
    case_number: number,
    request_fingerprint: fingerprint,
    state: 'open',
    certificate_type: request.type,
    title: told.title,
    answer_by: told.answerBy,
    keep_days: told.keepDays,
    collect_at: told.collectAt,
    opened_at: at.getTime(),
    decided_at: null,
    erase_after: null,
    content: locked({ request, refusedFor: null }, number, vault),
    document_id: request.documentId,
  };
  await tx.insertInto('cases').values(row).execute();
  await chain(tx, vault, row, 'open', at);
  if (dutyMark !== null) await holdDutyMark(tx, dutyMark, number);
  return caseOf(row, vault);
}

async function list(tx: Tx, vault: Vault, state: CaseState | undefined): Promise<readonly Case[]> {
  const rows = tx.selectFrom('cases').selectAll().orderBy('case_number');
  const found = await (state === undefined ? rows : rows.where('state', '=', state)).execute();
  return found.map((row) => caseOf(row, vault));
}

async function take(
  tx: Tx,
  vault: Vault,
  number: CaseNumber,
  step: CaseStep,
  { at, refusedFor }: { readonly at: Date; readonly refusedFor?: string },
): Promise<Case> {
  const row = await rowOf(tx, number);
  const known = caseOf(row, vault);
  const state = nextCaseState(known.state, step);
  if (state === null) throw new CaseError('case-order', `The case is "${known.state}"; it cannot ${step}.`);
  if (state === known.state) return known;
  if (known.request === null) throw new CaseError('case-erased', 'What this case was about has been erased.');
  const change = {
    state,
    decided_at: row.decided_at ?? at.getTime(),
    // The days to collect it count from the moment it is ready; what is refused or collected is looked up for as long.
    erase_after: state === 'approved' ? null : at.getTime() + row.keep_days * DAY_MS,
    content: refusedFor === undefined ? row.content : locked({ request: known.request, refusedFor }, number, vault),
  };
  await tx.updateTable('cases').set(change).where('case_number', '=', number).execute();
  await chain(tx, vault, row, step, at);
  // Held also while the number of an approved case waits for its document: a number that is given up frees its mark.
  if (step === 'refuse' || step === 'issue') await letGoDutyMark(tx, number);
  return caseOf({ ...row, ...change }, vault);
}

async function eraseOver(tx: Tx, vault: Vault, at: Date): Promise<number> {
  const over = await tx
    .selectFrom('cases')
    .selectAll()
    .where('erase_after', '<=', at.getTime())
    .where('content', 'is not', null)
    .orderBy('case_number')
    .execute();
  for (const { case_number: number, state, document_id } of over) {
    const lapses = nextCaseState(caseState.parse(state), 'lapse') === 'lapsed';
    await tx
      .updateTable('cases')
      .set({ content: null, ...(lapses ? { state: 'lapsed' } : {}) })
      .where('case_number', '=', number)
      .execute();
    if (lapses) await chain(tx, vault, { case_number: number, document_id }, 'lapse', at);
  }
  return over.length;
}

/** Puts a step into the register's chain: the case's number and nobody's name. */
async function chain(
  tx: Tx,
  vault: Vault,
  { case_number: number, document_id: documentId }: Pick<Row, 'case_number' | 'document_id'>,
  step: CaseStep | 'open',
  at: Date,
): Promise<void> {
  // Of a case from before its steps were chained the chain could not tell what this one follows on.
  if (documentId === null) return;
  await appendAudit(tx, vault, { at, kind: 'case-step', documentId, payload: { case: number, step } });
}

async function rowOf(tx: Tx, number: CaseNumber): Promise<Row> {
  const row = await tx.selectFrom('cases').selectAll().where('case_number', '=', number).executeTakeFirst();
  if (row === undefined) throw new CaseError('case-unknown', 'There is no case with this number.');
  return row;
}

function caseOf(row: Row, vault: Vault): Case {
  const content = row.content === null ? null : unlocked(row.content, row.case_number, vault);
  return {
    ...openedCase.parse({ caseNumber: row.case_number, title: row.title, answerBy: row.answer_by, keepDays: row.keep_days, collectAt: row.collect_at }),
    state: caseState.parse(row.state),
    type: certificateType.parse(row.certificate_type),
    openedAt: new Date(row.opened_at),
    decidedAt: row.decided_at === null ? null : new Date(row.decided_at),
    refusedFor: content?.refusedFor ?? null,
    request: content?.request ?? null,
  };
}

function locked(content: Personal, number: string, vault: Vault): Uint8Array {
  return vault.lock(Buffer.from(JSON.stringify(content)), contextOf(number));
}

function unlocked(content: Uint8Array, number: string, vault: Vault): Personal {
  return personal.parse(JSON.parse(vault.unlock(content, contextOf(number)).toString()));
}

const contextOf = (number: string): string => `case ${number}`;
