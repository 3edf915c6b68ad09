import { createHash } from 'node:crypto';
import { expect } from 'chai';
import {
  completedBy,
  consistencyRanges,
  EMPTY_ROOT,
  foldNodes,
  inclusionRanges,
  leafHash,
  nodeHash,
  placesOf,
  provesConsistency,
  provesInclusion,
} from './tree.ts';
import type { LeafRange } from './tree.ts';

/** The eight entries of Certificate Transparency's reference tests, and the roots of the trees of the first one to eight. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** The definition of RFC 9162, 2.1.1, word by word: what the ranges and nodes are compared with. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** A tree as it is kept: every node above a whole subtree. */
function keptTree(entries: readonly Uint8Array[]) {
  const nodes = new Map<string, Buffer>();
  for (const [index, entry] of entries.entries()) {
    let hash = leafHash(entry);
    for (const { place, left } of completedBy(index)) {
      if (left !== null) hash = nodeHash(nodes.get(`${left.level}/${left.position}`) ?? EMPTY_ROOT, hash);
      nodes.set(`${place.level}/${place.position}`, hash);
    }
  }
  const hashOf = (range: LeafRange): Buffer =>
    foldNodes(placesOf(range).map(({ level, position }) => nodes.get(`${level}/${position}`) ?? EMPTY_ROOT));
  return { size: nodes.size, root: (size: number) => (size === 0 ? EMPTY_ROOT : hashOf({ from: 0, to: size })), hashOf };
}

const invented = Array.from({ length: 70 }, (_, index) => createHash('sha256').update(`stamp ${index}`).digest());
const leaves = invented.map(leafHash);

describe('Merkle tree (RFC 9162, 2.1)', () => {
  it('has the known roots for the reference entries, and the hash of nothing when it is empty', () => {
    const tree = keptTree(ENTRIES.map(hex));
    expect(ROOTS.map((_, index) => tree.root(index + 1).toString('hex'))).to.deep.equal(ROOTS);
    expect(EMPTY_ROOT.toString('hex')).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('gives the known proofs for the reference entries', () => {
    const tree = keptTree(ENTRIES.map(hex));
    const inclusion = (index: number, size: number) => inclusionRanges(index, size).map((range) => tree.hashOf(range).toString('hex'));
    expect(inclusion(0, 8)).to.deep.equal([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(inclusion(5, 8)).to.deep.equal([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    const consistency = (from: number, to: number) => consistencyRanges(from, to).map((range) => tree.hashOf(range).toString('hex'));
    expect(consistency(6, 8)).to.deep.equal([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('keeps fewer than two nodes a leaf, and reads few of them for a proof in a large tree', () => {
    expect(keptTree(invented).size).to.be.lessThan(2 * invented.length);
    const places = inclusionRanges(654_321, 1_000_000).flatMap(placesOf);
    expect(places.length).to.be.lessThan(60);
    expect(new Set(places.map(({ level, position }) => `${level}/${position}`)).size).to.equal(places.length);
  });

  it('is the tree of the definition for every size', () => {
    const tree = keptTree(invented);
    for (let size = 0; size <= invented.length; size += 1) expect(tree.root(size).equals(treeHash(leaves.slice(0, size))), `${size}`).to.equal(true);
  });

  it('proves each leaf of every size, and nothing else', () => {
    const tree = keptTree(invented);
    for (let size = 1; size <= 40; size += 1) {
      const root = tree.root(size);
      for (let index = 0; index < size; index += 1) {
        const proof = inclusionRanges(index, size).map(tree.hashOf);
        const leaf = leaves[index] ?? EMPTY_ROOT;
        const claim = { leaf, index, size, root };
        const other = leaves[size] ?? EMPTY_ROOT;
        expect(provesInclusion(claim, proof), `${index} of ${size}`).to.equal(true);
        expect(provesInclusion({ ...claim, leaf: other }, proof)).to.equal(false);
        expect(provesInclusion({ ...claim, root: tree.root(size + 1) }, proof)).to.equal(false);
        expect(provesInclusion(claim, [...proof, other])).to.equal(false);
        if (proof.length > 0) expect(provesInclusion(claim, proof.slice(1))).to.equal(false);
        if (proof.length > 0) expect(provesInclusion({ ...claim, index: (index + 1) % size }, proof)).to.equal(false);
      }
    }
  });

  it('proves that every size is the beginning of every later one, and of no other', () => {
    const tree = keptTree(invented);
    const forged = keptTree([hex('00'), ...invented.slice(1)]);
    for (let size = 1; size <= 40; size += 1) {
      for (let earlier = 0; earlier <= size; earlier += 1) {
        const proof = consistencyRanges(earlier, size).map(tree.hashOf);
        const before = { size: earlier, root: tree.root(earlier) };
        const after = { size, root: tree.root(size) };
        expect(provesConsistency(before, after, proof), `${earlier} to ${size}`).to.equal(true);
        expect(provesConsistency(before, after, [...proof, EMPTY_ROOT])).to.equal(false);
        if (earlier > 0) expect(provesConsistency({ ...before, root: forged.root(earlier) }, after, proof)).to.equal(false);
        if (earlier > 0) expect(provesConsistency(before, { ...after, root: forged.root(size) }, proof)).to.equal(false);
        if (proof.length > 0) expect(provesConsistency(before, after, proof.slice(1))).to.equal(false);
      }
    }
    expect(provesConsistency({ size: 2, root: tree.root(2) }, { size: 1, root: tree.root(1) }, [])).to.equal(false);
  });

  it('refuses a place that is not in the tree', () => {
    expect(() => inclusionRanges(3, 3)).to.throw(RangeError);
    expect(() => inclusionRanges(-1, 3)).to.throw(RangeError);
    expect(() => consistencyRanges(4, 3)).to.throw(RangeError);
    expect(() => foldNodes([])).to.throw(RangeError);
    expect(provesInclusion({ leaf: EMPTY_ROOT, index: 0, size: 0, root: EMPTY_ROOT }, [])).to.equal(false);
  });
});
