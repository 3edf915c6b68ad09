import { createHash, randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import { GENESIS } from './database/append-only.ts';
import type { RegisterTables } from './database/schema.ts';
import { VaultError } from './vault.ts';
import type { Vault } from './vault.ts';

/** What the register writes down; in the past, as it happened. */
export type AuditKind =
  | 'number-reserved'
  | 'reservation-voided'
  | 'document-issued'
  | 'print-outcome'
  | 'original-opened'
  | 'files-deleted'
  | 'visit-step'
  | 'case-step';

/** One thing that happened. `payload` is what only authorised eyes may read; the chain holds its salted digest. */
export interface AuditEntry {
  readonly at: Date;
  readonly kind: AuditKind;
  readonly documentId: string | null;
  readonly payload: Readonly<Record<string, string | number | null>>;
}

type ChainRow = RegisterTables['audit_chain'];

const SALT_BYTES = 16;
const payload = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/**
 * Appends one row: `hash` covers the row and the hash before it, so no row can be changed, taken out or put between.
 * Of the payload it covers a digest with a random salt: once the payload is erased, and the salt with it, the digest
 * says nothing of a person, and the chain still verifies. The caller's transaction holds the write lock, which makes the
 * appends of all nodes one sequence. Returns the row's place.
 */
export async function appendAudit(tx: Transaction<RegisterTables>, vault: Vault, entry: AuditEntry): Promise<number> {
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
  return row.seq;
}

/** Erases the payload of a document's rows of one kind; their places in the chain stay. */
export async function erasePayloads(tx: Transaction<RegisterTables>, documentId: string, kind: AuditKind): Promise<void> {
  const rows = tx.selectFrom('audit_chain').select('seq').where('document_id', '=', documentId).where('kind', '=', kind);
  await tx.deleteFrom('audit_payloads').where('seq', 'in', rows).execute();
}

/**
 * What was written down with a row, or undefined when it is not what the row's digest says.
 *
 * @param content the payload as it is kept
 */
export function payloadOf(vault: Vault, row: Pick<ChainRow, 'seq' | 'digest'>, content: Uint8Array): AuditEntry['payload'] | undefined {
  try {
    const salted = vault.unlock(content, payloadContext(row.seq));
    if (sha256(salted) !== row.digest) return undefined;
    return payload.parse(JSON.parse(salted.subarray(SALT_BYTES).toString('utf8')));
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}

/** The hash of a row over everything in it, the hash before it included. */
export function rowHash(row: Omit<ChainRow, 'hash'>): string {
  return sha256(Buffer.from(JSON.stringify([row.seq, row.at, row.kind, row.document_id, row.digest, row.previous])));
}

function payloadContext(seq: number): string {
  return `audit payload ${seq}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
