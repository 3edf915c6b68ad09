import { NoteError } from './signed-note.ts';

/** Where the register stood at a moment: what is signed and leaves the machine. */
export interface Checkpoint {
  /** Names the register: the checker's host and `/register`. */
  readonly origin: string;
  /** Leaves and root of the tree of stamps. */
  readonly size: number;
  readonly root: Buffer;
  /** Counts the register's checkpoints from 1. */
  readonly number: number;
  /** Rows of the chain, and the last one's hash in hexadecimal. */
  readonly chain: { readonly rows: number; readonly head: string };
  readonly at: Date;
}

const COUNT = '(0|[1-9][0-9]{0,14})';
const LINES = new RegExp(
  `^([^\\s+]+)\\n${COUNT}\\n([A-Za-z0-9+/]{43}=)\\nnumber ${COUNT}\\nchain ${COUNT} ([0-9a-f]{64})\\ntime ([0-9T:.Z-]{24})\\n$`,
);

/**
 * The text to sign, as c2sp.org/tlog-checkpoint: origin, size and root, one a line. The lines after them are ours; other
 * readers pass over them.
 */
export function checkpointText({ origin, size, root, number, chain, at }: Checkpoint): string {
  const ours = `number ${number}\nchain ${chain.rows} ${chain.head}\ntime ${at.toISOString()}\n`;
  return `${origin}\n${size}\n${root.toString('base64')}\n${ours}`;
}

/** Reads what {@link checkpointText} writes. @throws {NoteError} `note-malformed` */
export function checkpointOf(text: string): Checkpoint {
  const [, origin = '', size, root = '', number, rows, head = '', time = ''] = LINES.exec(text) ?? [];
  const at = new Date(time);
  if (origin === '' || Number.isNaN(at.getTime())) throw new NoteError('note-malformed', 'This is no checkpoint of a register.');
  return {
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
    number: Number(number),
    chain: { rows: Number(rows), head },
    at,
  };
}

/** The text of a note, signatures cut off and not looked at. */
export function textOfNote(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1);
}
