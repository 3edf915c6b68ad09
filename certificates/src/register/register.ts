import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { VisitEvent } from '@videosportello/protocol/contract/node-queue.ts';
import { Kysely } from 'kysely';
import type { Dialect, Transaction } from 'kysely';
import { appendAudit, verifyChain } from './audit-chain.ts';
import type { AuditEntry, ChainReport } from './audit-chain.ts';
import { nextPrintState, printState } from './print-machine.ts';
import type { PrintOutcome, PrintState } from './print-machine.ts';
import { RegisterError } from './register-error.ts';
import { reservationOf, reserve, voidReservations } from './reservations.ts';
import type { Reservation, ReservationRequest } from './reservations.ts';
import { createTables } from './schema.ts';
import type { RegisterTables } from './schema.ts';
import { NodeSqliteDialect } from './sqlite.ts';
import { openVault } from './vault.ts';
import { lastVisitEvent, takeVisitEvents } from './visit-events.ts';
import type { Vault } from './vault.ts';

/** A sealed and stamped document about to be written down. */
export interface IssuedDocument {
  readonly documentId: string;
  readonly visitId: string;
  readonly kioskId: string | null;
  readonly operatorId: string | null;
  readonly issuedAt: Date;
  readonly ruleVersion: string;
  readonly validTo: string | null;
  readonly original: Uint8Array;
  readonly stamp: Uint8Array;
  readonly paper: Uint8Array;
  readonly pages: number;
  readonly accessCode: string;
  /** Personal words of the row: who asked, for whom. Encrypted, erasable. */
  readonly people: Readonly<Record<string, string>>;
  /** Until when original and paper are kept. */
  readonly deleteAfter: Date;
}

/** What is given out: the paper of a document that stands in the register. */
export interface ReleasedDocument {
  readonly documentId: string;
  readonly number: string;
  readonly protocol: string;
  readonly issuedAt: Date;
  readonly validTo: string | null;
  /** SHA-256 of `pdf`, hex: what the device service compares with. */
  readonly digest: string;
  readonly originalDigest: string;
  /** The paper edition, stamp included. */
  readonly pdf: Buffer;
  readonly pages: number;
  readonly printState: PrintState;
}

/** One report about a document's sheets. `outcomeId` makes a repeated report harmless. */
export interface PrintReport {
  readonly outcomeId: string;
  readonly documentId: string;
  readonly outcome: PrintOutcome;
  /** Sheets the outcome accounts for: the spoiled ones, the printed ones. */
  readonly sheets: number;
  /** Kiosk or operator id; never a name. */
  readonly actor: string;
  readonly at: Date;
}

/**
 * The register of issued documents: a number is reserved, the document sealed, the row committed, and only then is it
 * released.
 */
export interface Register extends AsyncDisposable {
  /**
   * The document of an idempotency key, when it was issued already. @throws {RegisterError} `key-reused`,
   * `reservation-void`
   */
  findByKey(idempotencyKey: string, request: string): Promise<ReleasedDocument | null>;
  /**
   * Gives a number, or again the one a repeated request already has. Uses up the duty mark.
   *
   * @throws {RegisterError} `duty-mark-used`, `key-reused`, `reservation-void`
   */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /** Writes the document down and releases it. A document that is there already is released as it is. */
  commit(document: IssuedDocument): Promise<ReleasedDocument>;
  /** @throws {RegisterError} `unknown-document` */
  release(documentId: string): Promise<ReleasedDocument>;
  /**
   * The sealed original for the town's own use, as a back-up or a court's order. @throws {RegisterError}
   * `unknown-document`
   */
  readOriginal(documentId: string): Promise<Buffer>;
  /** The sealed original behind an access code while it is kept, else null; each opening goes on record. */
  openOriginal(accessCode: string, at: Date): Promise<Buffer | null>;
  /** @throws {RegisterError} `unknown-document`; `print-order` when the outcome cannot follow on what is on record */
  recordPrint(report: PrintReport): Promise<PrintState>;
  /**
   * Gives up numbers reserved before `before` that never became a document; each is explained in the chain, its mark is
   * free again.
   */
  voidReservations(before: Date, at: Date): Promise<number>;
  /**
   * Deletes originals and papers whose term was over at `at`; each document's deletion goes on record. Its row, its number and
   * the chain stay. Returns how many documents that were.
   */
  deleteExpired(at: Date): Promise<number>;
  /** Chains steps of visits, in order; those taken in before are passed over. Returns the last stream id on record. */
  takeVisitEvents(events: readonly VisitEvent[]): Promise<string>;
  /** The last stream id on record, undefined before the first. */
  lastVisitEvent(): Promise<string | undefined>;
  verify(): Promise<ChainReport>;
  close(): Promise<void>;
}

