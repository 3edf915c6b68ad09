/**
 * Reads a travel document: EF.CardAccess, PACE or BAC, the application, its files (ICAO Doc 9303 part 11, 4.2).
 *
 *   access --> pace --> text --> photo --> done
 *               ^________| extended length was tried and refused: once more, with short messages
 *
 * Text files come before the photo, because the photo is most of the bytes. Nothing else is retried here: every error
 * says whether it is worth another try, and a new call starts from the beginning, which is the only way back into a
 * session.
 */
import { CardError, malformed } from '../card-error.ts';
import { plainChannel } from '../iso7816/transmit.ts';
import { guardPort } from '../port.ts';
import type { CardPort, CommandChannel, ExchangeCounts } from '../port.ts';
import { listedKeyFiles, proveChip } from './chip-authentication/prove-chip.ts';
import type { ChipProof } from './chip-authentication/prove-chip.ts';
import { ELEMENTARY_FILES } from './elementary-files.ts';
import type { FileName } from './elementary-files.ts';
import { openChip, readOffers, returnToMasterFile, selectApplication } from './open-chip.ts';
import type { OpenedChip } from './open-chip.ts';
import type { RandomBytes } from './pace/domain-parameters.ts';
import type { PacePassword } from './pace/pace.ts';
import { readFiles } from './read-file.ts';
import { readBytes, secureChannel } from './secure-messaging.ts';
import type { MessageLengths } from './secure-messaging.ts';

/** Where a reading is; each phase is told once, in this order, `photo` only when DG2 is asked for. */
export type ReadPhase = 'access' | 'pace' | 'text' | 'photo' | 'done';

/** What to read and how to get in. */
export interface ReadDocumentOptions {
  readonly password: PacePassword;
  /** Files besides EF.SOD, which is always read. EF.COM is unsigned and costs a command: name it where it is wanted. */
  readonly files: readonly Exclude<FileName, 'sod'>[];
  /** Source of the ephemeral keys, cryptographically strong. */
  readonly random: RandomBytes;
  /** Ends the reading; the reason of `AbortSignal.timeout` becomes the code `timeout`. */
  readonly signal: AbortSignal;
  /**
   * The server's challenge, eight bytes. When given, the files with the chip's own keys that the security object lists
   * are read too, and the chip is asked at the end to prove itself. Default: it is not asked.
   */
  readonly chipChallenge?: Uint8Array;
  /**
   * Whether reads may ask for extended length: `chip-lengths.ts` says what the answer to reset tells about it.
   * When card or reader refuse it, the chip is opened once more and read with short messages. Default `short`.
   */
  readonly lengths?: MessageLengths;
  /** Called when a phase begins. */
  readonly onPhase?: (phase: ReadPhase) => void;
}

/** What came out of the chip. Nothing in it is judged yet: see passive authentication. */
export interface DocumentReading {
  /** `BAC`, or for example `PACE-DH-GM-3DES`. */
  readonly protocol: string;
  /** Whole files as they stand on the card, `sod` among them. */
  readonly files: ReadonlyMap<FileName, Uint8Array>;
  /** Files asked for that did not come, and why. */
  readonly missing: ReadonlyMap<FileName, 'absent' | 'denied'>;
  /** What came of asking the chip to prove itself; undefined when it was not asked. */
  readonly chipProof: ChipProof | undefined;
  readonly counts: Readonly<ExchangeCounts>;
}

/**
 * Reads a document through a port. Throws CardError for every failure, and RangeError for a password that cannot be one
 * (a CAN of other than six digits).
 */
