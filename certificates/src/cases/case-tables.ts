import type { Transaction } from 'kysely';

/**
 * The tables of the back office's cases, beside the register's: texts, whole numbers and bytes only, moments in milliseconds since
 * 1970 (UTC), days as `YYYY-MM-DD`. A type, because Kysely adds no interface to the tables it knows.
 */
export type CaseTables = {
  /** Last case number given out, per year. */
  case_sequences: { year: number; last: number };
  cases: {
    case_number: string;
    /** Keyed digest of visit and request: the same wish of the same visit is the same case. */
    request_fingerprint: string;
    state: string;
    certificate_type: string;
    title: string;
    answer_by: string;
    keep_days: number;
    collect_at: string;
    opened_at: number;
    decided_at: number | null;
    /** From when `content` is erased; null while the case is not decided. */
    erase_after: number | null;
    /** Who asked, for what and why, encrypted; null once erased. */
    content: Uint8Array | null;
  };
};

/** Makes the tables that are not there. @param bytes the engine's column type for bytes */
export async function createCaseTables(tx: Transaction<CaseTables>, bytes: 'blob' | 'bytea'): Promise<void> {
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
    .addColumn('content', bytes as 'blob')
    .execute();
}
