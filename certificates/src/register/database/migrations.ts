import type { Kysely, Transaction } from 'kysely';
import { appendLeaf } from '../merkle/stored-tree.ts';
import { RegisterError } from '../register-error.ts';
import { CASE_GUARDS, guardRows, guardTables, HELD_MARKS_GUARDS } from './append-only.ts';
import type { RegisterEngine } from './engine.ts';
import type { RegisterTables } from './schema.ts';

type Tx = Transaction<RegisterTables>;

/** Names of column types that the engines write differently. `count`: whole numbers beyond 2^31. */
interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea';
  readonly count: 'integer' | 'bigint';
}
const COLUMN_TYPES: Record<RegisterEngine['name'], ColumnTypes> = {
  sqlite: { bytes: 'blob', count: 'integer' },
  postgres: { bytes: 'bytea', count: 'bigint' },
};

/** In their order; what has run somewhere is never changed, a change is one more. */
const MIGRATIONS: readonly ((tx: Tx, types: ColumnTypes, engine: RegisterEngine['name']) => Promise<void>)[] = [
  firstTables,
  treeAndCheckpoints,
  (tx, _types, engine) => guardRows(tx, engine),
  caseTables,
  heldDutyMarks,
  (tx) => tx.schema.alterTable('cases').addColumn('document_id', 'text').execute(),
];

/**
 * Whether the tables are of this program's version already: then an account that may not change them is enough.
 *
 * @throws {RegisterError} `register-newer` when a newer program was here
 */
export async function isMigrated(db: Kysely<RegisterTables>, engine: RegisterEngine): Promise<boolean> {
  try {
    return (await versionOf(db)) === MIGRATIONS.length;
  } catch (error) {
    if (error instanceof RegisterError || engine.isUnavailable(error)) throw error;
    // There is no such table yet.
    return false;
  }
}

/**
 * Brings the tables to this program's version, inside one transaction that holds the write lock: of several nodes that
 * start at once one does it, the others find it done.
 *
 * @throws {RegisterError} `register-newer` when a newer program was here
 */
export async function migrate(tx: Tx, engine: RegisterEngine): Promise<void> {
  await tx.schema
    .createTable('register_schema')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
  const version = await versionOf(tx);
  if (version === MIGRATIONS.length) return;
  for (const step of MIGRATIONS.slice(version)) await step(tx, COLUMN_TYPES[engine.name], engine.name);
  const reached = { version: MIGRATIONS.length };
  await (version > 0 ? tx.updateTable('register_schema').set(reached) : tx.insertInto('register_schema').values(reached)).execute();
}

async function versionOf(db: Kysely<RegisterTables>): Promise<number> {
  const { version } = (await db.selectFrom('register_schema').select('version').executeTakeFirst()) ?? { version: 0 };
  if (version > MIGRATIONS.length)
    throw new RegisterError('register-newer', 'A newer version of this program has written to the register; start that one.');
  return version;
}

/** The tables of numbers, documents, prints, kept files and the chain. Files made before versions were counted have them. */
async function firstTables(tx: Tx, { bytes, count }: ColumnTypes): Promise<void> {
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
    .addColumn('content', bytes, (column) => column.notNull())
    .addColumn('delete_after', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('kept_files_key', ['document_id', 'edition'])
    .execute();
  await table('audit_chain')
    .addColumn('seq', count, (column) => column.primaryKey())
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
    .addColumn('seq', count, (column) => column.primaryKey().references('audit_chain.seq'))
    .addColumn('content', bytes, (column) => column.notNull())
    .execute();
}

/** The tree of stamps with those issued so far, checkpoints, and one row only after each row of the chain. */
async function treeAndCheckpoints(tx: Tx, { bytes, count }: ColumnTypes): Promise<void> {
  await tx.schema.createIndex('audit_chain_previous').on('audit_chain').column('previous').unique().execute();
  await tx.schema.createIndex('audit_chain_document').on('audit_chain').column('document_id').execute();
  await tx.schema
    .createTable('stamp_leaves')
    .addColumn('position', count, (column) => column.primaryKey())
    .addColumn('document_id', 'text', (column) => column.notNull().unique().references('issued_documents.document_id'))
    .addColumn('seq', count, (column) => column.notNull().unique().references('audit_chain.seq'))
    .execute();
  await tx.schema
    .createTable('stamp_nodes')
    .addColumn('level', 'integer', (column) => column.notNull())
    .addColumn('position', count, (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull())
    .addPrimaryKeyConstraint('stamp_nodes_key', ['level', 'position'])
    .execute();
  await tx.schema
    .createTable('checkpoints')
    .addColumn('number', count, (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('chain_rows', count, (column) => column.notNull())
    .addColumn('tree_size', count, (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull())
    .execute();
  await tx.schema.createTable('register_key').addColumn('fingerprint', 'text', (column) => column.notNull()).execute();
  const issued = await tx
    .selectFrom('audit_chain')
    .innerJoin('issued_documents', 'issued_documents.document_id', 'audit_chain.document_id')
    .select(['audit_chain.seq', 'issued_documents.document_id', 'stamp_digest'])
    .where('kind', '=', 'document-issued')
    .orderBy('seq')
    .execute();
  for (const { seq, document_id, stamp_digest } of issued) await appendLeaf(tx, { seq, document_id, stamp_digest });
}

/** The back office's cases. They were once made at every start, so they may be there. */
async function caseTables(tx: Tx, { bytes }: ColumnTypes, engine: RegisterEngine['name']): Promise<void> {
  await tx.schema
    .createTable('case_sequences')
    .ifNotExists()
    .addColumn('year', 'integer', (column) => column.primaryKey())
    .addColumn('last', 'integer', (column) => column.notNull())
    .execute();
  await tx.schema
    .createTable('cases')
    .ifNotExists()
    .addColumn('case_number', 'text', (column) => column.primaryKey())
    .addColumn('request_fingerprint', 'text', (column) => column.notNull().unique())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('certificate_type', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('answer_by', 'text', (column) => column.notNull())
    .addColumn('keep_days', 'integer', (column) => column.notNull())
    .addColumn('collect_at', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('decided_at', 'bigint')
    .addColumn('erase_after', 'bigint')
    .addColumn('content', bytes)
    .execute();
  await guardTables(tx, engine, CASE_GUARDS);
}

async function heldDutyMarks(tx: Tx, _types: ColumnTypes, engine: RegisterEngine['name']): Promise<void> {
  await tx.schema
    .createTable('held_duty_marks')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('case_number', 'text', (column) => column.notNull().references('cases.case_number'))
    .execute();
  await guardTables(tx, engine, HELD_MARKS_GUARDS);
}
