/**
 * Reads elementary files by READ BINARY with short identifiers (ISO/IEC 7816-4, clause 7.2.3), bounded whatever the
 * card claims, in as few exchanges as the protocol allows.
 *
 * Several files are read side by side: the first chunks of all in one exchange; each outer data object then tells its
 * file's length, and all remaining chunks go in a second one. A card that answers a chunk in pieces gets more rounds.
 * A file that the card does not have or does not give is an outcome, not an error.
 *
 *   unknown --first chunk--> partly read --last chunk--> read
 *      \-> absent (6A82)   \-> denied (6982)
 */
import { CardError, malformed } from '../card-error.ts';
import { INS } from '../iso7816/apdu.ts';
import type { Command, ResponseApdu } from '../iso7816/apdu.ts';
import {
  formatStatusWord,
  SW_END_OF_FILE,
  SW_NOT_FOUND,
  SW_OK,
  SW_SECURITY_STATUS,
  SW_WRONG_OFFSET,
} from '../iso7816/status-word.ts';
import { readTlvHeader } from '../iso7816/tlv.ts';
import type { CommandChannel } from '../port.ts';
import { concat } from '../primitives/bytes.ts';
import type { FileSpec } from './elementary-files.ts';

/** No file of a travel document that is read here comes near this. */
const FILE_LIMIT_BYTES = 65_536;
/** With a short identifier the offset has 8 bits, without one 15; longer files need another instruction. */
const SHORT_ID_OFFSET_LIMIT = 0xff;
const OFFSET_LIMIT = 0x7fff;
/** A well-behaved card needs two rounds for any number of files; the rest is patience with short answers. */
const ROUND_LIMIT = 64;

/** What became of a file. */
export type FileOutcome =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  /** The card has no such file. */
  | { readonly kind: 'absent' }
  /** The card has it and does not give it in this session. */
  | { readonly kind: 'denied' };

/** Reading of one file as it stands between two rounds. */
interface Progress {
  readonly spec: FileSpec;
  bytes: Uint8Array;
  /** Bytes that the first chunk asks for. */
  firstBytes: number;
  /** From the outer data object, once the first chunk is there. */
  length: number | undefined;
  outcome: FileOutcome | undefined;
}

interface PlannedCommand {
  readonly file: Progress;
  readonly command: Command;
  /** Where the chunk belongs and how long it is; absent for a SELECT. */
  readonly chunk: { readonly offset: number; readonly bytes: number } | undefined;
}

/**
 * Reads whole files; bytes after the outer data object are left out. `chunkBytes` is the most that one response of this
 * session can carry. The outcomes come in the order of the specifications; so do the first chunks, and as a card may
 * answer a short file with 6282, which ends an exchange, files of unknown short length are best named last.
 *
 * Throws CardError: `malformed` when a file claims more than 64 KiB, carries another tag, ends before its length or
 * answers more than was asked; `unsupported` for a file beyond 15-bit offsets and for other status words.
 */
export async function readFiles(
  channel: CommandChannel,
  specs: readonly FileSpec[],
  chunkBytes: number,
): Promise<readonly FileOutcome[]> {
  const files: Progress[] = specs.map((spec) => ({
    spec,
    bytes: new Uint8Array(0),
    firstBytes: Math.min(chunkBytes, spec.usualBytes ?? chunkBytes),
    length: undefined,
    outcome: undefined,
  }));
  let largest = chunkBytes;
  let current: Progress | undefined;
  for (let round = 0; files.some((file) => file.outcome === undefined); round += 1) {
    if (round === ROUND_LIMIT) throw malformed('the card answers in pieces without end');
    const planned = planRound(files, current, largest);
    const responses = await channel.run(planned.map(({ command }) => command));
    for (const [i, response] of responses.entries()) {
      const step = planned[i];
      if (step === undefined) break;
      current = takeResponse(step, response) ? step.file : undefined;
      const asked = step.chunk?.bytes ?? 0;
      const short = step.file.outcome === undefined && response.data.length > 0 && response.data.length < asked;
      if (short) largest = Math.min(largest, response.data.length);
    }
  }
  return files.map((file) => file.outcome ?? { kind: 'absent' });
}

