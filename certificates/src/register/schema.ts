import type { Kysely } from 'kysely';

/**
 * The tables of the register. Texts, whole numbers and bytes only, moments in milliseconds since 1970 (UTC), so the
 * same schema fits SQLite and PostgreSQL. Personal data stand encrypted in `audit_payloads` and `kept_files` and
 * nowhere else: both can be erased without touching a row of the chain.
 */
export interface RegisterTables {
  /** Last number given out, per kind and year. */
  number_sequences: { name: string; year: number; last: number };
  reservations: {
    document_id: string;
    idempotency_key: string;
    /** Keyed digest of the request: the same key with another request is refused. */
    request_fingerprint: string;
    certificate_type: string;
    certificate_number: string;
    protocol_number: string;
    reserved_at: number;
    state: 'reserved' | 'issued' | 'void';
  };
  /** A mark stands on one certificate only. */
  duty_marks: { code: string; document_id: string };
  issued_documents: {
    document_id: string;
    visit_id: string;
    kiosk_id: string | null;
    operator_id: string | null;
    issued_at: number;
    rule_version: string;
    valid_to: string | null;
    /** SHA-256 of the sealed original, and of the stamp's bytes, hex. */
    original_digest: string;
    stamp_digest: string;
    paper_digest: string;
    pages: number;
    access_code_digest: string;
    print_state: string;
  };
  print_outcomes: {
    outcome_id: string;
    document_id: string;
    at: number;
    outcome: string;
    sheets: number;
    actor: string;
  };
  kept_files: { document_id: string; edition: string; content: Uint8Array; delete_after: number };
  audit_chain: {
    seq: number;
    at: number;
    kind: string;
    document_id: string | null;
    digest: string;
    previous: string;
    hash: string;
  };
  audit_payloads: { seq: number; content: Uint8Array };
  /** How far each stream of another service was taken in. */
  stream_positions: { stream: string; last_id: string };
}

/**
 * Makes the tables that are not there. @param bytes the column type for bytes: `blob` in SQLite, `bytea` in PostgreSQL
 */
export async function createTables(db: Kysely<RegisterTables>, bytes: 'blob' | 'bytea'): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const table = (name: keyof RegisterTables) => tx.schema.createTable(name).ifNotExists();
    await table('number_sequences')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('year', 'integer', (column) => column.notNull())
      .addColumn('last', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('number_sequences_key', ['name', 'year'])
      .execute();
    await table('reservations')
      .addColumn('document_id', 'text', (column) => column.primaryKey())
      .addColumn('idempotency_key', 'text', (column) => column.notNull().unique())
      .addColumn('request_fingerprint', 'text', (column) => column.notNull())
      .addColumn('certificate_type', 'text', (column) => column.notNull())
      .addColumn('certificate_number', 'text', (column) => column.notNull().unique())
      .addColumn('protocol_number', 'text', (column) => column.notNull().unique())
      .addColumn('reserved_at', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
    await table('duty_marks')
      .addColumn('code', 'text', (column) => column.primaryKey())
      .addColumn('document_id', 'text', (column) => column.notNull().references('reservations.document_id'))
      .execute();
    await table('issued_documents')
      .addColumn('document_id', 'text', (column) => column.primaryKey().references('reservations.document_id'))
      .addColumn('visit_id', 'text', (column) => column.notNull())
      .addColumn('kiosk_id', 'text')
      .addColumn('operator_id', 'text')
      .addColumn('issued_at', 'bigint', (column) => column.notNull())
      .addColumn('rule_version', 'text', (column) => column.notNull())
      .addColumn('valid_to', 'text')
      .addColumn('original_digest', 'text', (column) => column.notNull().unique())
      .addColumn('stamp_digest', 'text', (column) => column.notNull().unique())
      .addColumn('paper_digest', 'text', (column) => column.notNull().unique())
      .addColumn('pages', 'integer', (column) => column.notNull())
      .addColumn('access_code_digest', 'text', (column) => column.notNull().unique())
      .addColumn('print_state', 'text', (column) => column.notNull())
      .execute();
    await table('print_outcomes')
      .addColumn('outcome_id', 'text', (column) => column.primaryKey())
      .addColumn('document_id', 'text', (column) => column.notNull().references('issued_documents.document_id'))
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('sheets', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .execute();
    await table('kept_files')
      .addColumn('document_id', 'text', (column) => column.notNull().references('issued_documents.document_id'))
      .addColumn('edition', 'text', (column) => column.notNull())
      .addColumn('content', bytes as 'blob', (column) => column.notNull())
      .addColumn('delete_after', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('kept_files_key', ['document_id', 'edition'])
      .execute();
    await table('audit_chain')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('document_id', 'text')
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('previous', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .execute();
    await table('stream_positions')
      .addColumn('stream', 'text', (column) => column.primaryKey())
      .addColumn('last_id', 'text', (column) => column.notNull())
      .execute();
    await table('audit_payloads')
      .addColumn('seq', 'integer', (column) => column.primaryKey().references('audit_chain.seq'))
      .addColumn('content', bytes as 'blob', (column) => column.notNull())
      .execute();
  });
}
