import { leafHash, provesInclusion } from '../merkle/tree.ts';
import { stampDigest } from '../stamp-digests.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import type { CheckpointVerifier } from './open-checkpoint.ts';
import { NoteError } from './signed-note.ts';

/** What proofs show of one stamp. */
export type ProofCheck =
  | {
      readonly status: 'IN_REGISTER';
      /** The register, and when it said that it was in it. */
      readonly origin: string;
      readonly at: Date;
    }
  | {
      /**
       * - PROOF_MALFORMED: this is no proof.
       * - PROOF_UNSIGNED: its checkpoint is signed by no key that was to sign then.
       * - NOT_IN_REGISTER: none of the proofs is of this stamp.
       */
      readonly status: 'PROOF_MALFORMED' | 'PROOF_UNSIGNED' | 'NOT_IN_REGISTER';
    };

/** Longest proof that is read, in signs: a path of sixty hashes and a note with its witnesses. */
const MAX_PROOF = 32_768;
/** A paper has four stamps at most. */
const MAX_STAMPS = 4;
const EACH_PROOF = /^(?=c2sp\.org\/tlog-proof@v1$)/m;
const PROOF = /^c2sp\.org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/]+=*\n)?index (0|[1-9][0-9]{0,14})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n([^]+)$/;

/** A proof whose checkpoint is signed. */
interface OpenProof {
  readonly index: number;
  readonly path: readonly Buffer[];
  readonly checkpoint: ReturnType<typeof openCheckpoint>;
}

/**
 * Checks offline what `register proof` printed (c2sp.org/tlog-proof, one proof a stamp, one after the other) against the
 * stamps of a paper. A function of its arguments.
 *
 * @param proofs text of one proof up to four, in any order; one that is refused is the reason of every stamp the others do not prove
 * @param stamps bytes of the stamps found on the paper, in any order; of more than four none is in the register
 * @param keys who may have signed the checkpoints: see `verifiersIn`
 * @returns one answer a stamp, in their order
 */
export function checkProof(
  proofs: string,
  stamps: readonly Uint8Array[],
  keys: readonly [CheckpointVerifier, ...CheckpointVerifier[]],
): ProofCheck[] {
  const opened: OpenProof[] = [];
  let refused: 'PROOF_MALFORMED' | 'PROOF_UNSIGNED' | null = null;
  const parts = proofs.length <= MAX_STAMPS * MAX_PROOF ? proofs.split(EACH_PROOF) : [];
  for (const part of parts.length <= MAX_STAMPS ? parts : []) {
    const proof = openProof(part, keys);
    if (typeof proof === 'object') opened.push(proof);
    else refused ??= proof;
  }
  const nothing = refused ?? (opened.length > 0 ? 'NOT_IN_REGISTER' : 'PROOF_MALFORMED');
  if (stamps.length > MAX_STAMPS) return stamps.map(() => ({ status: nothing }));
  // Papers of several stamps were once one leaf, of the bytes of all: it proves each of them.
  const joined = opened.find((proof) => orders(stamps).some((order) => proves(proof, Buffer.concat(order))));
  return stamps.map((stamp) => {
    const proof = joined ?? opened.find((each) => proves(each, stamp));
    return proof === undefined ? { status: nothing } : { status: 'IN_REGISTER', origin: proof.checkpoint.origin, at: proof.checkpoint.at };
  });
}

function openProof(text: string, keys: readonly [CheckpointVerifier, ...CheckpointVerifier[]]): OpenProof | 'PROOF_MALFORMED' | 'PROOF_UNSIGNED' {
  const [, index, path = '', note = ''] = (text.length <= MAX_PROOF && PROOF.exec(text)) || [];
  if (index === undefined) return 'PROOF_MALFORMED';
  try {
    const hashes = path.split('\n').slice(0, -1).map((line) => Buffer.from(line, 'base64'));
    return { index: Number(index), path: hashes, checkpoint: openCheckpoint(note, keys) };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return error.code === 'note-unsigned' ? 'PROOF_UNSIGNED' : 'PROOF_MALFORMED';
  }
}

function proves({ index, path, checkpoint: { size, root } }: OpenProof, bytes: Uint8Array): boolean {
  return provesInclusion({ leaf: leafHash(Buffer.from(stampDigest(bytes), 'hex')), index, size, root }, path);
}

/** Whoever looks for symbols on a page may find the second stamp first; the register knows them in one order. */
function orders<Value>(values: readonly Value[]): Value[][] {
  if (values.length < 2) return values.length === 0 ? [] : [[...values]];
  return values.flatMap((first, index) => orders(values.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
