/**
 * Reads transparent files that are found by SELECT (ISO/IEC 7816-4, clauses 11.2.2 and 11.3.3), bounded whatever the
 * card claims. The first chunks of all files travel together, then all that is missing: two exchanges on a card that
 * answers as asked.
 */
import { malformed } from '../card-error.ts';
import type { CommandChannel } from '../port.ts';
import { concat } from '../primitives/bytes.ts';
import type { Command, ResponseApdu } from './apdu.ts';
import { INS, SHORT_MAX } from './apdu.ts';
import { runGroups } from './grouped-commands.ts';
import { SW_END_OF_FILE, SW_OK, SW_WRONG_OFFSET } from './status-word.ts';
import { readTlvHeader } from './tlv.ts';

/** No file read this way comes near it. */
const FILE_LIMIT_BYTES = 16_384;
/** Two are usual; the rest is patience with a card that answers in short pieces. */
const ROUND_LIMIT = 80;

/** A file and how it is found. */
export interface SelectedFile {
  /** Commands that make it the current file; sent again before each round of reads. */
  readonly select: readonly Command[];
  /** Its length in bytes, from its first chunk. May throw CardError `malformed`. */
  readonly lengthOf: (first: Uint8Array) => number;
  /** Whether it may end before that length. Default false. */
  readonly mayEndEarly?: boolean;
}

interface Progress {
  readonly file: SelectedFile;
  bytes: Uint8Array;
  length: number | undefined;
  outcome: { readonly bytes: Uint8Array | undefined } | undefined;
}

/**
 * Reads the files; one that cannot be selected or read comes back undefined. Throws CardError `malformed` for a file
 * that claims too much, ends before its length or comes in pieces without end.
 */
export async function readSelectedFiles(
  channel: CommandChannel,
  files: readonly SelectedFile[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const all: Progress[] = files.map((file) => ({ file, bytes: new Uint8Array(0), length: undefined, outcome: undefined }));
  for (let round = 0; ; round += 1) {
    const open = all.filter(({ outcome }) => outcome === undefined);
    if (open.length === 0) return all.map(({ outcome }) => outcome?.bytes);
    if (round === ROUND_LIMIT) throw malformed('the card answers in pieces without end');
    const groups = await runGroups(
      channel,
      open.map((progress) => [...progress.file.select, ...missing(progress)]),
    );
    for (const [i, progress] of open.entries()) take(progress, groups[i] ?? []);
  }
}

/** The length of a file that is one BER-TLV data object with this tag. */
export function tlvLength(tag: number): (first: Uint8Array) => number {
  return (first) => {
    const header = readTlvHeader(first);
    if (header.tag !== tag) throw malformed('file begins with another tag than its own');
    return header.headerBytes + header.valueBytes;
  };
}

function missing({ bytes, length = SHORT_MAX.expected }: Progress): readonly Command[] {
  const reads: Command[] = [];
  for (let offset = bytes.length; offset < length; offset += SHORT_MAX.expected) {
    const le = Math.min(SHORT_MAX.expected, length - offset);
    reads.push({ ins: INS.readBinary, p1: offset >> 8, p2: offset & 0xff, le });
  }
  return reads;
}

function take(progress: Progress, responses: readonly ResponseApdu[]): void {
  const { file } = progress;
  const chunks = responses.slice(file.select.length);
  if (chunks.length === 0) {
    progress.outcome = { bytes: undefined };
    return;
  }
  let ended = false;
  for (const { data, sw } of chunks) {
    ended ||= sw === SW_END_OF_FILE || sw === SW_WRONG_OFFSET;
    if (sw !== SW_OK && !ended) {
      progress.outcome = { bytes: undefined };
      return;
    }
    if (data.length > SHORT_MAX.expected) throw malformed('the card answered more than was asked');
    const asked = Math.min(SHORT_MAX.expected, (progress.length ?? SHORT_MAX.expected) - progress.bytes.length);
    progress.bytes = concat(progress.bytes, data);
    // What follows a short chunk lies elsewhere: it is asked for again from where the bytes end.
    if (data.length < asked) {
      ended ||= data.length === 0;
      break;
    }
  }
  progress.length ??= boundedLength(file, progress.bytes);
  if (progress.bytes.length >= progress.length) {
    progress.outcome = { bytes: concat(progress.bytes.subarray(0, progress.length)) };
  } else if (ended) {
    if (file.mayEndEarly !== true) throw malformed('file ends before its length');
    progress.outcome = { bytes: progress.bytes };
  }
}

function boundedLength(file: SelectedFile, first: Uint8Array): number {
  const length = file.lengthOf(first);
  if (length > FILE_LIMIT_BYTES) throw malformed('file claims to be longer than any');
  return length;
}
