import { createHash } from 'node:crypto';

/** SHA-256 of a stamp's bytes, hexadecimal: the entry of its leaf. */
export function stampDigest(stamp: Uint8Array): string {
  return createHash('sha256').update(stamp).digest('hex');
}

/**
 * The one digest that chain and row of a document have of its stamps: that of a single stamp itself; of several, the SHA-256
 * over their digests in the order on the paper, which none can leave, join or change its place in unseen.
 *
 * @param digests of {@link stampDigest}, in the order on the paper
 * @throws {RangeError} without any: a paper has a stamp
 */
export function digestOfStamps(digests: readonly string[]): string {
  const [only, ...others] = digests;
  if (only === undefined) throw new RangeError('A paper has a stamp.');
  return others.length === 0 ? only : stampDigest(Buffer.from(digests.join(''), 'hex'));
}
