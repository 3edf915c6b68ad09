import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { appendAudit, erasePayloads } from './audit-chain.ts';
import type { AuditEntry } from './audit-chain.ts';
import type { RegisterTables } from './database/schema.ts';
import { appendLeaves } from './merkle/stored-tree.ts';
import { nextPrintState, printState } from './print-machine.ts';
import type { PrintState } from './print-machine.ts';
import { RegisterError } from './register-error.ts';
import type { IssuedDocument, PrintReport, ReleasedDocument } from './register.ts';
import { reservationOf } from './reservations.ts';
import { digestOfStamps, stampDigest } from './stamp-digests.ts';
import type { Vault } from './vault.ts';

type Db = Kysely<RegisterTables>;
type Tx = Transaction<RegisterTables>;

/** See `Register.findByKey`. */
export async function findByKey(db: Db, vault: Vault, key: string, request: string): Promise<ReleasedDocument | null> {
  const known = await reservationOf(db, vault, key, request);
  return known?.state === 'issued' ? release(db, vault, known.document_id) : null;
}

/** See `Register.commit`. */
export async function commit(tx: Tx, vault: Vault, document: IssuedDocument): Promise<ReleasedDocument> {
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
  const stamps = document.stamps.map(stampDigest);
  const row = {
    document_id: documentId,
    visit_id: document.visitId,
    kiosk_id: document.kioskId,
    operator_id: document.operatorId,
    issued_at: document.issuedAt.getTime(),
    rule_version: document.ruleVersion,
    valid_to: document.validTo,
    original_digest: sha256(document.original),
    stamp_digest: digestOfStamps(stamps),
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
  const seq = await audit(tx, vault, document.issuedAt, 'document-issued', documentId, {
    ...document.people,
    visitId: document.visitId,
    originalDigest: row.original_digest,
    stampDigest: row.stamp_digest,
    ruleVersion: document.ruleVersion,
  });
  await appendLeaves(tx, { documentId, seq, stamps });
  return release(tx, vault, documentId);
}

/** See `Register.release`. */
export async function release(db: Db, vault: Vault, documentId: string): Promise<ReleasedDocument> {
  const row = await db
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

/** See `Register.readOriginal`. */
export async function readOriginal(db: Db, vault: Vault, documentId: string): Promise<Buffer> {
  const row = await db
    .selectFrom('kept_files')
    .select('content')
    .where('document_id', '=', documentId)
    .where('edition', '=', 'original')
    .executeTakeFirst();
  if (row === undefined)
    throw new RegisterError('unknown-document', 'There is no such document, or it is no longer kept.');
  return vault.unlock(row.content, fileContext(documentId, 'original'));
}

/** Whether an access code opens an original at that moment. */
export async function isOriginalKept(db: Db, vault: Vault, accessCode: string, at: Date): Promise<boolean> {
  return (await keptOriginal(db, vault, accessCode, at).select('issued_documents.document_id').executeTakeFirst()) !== undefined;
}

/** See `Register.openOriginal`. */
export async function openOriginal(tx: Tx, vault: Vault, accessCode: string, at: Date): Promise<Buffer | null> {
  const row = await keptOriginal(tx, vault, accessCode, at).select(['issued_documents.document_id', 'content']).executeTakeFirst();
  if (row === undefined) return null;
  await audit(tx, vault, at, 'original-opened', row.document_id, {});
  return vault.unlock(row.content, fileContext(row.document_id, 'original'));
}

function keptOriginal(db: Db, vault: Vault, accessCode: string, at: Date) {
  return db
    .selectFrom('issued_documents')
    .innerJoin('kept_files', 'kept_files.document_id', 'issued_documents.document_id')
    .where('access_code_digest', '=', vault.fingerprint(accessCode))
    .where('kept_files.edition', '=', 'original')
    .where('kept_files.delete_after', '>', at.getTime());
}

/** See `Register.deleteExpired`. */
export async function deleteExpired(tx: Tx, vault: Vault, at: Date): Promise<number> {
  const expired = await tx
    .selectFrom('kept_files')
    .select('document_id')
    .distinct()
    .where('delete_after', '<=', at.getTime())
    .orderBy('document_id')
    .execute();
  for (const { document_id: documentId } of expired) {
    await tx.deleteFrom('kept_files').where('document_id', '=', documentId).where('delete_after', '<=', at.getTime()).execute();
    await erasePayloads(tx, documentId, 'document-issued');
    await audit(tx, vault, at, 'files-deleted', documentId, { reason: 'term over' });
  }
  return expired.length;
}

/** See `Register.recordPrint`. */
export async function recordPrint(tx: Tx, vault: Vault, report: PrintReport): Promise<PrintState> {
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
): Promise<number> {
  return appendAudit(tx, vault, { at, kind, documentId, payload });
}

function fileContext(documentId: string, edition: string): string {
  return `kept file ${documentId} ${edition}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