/** Every command that can be known by now; the file that the card has selected comes first. */
function planRound(
  files: readonly Progress[],
  current: Progress | undefined,
  chunkBytes: number,
): readonly PlannedCommand[] {
  const open = files.filter((file) => file.outcome === undefined);
  const ordered = open.toSorted((a, b) => Number(b === current) - Number(a === current));
  return ordered.flatMap((file) => planFile(file, file === current, chunkBytes));
}

function planFile(file: Progress, selected: boolean, chunkBytes: number): readonly PlannedCommand[] {
  const { spec, bytes, length, firstBytes } = file;
  if (length === undefined) return [planRead(file, 0, Math.min(firstBytes, chunkBytes), true)];
  const start = bytes.length;
  const byShortId = !selected && start <= SHORT_ID_OFFSET_LIMIT;
  const planned: PlannedCommand[] = [];
  if (!selected && !byShortId) {
    const data = Uint8Array.of(spec.fileId >> 8, spec.fileId);
    planned.push({ file, command: { ins: INS.select, p1: 0x02, p2: 0x0c, data }, chunk: undefined });
  }
  for (let offset = start; offset < length; offset += chunkBytes) {
    planned.push(planRead(file, offset, Math.min(chunkBytes, length - offset), byShortId && offset === start));
  }
  return planned;
}

function planRead(file: Progress, offset: number, bytes: number, byShortId: boolean): PlannedCommand {
  if (offset > OFFSET_LIMIT) throw new CardError('unsupported', 'file longer than 15-bit offsets reach');
  const p1 = byShortId ? 0x80 | file.spec.shortId : offset >> 8;
  return { file, command: { ins: INS.readBinary, p1, p2: offset & 0xff, le: bytes }, chunk: { offset, bytes } };
}

/** Adds a response to its file. Answers whether the card has this file selected now. */
function takeResponse({ file, chunk }: PlannedCommand, { data, sw }: ResponseApdu): boolean {
  if (chunk === undefined) {
    if (sw !== SW_OK) throw refused('SELECT', sw);
    return true;
  }
  if (file.length === undefined) {
    if (sw === SW_NOT_FOUND) file.outcome = { kind: 'absent' };
    else if (sw === SW_SECURITY_STATUS) file.outcome = { kind: 'denied' };
    else if (sw >> 8 === 0x6c && file.firstBytes !== (sw & 0xff)) file.firstBytes = sw & 0xff || 256;
    else return takeChunk(file, chunk, data, sw);
    return false;
  }
  return takeChunk(file, chunk, data, sw);
}

function takeChunk(file: Progress, chunk: { offset: number; bytes: number }, data: Uint8Array, sw: number): boolean {
  if (sw !== SW_OK && sw !== SW_END_OF_FILE && sw !== SW_WRONG_OFFSET) throw refused('READ BINARY', sw);
  if (data.length > chunk.bytes) throw malformed('the card answered more than was asked');
  // A chunk behind a short one is read again in the next round, from where the bytes end.
  if (chunk.offset !== file.bytes.length || file.outcome !== undefined) return true;
  if (data.length === 0) throw malformed('file ends before its length', { statusWord: sw });
  file.bytes = concat(file.bytes, data);
  file.length ??= readLength(file);
  if (file.bytes.length >= file.length) {
    file.outcome = { kind: 'read', bytes: concat(file.bytes.subarray(0, file.length)) };
  }
  return true;
}

function readLength({ spec, bytes }: Progress): number {
  const { tag, headerBytes, valueBytes } = readTlvHeader(bytes);
  if (tag !== spec.tag) throw malformed('file begins with another tag than its own');
  const length = headerBytes + valueBytes;
  if (length > FILE_LIMIT_BYTES) throw malformed('file claims to be longer than any');
  return length;
}

function refused(command: string, sw: number): CardError {
  const code = sw === SW_SECURITY_STATUS ? 'access-denied' : 'unsupported';
  return new CardError(code, `${command} answered ${formatStatusWord(sw)}`, { step: command, statusWord: sw });
}
