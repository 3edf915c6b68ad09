import type { Kysely } from 'kysely';
import type { RegisterTables } from './database/schema.ts';
import { completedBy, EMPTY_ROOT, foldNodes, leafHash, nodeHash } from './merkle/tree.ts';

/**
 * What is wrong at a place of the tree:
 *
 * - missing: there is no leaf.
 * - leaf: it has no issue, or that of another document.
 * - doubled: the same stamp has a leaf before it.
 * - order: it stands before or after its place in the order of issue and, of one paper, in that of its stamps.
 * - altered: it is not the leaf that was hashed there.
 * - node: the node above it that it completes is not the hash of those below.
 */
export type TreeFault = 'missing' | 'leaf' | 'doubled' | 'order' | 'altered' | 'node';

/** A size of which somebody wants the root; the walk writes it down when it comes by. */
export interface WantedRoot {
  readonly said: { readonly size: number };
  treeRoot?: Buffer;
}

type Db = Kysely<RegisterTables>;

/** Leaves read at a time; a power of two, so that whole subtrees end with a stretch. */
const STRIDE = 512;

/** Walks the tree of stamps from its first leaf, recomputes every node, and holds each leaf against its issue. */
export async function walkTree(
  db: Db,
  wanted: readonly WantedRoot[],
  report: (position: number, fault: TreeFault) => void,
): Promise<{ size: number; root: Buffer }> {
  const marks = Map.groupBy(wanted, ({ said }) => said.size);
  for (const mark of marks.get(0) ?? []) mark.treeRoot = EMPTY_ROOT;
  /** Whole subtrees so far, the largest first: the right edge of the tree. */
  const edge: Buffer[] = [];
  let size = 0;
  /** The issue whose leaves come by, and where they begin. */
  let issue = { seq: 0, start: 0 };
  for (;;) {
    const stretch = await leafRows(db, size);
    const nodes = await keptNodes(db, size, (stretch.at(-1)?.position ?? -1) + 1);
    const take = (own: Buffer): void => {
      let hash = own;
      for (const { place, left } of completedBy(size)) {
        if (left === null) continue;
        hash = nodeHash(edge.pop() ?? EMPTY_ROOT, hash);
        if (nodes.get(`${place.level}/${place.position}`)?.equals(hash) !== true) report(size, 'node');
      }
      edge.push(hash);
      size += 1;
      for (const mark of marks.get(size) ?? []) mark.treeRoot = foldNodes(edge);
    };
    for (const leaf of stretch) {
      // What was hashed in the gap may still be kept, and then only the gap is named. A made-up place far away ends it.
      const isAfterGap = size < leaf.position;
      for (let gap = 0; size < leaf.position; gap += 1) {
        report(size, 'missing');
        if (gap < STRIDE) take(nodes.get(`0/${size}`) ?? EMPTY_ROOT);
        else size = leaf.position;
      }
      const own = leafHash(Buffer.from(leaf.digest, 'hex'));
      const isOfIssue = leaf.issued !== null && leaf.kind === 'document-issued' && leaf.chained === leaf.document_id;
      // After a gap only the leaf itself says where those of its paper began.
      if (isOfIssue && leaf.seq > issue.seq) issue = { seq: leaf.seq, start: isAfterGap ? size + 1 - leaf.stamp : size };
      if (!isOfIssue) report(size, 'leaf');
      else if (leaf.doubled) report(size, 'doubled');
      else if (leaf.seq !== issue.seq || size !== issue.start + leaf.stamp - 1) report(size, 'order');
      else if (nodes.get(`0/${size}`)?.equals(own) !== true) report(size, 'altered');
      take(own);
    }
    if (stretch.length < STRIDE) return { size, root: edge.length > 0 ? foldNodes(edge) : EMPTY_ROOT };
  }
}

/** Leaves with what the other tables say of their issue. */
function leafRows(db: Db, from: number) {
  return db
    .selectFrom('stamp_leaves as l')
    .leftJoin('issued_documents as i', 'i.document_id', 'l.document_id')
    .leftJoin('audit_chain as c', 'c.seq', 'l.seq')
    .select(['l.position', 'l.document_id', 'l.seq', 'l.stamp', 'l.digest', 'i.document_id as issued', 'c.kind', 'c.document_id as chained'])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('stamp_leaves as e').select('e.position').whereRef('e.digest', '=', 'l.digest').whereRef('e.position', '<', 'l.position'),
      ).as('doubled'),
    )
    .where('l.position', '>=', from)
    .orderBy('l.position')
    .limit(STRIDE)
    .execute();
}

/** The kept nodes that leaves `from` up to `to` complete. */
async function keptNodes(db: Db, from: number, to: number): Promise<Map<string, Buffer>> {
  const kept = new Map<string, Buffer>();
  for (let level = 0, width = 1; width <= to; level += 1, width *= 2) {
    const rows = await db
      .selectFrom('stamp_nodes')
      .select(['position', 'hash'])
      .where('level', '=', level)
      .where('position', '>=', Math.floor(from / width))
      .where('position', '<', Math.floor(to / width))
      .execute();
    for (const { position, hash } of rows) kept.set(`${level}/${position}`, Buffer.from(hash));
  }
  return kept;
}
