import { createHash, randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { RegisterTables } from './schema.ts';
import { VaultError } from './vault.ts';
import type { Vault } from './vault.ts';

/** What the register writes down; in the past, as it happened. */
export type AuditKind =
  'number-reserved' | 'reservation-voided' | 'document-issued' | 'print-outcome' | 'original-opened' | 'files-deleted' | 'visit-step';

/** One thing that happened. `payload` is what only authorised eyes may read; the chain holds its salted digest. */
export interface AuditEntry {
  readonly at: Date;
  readonly kind: AuditKind;
  readonly documentId: string | null;
  readonly payload: Readonly<Record<string, string | number | null>>;
}

type ChainRow = RegisterTables['audit_chain'];

const GENESIS = '0'.repeat(64);
const SALT_BYTES = 16;

/**
 * Appends one row: `hash` covers the row and the hash before it, so no row can be changed, taken out or put between.
 * The caller's transaction holds the write lock, which makes the appends of all nodes one sequence.
 */
export async function appendAudit(tx: Transaction<RegisterTables>, vault: Vault, entry: AuditEntry): Promise<void> {
  const last = await tx
    .selectFrom('audit_chain')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const salted = Buffer.concat([randomBytes(SALT_BYTES), Buffer.from(JSON.stringify(entry.payload))]);
  const row = {
    seq: (last?.seq ?? 0) + 1,
    at: entry.at.getTime(),
    kind: entry.kind,
    document_id: entry.documentId,
    digest: sha256(salted),
    previous: last?.hash ?? GENESIS,
  };
  await tx
    .insertInto('audit_chain')
    .values({ ...row, hash: rowHash(row) })
    .execute();
  await tx
    .insertInto('audit_payloads')
    .values({ seq: row.seq, content: vault.lock(salted, payloadContext(row.seq)) })
    .execute();
}

/** What a walk along the chain found. `faults` is empty when it is whole. */
export interface ChainReport {
  readonly rows: number;
  /** Rows whose payload was erased; their place in the chain is still proved. */
  readonly erased: number;
  readonly head: string;
  readonly faults: readonly ChainFault[];
}

/**
 * Where the chain is broken: a row is `missing`, its hash or its link to the row before is wrong, its payload is not
 * the one it was.
 */
export interface ChainFault {
  readonly seq: number;
  readonly fault: 'missing' | 'hash' | 'link' | 'payload';
}

/** Rows read at a time while walking. */
const STRIDE = 500;

/**
 * Walks the whole chain from its first row and recomputes every hash and, where it is still kept, every payload's
 * digest.
 */
export async function verifyChain(db: Kysely<RegisterTables>, vault: Vault): Promise<ChainReport> {
  const faults: ChainFault[] = [];
  let rows = 0;
  let erased = 0;
  let expected = 1;
  let head = GENESIS;
  for (;;) {
    const stretch = await db
      .selectFrom('audit_chain')
      .leftJoin('audit_payloads', 'audit_payloads.seq', 'audit_chain.seq')
      .selectAll('audit_chain')
      .select('audit_payloads.content')
      .where('audit_chain.seq', '>=', expected)
      .orderBy('audit_chain.seq')
      .limit(STRIDE)
      .execute();
    for (const row of stretch) {
      if (row.seq !== expected) faults.push({ seq: expected, fault: 'missing' });
      if (row.previous !== head) faults.push({ seq: row.seq, fault: 'link' });
      if (row.hash !== rowHash(row)) faults.push({ seq: row.seq, fault: 'hash' });
      if (row.content === null) erased += 1;
      else if (!holdsPayload(vault, row.seq, row.content, row.digest)) faults.push({ seq: row.seq, fault: 'payload' });
      head = row.hash;
      expected = row.seq + 1;
      rows += 1;
    }
    if (stretch.length < STRIDE) return { rows, erased, head, faults };
  }
}

function holdsPayload(vault: Vault, seq: number, content: Uint8Array, digest: string): boolean {
  try {
    return sha256(vault.unlock(content, payloadContext(seq))) === digest;
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

function rowHash(row: Omit<ChainRow, 'hash'>): string {
  return sha256(Buffer.from(JSON.stringify([row.seq, row.at, row.kind, row.document_id, row.digest, row.previous])));
}

function payloadContext(seq: number): string {
  return `audit payload ${seq}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