export async function readDocument(port: CardPort, options: ReadDocumentOptions): Promise<DocumentReading> {
  const { password, files: wanted, random, signal, chipChallenge: challenge } = options;
  const counts: ExchangeCounts = { apdus: 0, exchanges: 0, bytes: 0 };
  const guarded = guardPort(port, counts);
  const plain = plainChannel(guarded, signal);
  const told = new Set<ReadPhase>();
  const onPhase = (phase: ReadPhase): void => {
    if (!told.has(phase)) options.onPhase?.(phase);
    told.add(phase);
  };

  const opened: OpenedChip[] = [];
  const open = async (): Promise<{ chip: OpenedChip; channel: CommandChannel }> => {
    const chip = await openChip(plain, offers, password, random);
    opened.push(chip);
    const channel = secureChannel(guarded, chip.messaging, signal);
    if (!chip.applicationSelected) await selectApplication(channel);
    return { chip, channel };
  };

  onPhase('access');
  const offers = await readOffers(plain);
  try {
    onPhase('pace');
    let { lengths = 'short' } = options;
    let { chip, channel } = await open();
    let read: FilesRead;
    try {
      read = await readAll(channel, wanted, planFor(chip, lengths), onPhase);
    } catch (error) {
      if (lengths === 'short' || !mayBeLength(error)) throw error;
      lengths = 'short';
      await returnToMasterFile(plain);
      ({ chip, channel } = await open());
      read = await readAll(channel, wanted, planFor(chip, lengths), onPhase);
    }
    let chipProof: ChipProof | undefined;
    if (challenge !== undefined) {
      await readKeyFiles(channel, read.files, planFor(chip, lengths).chunkBytes);
      chipProof = await proveChip({ port: guarded, channel, files: read.files, challenge, random, signal });
    }
    onPhase('done');
    return { protocol: chip.protocol, ...read, chipProof, counts };
  } finally {
    for (const { keys } of opened) {
      keys.encryption.fill(0);
      keys.mac.fill(0);
    }
  }
}

/**
 * Whether a failed reading may have failed for its long messages: a status word in the clear or in the session, or a
 * transport that gave up.
 */
function mayBeLength(error: unknown): boolean {
  if (!(error instanceof CardError)) return false;
  if (error.code === 'unsupported') return error.statusWord !== undefined;
  return error.code === 'session-lost' || error.code === 'reader-unavailable';
}

interface FilesRead {
  readonly files: Map<FileName, Uint8Array>;
  readonly missing: Map<FileName, 'absent' | 'denied'>;
}

/** How the text files are read. */
interface ReadPlan {
  readonly chunkBytes: number;
  readonly order: readonly FileName[];
}

/**
 * The length of DG1 is known. A card may end an exchange at a file that is shorter than what was asked, so with short
 * messages the long security object comes before the files of unknown short length. With extended ones it comes last:
 * its second chunk lies beyond the offsets that go with a short identifier, and goes on without a SELECT only on the
 * file that was read last.
 */
function planFor({ keys }: OpenedChip, lengths: MessageLengths): ReadPlan {
  const order: readonly FileName[] =
    lengths === 'short' ? ['dg1', 'sod', 'com', 'dg11', 'dg14', 'dg15'] : ['dg1', 'com', 'dg11', 'dg14', 'dg15', 'sod'];
  return { chunkBytes: readBytes(keys, lengths), order };
}

async function readAll(
  secure: CommandChannel,
  wanted: readonly FileName[],
  { chunkBytes, order }: ReadPlan,
  onPhase: (phase: ReadPhase) => void,
): Promise<FilesRead> {
  const files = new Map<FileName, Uint8Array>();
  const missing = new Map<FileName, 'absent' | 'denied'>();
  const read = async (names: readonly FileName[]): Promise<void> => {
    const specs = names.map((name) => ELEMENTARY_FILES[name]);
    const outcomes = await readFiles(secure, specs, chunkBytes);
    for (const [i, outcome] of outcomes.entries()) {
      const name = names[i];
      if (name === undefined) continue;
      if (outcome.kind === 'read') files.set(name, outcome.bytes);
      else missing.set(name, outcome.kind);
    }
  };

  onPhase('text');
  await read(order.filter((name) => name === 'sod' || wanted.some((file) => file === name)));
  if (!files.has('sod')) throw malformed('the card gives no EF.SOD');
  if (wanted.includes('dg2')) {
    onPhase('photo');
    await read(['dg2']);
  }
  return { files, missing };
}

/** Adds the files with the chip's keys that the security object lists and that were not read yet. */
async function readKeyFiles(secure: CommandChannel, files: Map<FileName, Uint8Array>, chunkBytes: number): Promise<void> {
  const names = listedKeyFiles(files.get('sod')).filter((name) => !files.has(name));
  const outcomes = await readFiles(
    secure,
    names.map((name) => ELEMENTARY_FILES[name]),
    chunkBytes,
  );
  for (const [i, outcome] of outcomes.entries()) {
    const name = names[i];
    if (name !== undefined && outcome.kind === 'read') files.set(name, outcome.bytes);
  }
}
