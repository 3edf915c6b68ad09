import type { TrustBundle } from '../../trust/trust-bundle.ts';
import { checkpointOf, textOfNote } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { noteVerifierOf, openNote } from './signed-note.ts';
import type { NoteVerifier } from './signed-note.ts';

/** Who may sign checkpoints, and on which days. */
export interface CheckpointVerifier extends NoteVerifier {
  /** First and last UTC day, YYYY-MM-DD. Absent: any day. */
  readonly days?: { readonly from: string; readonly to: string };
}

/**
 * The keys a trust bundle names for checkpoints.
 *
 * @throws {NoteError} `note-malformed` for a key of another kind than Ed25519
 */
export function verifiersIn({ registerKeys }: Pick<TrustBundle, 'registerKeys'>): CheckpointVerifier[] {
  return registerKeys.map(({ key, validFrom, validTo }) => ({ ...noteVerifierOf(key), days: { from: validFrom, to: validTo } }));
}

/**
 * What a note says of a register, when one of the keys signed it in its time.
 *
 * @param keys none: signatures are not looked at
 * @throws {NoteError} as `openNote` and `checkpointOf`
 */
export function openCheckpoint(note: string, keys: readonly CheckpointVerifier[]): Checkpoint {
  const said = checkpointOf(textOfNote(note));
  if (keys.length === 0) return said;
  const day = said.at.toISOString().slice(0, 10);
  openNote(
    note,
    keys.filter(({ days }) => days === undefined || (days.from <= day && day <= days.to)),
  );
  return said;
}