/**
 * Opens the register of a data folder: one SQLite file and one key file, both readable by this user only.
 *
 * @throws the file system's error, or `VaultError` when the key file holds no key
 */
export async function openRegister(files: { readonly database: string; readonly key: string }): Promise<Register> {
  await mkdir(dirname(files.database), { recursive: true, mode: 0o700 });
  const vault = await openVault(files.key);
  const register = await createRegister({ dialect: new NodeSqliteDialect(files.database), bytes: 'blob' }, vault);
  await chmod(files.database, 0o600);
  return register;
}

/** The register over any database Kysely speaks to. */
export async function createRegister(
  database: { readonly dialect: Dialect; readonly bytes: 'blob' | 'bytea' },
  vault: Vault,
): Promise<Register> {
  const db = new Kysely<RegisterTables>({ dialect: database.dialect });
  await createTables(db, database.bytes);
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= db.destroy());
  const inOrder = <Value>(work: (tx: Tx) => Promise<Value>): Promise<Value> => db.transaction().execute(work);
  return {
    findByKey: (key, request) => inOrder((tx) => findByKey(tx, vault, key, request)),
    reserve: (request) => inOrder((tx) => reserve(tx, vault, request)),
    commit: (document) => inOrder((tx) => commit(tx, vault, document)),
    release: (documentId) => inOrder((tx) => release(tx, vault, documentId)),
    readOriginal: (documentId) => inOrder((tx) => readOriginal(tx, vault, documentId)),
    openOriginal: (accessCode, at) => inOrder((tx) => openOriginal(tx, vault, accessCode, at)),
    recordPrint: (report) => inOrder((tx) => recordPrint(tx, vault, report)),
    voidReservations: (before, at) => inOrder((tx) => voidReservations(tx, vault, before, at)),
    deleteExpired: (at) => inOrder((tx) => deleteExpired(tx, vault, at)),
    takeVisitEvents: (events) => inOrder((tx) => takeVisitEvents(tx, vault, events)),
    lastVisitEvent: () => lastVisitEvent(db),
    verify: () => verifyChain(db, vault),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Tx = Transaction<RegisterTables>;

async function findByKey(tx: Tx, vault: Vault, key: string, request: string): Promise<ReleasedDocument | null> {
  const known = await reservationOf(tx, vault, key, request);
  return known?.state === 'issued' ? release(tx, vault, known.document_id) : null;
}

async function commit(tx: Tx, vault: Vault, document: IssuedDocument): Promise<ReleasedDocument> {
  const { documentId } = document;
  const reservation = await tx
    .selectFrom('reservations')
    .select('state')
    .where('document_id', '=', documentId)
    .executeTakeFirst();
  if (reservation === undefined)
    throw new RegisterError('unknown-document', 'No number was reserved for this document.');
  if (reservation.state === 'void')
    throw new RegisterError('reservation-void', 'The number of this document was given up.');
  if (reservation.state === 'issued') return release(tx, vault, documentId);
  const row = {
    document_id: documentId,
    visit_id: document.visitId,
    kiosk_id: document.kioskId,
    operator_id: document.operatorId,
    issued_at: document.issuedAt.getTime(),
    rule_version: document.ruleVersion,
    valid_to: document.validTo,
    original_digest: sha256(document.original),
    stamp_digest: sha256(document.stamp),
    paper_digest: sha256(document.paper),
    pages: document.pages,
    access_code_digest: vault.fingerprint(document.accessCode),
    print_state: 'issued',
  };
  await tx.insertInto('issued_documents').values(row).execute();
  for (const [edition, content] of [
    ['original', document.original],
    ['paper', document.paper],
  ] as const) {
    const locked = vault.lock(content, fileContext(documentId, edition));
    await tx
      .insertInto('kept_files')
      .values({ document_id: documentId, edition, content: locked, delete_after: document.deleteAfter.getTime() })
      .execute();
  }
  await tx.updateTable('reservations').set({ state: 'issued' }).where('document_id', '=', documentId).execute();
  await audit(tx, vault, document.issuedAt, 'document-issued', documentId, {
    ...document.people,
    visitId: document.visitId,
    originalDigest: row.original_digest,
    stampDigest: row.stamp_digest,
    ruleVersion: document.ruleVersion,
  });
  return release(tx, vault, documentId);
}

async function release(tx: Tx, vault: Vault, documentId: string): Promise<ReleasedDocument> {
  const row = await tx
    .selectFrom('issued_documents')
    .innerJoin('reservations', 'reservations.document_id', 'issued_documents.document_id')
    .innerJoin('kept_files', 'kept_files.document_id', 'issued_documents.document_id')
    .selectAll('issued_documents')
    .select(['certificate_number', 'protocol_number', 'content'])
    .where('issued_documents.document_id', '=', documentId)
    .where('kept_files.edition', '=', 'paper')
    .executeTakeFirst();
  if (row === undefined)
    throw new RegisterError('unknown-document', 'There is no such document, or it is no longer kept.');
  return {
    documentId,
    number: row.certificate_number,
    protocol: row.protocol_number,
    issuedAt: new Date(row.issued_at),
    validTo: row.valid_to,
    digest: row.paper_digest,
    originalDigest: row.original_digest,
    pdf: vault.unlock(row.content, fileContext(documentId, 'paper')),
    pages: row.pages,
    printState: printState.parse(row.print_state),
  };
}

async function readOriginal(tx: Tx, vault: Vault, documentId: string): Promise<Buffer> {
  const row = await tx
    .selectFrom('kept_files')
    .select('content')
    .where('document_id', '=', documentId)
    .where('edition', '=', 'original')
    .executeTakeFirst();
  if (row === undefined)
    throw new RegisterError('unknown-document', 'There is no such document, or it is no longer kept.');
  return vault.unlock(row.content, fileContext(documentId, 'original'));
}

async function openOriginal(tx: Tx, vault: Vault, accessCode: string, at: Date): Promise<Buffer | null> {
  const row = await tx
    .selectFrom('issued_documents')
    .innerJoin('kept_files', 'kept_files.document_id', 'issued_documents.document_id')
    .select(['issued_documents.document_id', 'content'])
    .where('access_code_digest', '=', vault.fingerprint(accessCode))
    .where('kept_files.edition', '=', 'original')
    .where('kept_files.delete_after', '>', at.getTime())
    .executeTakeFirst();
  if (row === undefined) return null;
  await audit(tx, vault, at, 'original-opened', row.document_id, {});
  return vault.unlock(row.content, fileContext(row.document_id, 'original'));
}

async function deleteExpired(tx: Tx, vault: Vault, at: Date): Promise<number> {
  const expired = await tx
    .selectFrom('kept_files')
    .select('document_id')
    .distinct()
    .where('delete_after', '<=', at.getTime())
    .orderBy('document_id')
    .execute();
  for (const { document_id: documentId } of expired) {
    await tx.deleteFrom('kept_files').where('document_id', '=', documentId).where('delete_after', '<=', at.getTime()).execute();
    await audit(tx, vault, at, 'files-deleted', documentId, { reason: 'term over' });
  }
  return expired.length;
}

async function recordPrint(tx: Tx, vault: Vault, report: PrintReport): Promise<PrintState> {
  const { documentId, outcomeId, outcome, sheets, actor, at } = report;
  const row = await tx
    .selectFrom('issued_documents')
    .select('print_state')
    .where('document_id', '=', documentId)
    .executeTakeFirst();
  if (row === undefined) throw new RegisterError('unknown-document', 'There is no such document.');
  const state = printState.parse(row.print_state);
  const seen = await tx
    .selectFrom('print_outcomes')
    .select('outcome_id')
    .where('outcome_id', '=', outcomeId)
    .executeTakeFirst();
  if (seen !== undefined) return state;
  const next = nextPrintState(state, outcome);
  if (next === null) throw new RegisterError('print-order', `The paper is "${state}"; "${outcome}" cannot follow.`);
  await tx
    .insertInto('print_outcomes')
    .values({ outcome_id: outcomeId, document_id: documentId, at: at.getTime(), outcome, sheets, actor })
    .execute();
  await tx.updateTable('issued_documents').set({ print_state: next }).where('document_id', '=', documentId).execute();
  await audit(tx, vault, at, 'print-outcome', documentId, { outcome, sheets, actor });
  return next;
}

async function audit(
  tx: Tx,
  vault: Vault,
  at: Date,
  kind: AuditEntry['kind'],
  documentId: string,
  payload: AuditEntry['payload'],
): Promise<void> {
  await appendAudit(tx, vault, { at, kind, documentId, payload });
}

function fileContext(documentId: string, edition: string): string {
  return `kept file ${documentId} ${edition}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
