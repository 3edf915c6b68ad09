import type { Kysely, Transaction } from 'kysely';
import type { RegisterTables } from '../database/schema.ts';
import { proveInclusion, treeRoot, treeSize } from '../merkle/stored-tree.ts';
import type { InclusionProof } from '../merkle/stored-tree.ts';
import { RegisterError } from '../register-error.ts';
import type { CheckpointSigner } from './checkpoint-key.ts';
import { checkpointText } from './checkpoint.ts';

/** A checkpoint as it is kept: its number and the signed note. */
export interface StoredCheckpoint {
  readonly number: number;
  readonly note: string;
}

/** Shows with a signed note that a stamp was in the register when the note was signed. */
export interface CheckpointProof extends InclusionProof {
  readonly note: string;
}

/** Which growth of the chain wants a checkpoint. */
export interface CheckpointRule {
  /** So many rows since the last one. */
  readonly rows: number;
  /** Or this long after it, ms, when there is any row since. */
  readonly everyMs: number;
}

/** Checkpoints read at a time. */
const STRIDE = 500;

/**
 * Signs where the register stands, when the rule wants it; undefined when it does not. The caller's transaction holds the
 * write lock, so chain and tree are those of one moment.
 */
export async function makeCheckpoint(
  tx: Transaction<RegisterTables>,
  signer: CheckpointSigner,
  at: Date,
  rule: CheckpointRule,
): Promise<StoredCheckpoint | undefined> {
  const head = await tx.selectFrom('audit_chain').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const last = await tx
    .selectFrom('checkpoints')
    .select(['number', 'at', 'chain_rows'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const rows = (head?.seq ?? 0) - (last?.chain_rows ?? 0);
  if (head === undefined || rows === 0) return undefined;
  if (rows < rule.rows && last !== undefined && at.getTime() - last.at < rule.everyMs) return undefined;
  const size = await treeSize(tx);
  const number = (last?.number ?? 0) + 1;
  const chain = { rows: head.seq, head: head.hash };
  const note = signer.sign(checkpointText({ origin: signer.origin, size, root: await treeRoot(tx, size), number, chain, at }));
  await tx.insertInto('checkpoints').values({ number, at: at.getTime(), chain_rows: head.seq, tree_size: size, note }).execute();
  return { number, note };
}

/** Checkpoints after a number, in order, some hundred at most. */
export async function checkpointsAfter(db: Kysely<RegisterTables>, number: number): Promise<StoredCheckpoint[]> {
  return db.selectFrom('checkpoints').select(['number', 'note']).where('number', '>', number).orderBy('number').limit(STRIDE).execute();
}

/** The newest one. */
export async function lastCheckpoint(db: Kysely<RegisterTables>): Promise<StoredCheckpoint | undefined> {
  return db.selectFrom('checkpoints').select(['number', 'note']).orderBy('number', 'desc').limit(1).executeTakeFirst();
}

/** See `RegisterCheckpoints.proveInclusion`. */
export async function proveToCheckpoint(db: Kysely<RegisterTables>, documentId: string): Promise<CheckpointProof[]> {
  const last = await db.selectFrom('checkpoints').select(['tree_size', 'note']).orderBy('number', 'desc').limit(1).executeTakeFirst();
  if (last === undefined) throw new RegisterError('unknown-document', 'No checkpoint was made yet.');
  return (await proveInclusion(db, documentId, last.tree_size)).map((proof) => ({ ...proof, note: last.note }));
}

/** A proof of one stamp as a text that needs nothing but the register's key to check (c2sp.org/tlog-proof). */
export function proofText({ index, path, note }: CheckpointProof): string {
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${path.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;
}
