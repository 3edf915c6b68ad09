import type { Kysely, Transaction } from 'kysely';
import { RegisterError } from '../register-error.ts';
import type { RegisterTables } from '../database/schema.ts';
import { completedBy, consistencyRanges, EMPTY_ROOT, foldNodes, inclusionRanges, leafHash, nodeHash, placesOf } from './tree.ts';
import type { LeafRange, NodePlace } from './tree.ts';

/**
 * The tree of issued stamps in the database. The entry of a leaf is the SHA-256 of one stamp's bytes. Every node above
 * a whole subtree is kept once it is complete, so a leaf adds one row and as many more as it completes, and a proof reads some
 * log²(size) rows: about fifty for a million stamps.
 */

type Db = Kysely<RegisterTables>;

/** Shows that one stamp is in the tree of `size` leaves. */
export interface InclusionProof {
  /** Place of the leaf, from 0. */
  readonly index: number;
  readonly size: number;
  /** From the leaf upwards; see `provesInclusion`. */
  readonly path: readonly Buffer[];
}

/**
 * Appends the leaves of a document just issued, one a stamp. The caller's transaction holds the write lock, so they stand together.
 *
 * @param issued `seq`: the chain's row of the issue; `stamps`: their digests, hexadecimal, in the order on the paper
 */
export async function appendLeaves(
  tx: Transaction<RegisterTables>,
  issued: { readonly documentId: string; readonly seq: number; readonly stamps: readonly string[] },
): Promise<void> {
  const size = await treeSize(tx);
  for (const [index, digest] of issued.stamps.entries()) {
    const position = size + index;
    const leaf = { position, document_id: issued.documentId, seq: issued.seq, stamp: index + 1, digest };
    await tx.insertInto('stamp_leaves').values(leaf).execute();
    await appendNodes(tx, position, digest);
  }
}

/** Keeps the nodes that a leaf completes: its own, and those above whole subtrees that end with it. */
export async function appendNodes(tx: Transaction<RegisterTables>, position: number, digest: string): Promise<void> {
  const completed = completedBy(position);
  const lefts = await readNodes(tx, completed.flatMap(({ left }) => left ?? []));
  let hash = leafHash(Buffer.from(digest, 'hex'));
  const rows = completed.map(({ place, left }) => {
    if (left !== null) hash = nodeHash(lefts(left), hash);
    return { ...place, hash };
  });
  await tx.insertInto('stamp_nodes').values(rows).execute();
}

/** How many leaves there are. */
export async function treeSize(db: Db): Promise<number> {
  const last = await db.selectFrom('stamp_leaves').select('position').orderBy('position', 'desc').limit(1).executeTakeFirst();
  return (last?.position ?? -1) + 1;
}

/** The root of the first `size` leaves. @throws {RegisterError} `register-damaged` when a node is missing */
export async function treeRoot(db: Db, size: number): Promise<Buffer> {
  if (size === 0) return EMPTY_ROOT;
  const [root = EMPTY_ROOT] = await hashesOf(db, [{ from: 0, to: size }]);
  return root;
}

/**
 * Proves that a document's stamps are in the tree of `size` leaves: one proof a leaf, in the order on the paper.
 *
 * @throws {RegisterError} `unknown-document` when they are not among them
 */
export async function proveInclusion(db: Db, documentId: string, size: number): Promise<InclusionProof[]> {
  const leaves = await db.selectFrom('stamp_leaves').select('position').where('document_id', '=', documentId).orderBy('stamp').execute();
  const last = leaves.at(-1);
  if (last === undefined || last.position >= size) throw new RegisterError('unknown-document', 'This document is not in the tree.');
  return Promise.all(
    leaves.map(async ({ position: index }) => ({ index, size, path: await hashesOf(db, inclusionRanges(index, size)) })),
  );
}

/** Proves that the tree of `earlier` leaves is the beginning of the one of `size`; see `provesConsistency`. */
export async function proveConsistency(db: Db, earlier: number, size: number): Promise<Buffer[]> {
  return hashesOf(db, consistencyRanges(earlier, size));
}

async function hashesOf(db: Db, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const places = ranges.map(placesOf);
  const node = await readNodes(db, places.flat());
  return places.map((parts) => foldNodes(parts.map(node)));
}

/** Reads nodes, one query for each level; gives a way to look them up. */
async function readNodes(db: Db, places: readonly NodePlace[]): Promise<(place: NodePlace) => Uint8Array> {
  const hashes = new Map<string, Uint8Array>();
  for (const [level, wanted] of Map.groupBy(places, (place) => place.level)) {
    const positions = wanted.map(({ position }) => position);
    const rows = await db
      .selectFrom('stamp_nodes')
      .select(['position', 'hash'])
      .where('level', '=', level)
      .where('position', 'in', positions)
      .execute();
    for (const { position, hash } of rows) hashes.set(`${level}/${position}`, hash);
  }
  return ({ level, position }) => {
    const hash = hashes.get(`${level}/${position}`);
    if (hash === undefined) throw new RegisterError('register-damaged', 'A node of the tree of stamps is missing.');
    return hash;
  };
}
