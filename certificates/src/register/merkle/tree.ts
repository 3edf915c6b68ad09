import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162, 2.1, over SHA-256: a leaf hashes 0x00 and its entry, a node hashes 0x01 and its two
 * children, and a tree of n leaves splits at the largest power of two below n. Pure functions; where the hashes lie is
 * the caller's.
 */

/** A node above a whole subtree of 2^level leaves, the `position`-th of its level from 0. */
export interface NodePlace {
  readonly level: number;
  readonly position: number;
}

/** Leaves from `from` up to, not with, `to`; `from` is a multiple of the power of two that holds the range. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** Hash of a tree without leaves. */
export const EMPTY_ROOT: Buffer = createHash('sha256').digest();

/** Hash of the leaf of an entry. */
export function leafHash(entry: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(entry).digest();
}

/** Hash of the node above two. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

/**
 * The places of whole subtrees whose nodes, folded by {@link foldNodes}, give the hash of a range: one for each bit of
 * its length, the largest first.
 */
export function placesOf({ from, to }: LeafRange): NodePlace[] {
  const places: NodePlace[] = [];
  for (let start = from; start < to;) {
    const level = Math.floor(Math.log2(to - start));
    places.push({ level, position: start / 2 ** level });
    start += 2 ** level;
  }
  return places;
}

/** The hash over the nodes of {@link placesOf}, in their order. @throws {RangeError} without nodes */
export function foldNodes(nodes: readonly Uint8Array[]): Buffer {
  const last = nodes.at(-1);
  if (last === undefined) throw new RangeError('An empty range has no hash.');
  return nodes.slice(0, -1).reduceRight<Buffer>((right, left) => nodeHash(left, right), Buffer.from(last));
}

/**
 * The nodes that the leaf at `index` completes, from its own upwards: each is the node above `left`, which was there,
 * and the one before it in the list.
 */
export function completedBy(index: number): { readonly place: NodePlace; readonly left: NodePlace | null }[] {
  const completed: { place: NodePlace; left: NodePlace | null }[] = [{ place: { level: 0, position: index }, left: null }];
  for (let level = 0, position = index; position % 2 === 1; level += 1) {
    const left = { level, position: position - 1 };
    position = (position - 1) / 2;
    completed.push({ place: { level: level + 1, position }, left });
  }
  return completed;
}

/** The ranges whose hashes prove that the leaf `index` is in the tree of `size` leaves (RFC 9162, 2.1.3.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('There is no such leaf in this tree.');
  const path: LeafRange[] = [];
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + splitOf(to - from);
    if (index < middle) path.unshift({ from: middle, to });
    else path.unshift({ from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return path;
}

/**
 * The ranges whose hashes prove that the first `earlier` leaves of the tree of `size` are the tree of that size (RFC
 * 9162, 2.1.4.1). None where one of the two is empty or they are the same.
 */
export function consistencyRanges(earlier: number, size: number): LeafRange[] {
  if (!Number.isSafeInteger(earlier) || earlier < 0 || earlier > size) throw new RangeError('The earlier tree cannot be the larger one.');
  if (earlier === 0 || earlier === size) return [];
  const path: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (earlier !== to) {
    const middle = from + splitOf(to - from);
    if (earlier <= middle) {
      path.unshift({ from: middle, to });
      to = middle;
    } else {
      path.unshift({ from, to: middle });
      from = middle;
    }
  }
  // The verifier has the earlier root itself, which is this range when it begins at the first leaf.
  return from === 0 ? path : [{ from, to }, ...path];
}

/** Whether `proof` shows that `leaf` is at `index` of the tree of `size` leaves with `root` (RFC 9162, 2.1.3.2). */
export function provesInclusion(
  claim: { readonly leaf: Uint8Array; readonly index: number; readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const { leaf, index, size, root } = claim;
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let position = index;
  let last = size - 1;
  let hash: Buffer = Buffer.from(leaf);
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      // A node without a right neighbour stands for itself on the levels above.
      for (; position % 2 === 0 && position !== 0; position /= 2) last = Math.floor(last / 2);
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash.equals(root);
}

/** Whether `proof` shows that the tree `earlier` is the beginning of the tree `later` (RFC 9162, 2.1.4.2). */
export function provesConsistency(
  earlier: { readonly size: number; readonly root: Uint8Array },
  later: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === 0) return proof.length === 0 && EMPTY_ROOT.equals(earlier.root);
  if (earlier.size === later.size) return proof.length === 0 && Buffer.from(earlier.root).equals(later.root);
  const isWholeSubtree = Number.isInteger(Math.log2(earlier.size));
  const path = isWholeSubtree ? [earlier.root, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let position = earlier.size - 1;
  let last = later.size - 1;
  for (; position % 2 === 1; position = (position - 1) / 2) last = Math.floor(last / 2);
  let before: Buffer = Buffer.from(first);
  let after: Buffer = Buffer.from(first);
  for (const hash of rest) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      before = nodeHash(hash, before);
      after = nodeHash(hash, after);
      for (; position % 2 === 0 && position !== 0; position /= 2) last = Math.floor(last / 2);
    } else {
      after = nodeHash(after, hash);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && before.equals(earlier.root) && after.equals(later.root);
}

/** The largest power of two below `size`, which is 2 or more; `Math.log2` is exact enough up to 2^40 leaves. */
function splitOf(size: number): number {
  return 2 ** (Math.ceil(Math.log2(size)) - 1);
}
