import { createHash } from 'node:crypto';
import { leafHash, provesInclusion } from '../merkle/tree.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import type { CheckpointVerifier } from './open-checkpoint.ts';
import { NoteError } from './signed-note.ts';

/** What a proof shows of the stamps of one paper. */
export type ProofCheck =
  | {
      readonly status: 'IN_REGISTER';
      /** The register, and when it said that they were in it. */
      readonly origin: string;
      readonly at: Date;
    }
  | {
      /**
       * - PROOF_MALFORMED: this is no proof.
       * - PROOF_UNSIGNED: its checkpoint is signed by no key that was to sign then.
       * - NOT_IN_REGISTER: the register it speaks of does not hold these stamps at that place.
       */
      readonly status: 'PROOF_MALFORMED' | 'PROOF_UNSIGNED' | 'NOT_IN_REGISTER';
    };

/** Longest proof that is read, in signs: a path of sixty hashes and a note with its witnesses. */
const MAX_PROOF = 32_768;
const PROOF = /^c2sp\.org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/]+=*\n)?index (0|[1-9][0-9]{0,14})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n([^]+)$/;

/**
 * Checks offline what `register proof` printed (c2sp.org/tlog-proof) against the stamps of a paper. A function of its arguments.
 *
 * @param stamps bytes of all stamps of the paper, in any order; four at most
 * @param keys who may have signed the checkpoint: see `verifiersIn`
 */
export function checkProof(proof: string, stamps: readonly Uint8Array[], keys: readonly [CheckpointVerifier, ...CheckpointVerifier[]]): ProofCheck {
  const [, index, path = '', note = ''] = (proof.length <= MAX_PROOF && PROOF.exec(proof)) || [];
  if (index === undefined) return { status: 'PROOF_MALFORMED' };
  try {
    const { origin, size, root, at } = openCheckpoint(note, keys);
    const hashes = path.split('\n').slice(0, -1).map((line) => Buffer.from(line, 'base64'));
    const isIn = orders(stamps).some((order) => {
      const digest = createHash('sha256').update(Buffer.concat(order)).digest();
      return provesInclusion({ leaf: leafHash(digest), index: Number(index), size, root }, hashes);
    });
    return isIn ? { status: 'IN_REGISTER', origin, at } : { status: 'NOT_IN_REGISTER' };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { status: error.code === 'note-unsigned' ? 'PROOF_UNSIGNED' : 'PROOF_MALFORMED' };
  }
}

/** Whoever looks for symbols on a page may find the second stamp first; the register knows them in one order. */
function orders<Value>(values: readonly Value[]): Value[][] {
  if (values.length > 4) return [];
  if (values.length < 2) return [[...values]];
  return values.flatMap((first, index) => orders(values.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
