/**
 * Reads a travel document: EF.CardAccess, PACE, the application, its files (ICAO Doc 9303 part 11, 4.2).
 *
 *   access --> pace --> text --> photo --> done
 *
 * Text files come before the photo, because the photo is most of the bytes. Nothing is retried here: every error says
 * whether it is worth another try, and a new call starts from the beginning, which is the only way back into a session.
 */
import { CardError, malformed } from '../card-error.ts';
import { INS } from '../iso7816/apdu.ts';
import type { Command } from '../iso7816/apdu.ts';
import { formatStatusWord, SW_NOT_FOUND, SW_OK } from '../iso7816/status-word.ts';
import { plainChannel, runOne } from '../iso7816/transmit.ts';
import { guardPort } from '../port.ts';
import type { CardPort, CommandChannel, ExchangeCounts } from '../port.ts';
import { parseCardAccess, readCardAccess } from './card-access.ts';
import { listedKeyFiles, proveChip } from './chip-authentication/prove-chip.ts';
import type { ChipProof } from './chip-authentication/prove-chip.ts';
import { ELEMENTARY_FILES, EMRTD_APPLICATION } from './elementary-files.ts';
import type { FileName } from './elementary-files.ts';
import type { RandomBytes } from './pace/domain-parameters.ts';
import { establishPace } from './pace/pace.ts';
import type { PacePassword } from './pace/pace.ts';
import { readFiles } from './read-file.ts';
import { secureChannel, SecureMessaging, shortReadBytes } from './secure-messaging.ts';

/** Where a reading is; each phase is entered once, in this order, `photo` only when DG2 is asked for. */
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
  /** Called when a phase begins. */
  readonly onPhase?: (phase: ReadPhase) => void;
}

/** What came out of the chip. Nothing in it is judged yet: see passive authentication. */
export interface DocumentReading {
  /** For example `PACE-DH-GM-3DES`. */
  readonly protocol: string;
  /** Whole files as they stand on the card, `sod` among them. */
  readonly files: ReadonlyMap<FileName, Uint8Array>;
  /** Files asked for that did not come, and why. */
  readonly missing: ReadonlyMap<FileName, 'absent' | 'denied'>;
  /** What came of asking the chip to prove itself; undefined when it was not asked. */
  readonly chipProof: ChipProof | undefined;
  readonly counts: Readonly<ExchangeCounts>;
}

const SELECT_APPLICATION: Command = { ins: INS.select, p1: 0x04, p2: 0x0c, data: EMRTD_APPLICATION };
const SELECT_MASTER_FILE: Command = { ins: INS.select, p1: 0x00, p2: 0x00 };

/**
 * Reads a document through a port. Throws CardError for every failure, and RangeError for a password that cannot be one
 * (a CAN of other than six digits).
 */
export async function readDocument(port: CardPort, options: ReadDocumentOptions): Promise<DocumentReading> {
  const { password, files: wanted, random, signal, onPhase } = options;
  const counts: ExchangeCounts = { apdus: 0, exchanges: 0, bytes: 0 };
  const guarded = guardPort(port, counts);
  const plain = plainChannel(guarded, signal);

  onPhase?.('access');
  const infos = parseCardAccess(await findCardAccess(plain));

  onPhase?.('pace');
  const { protocol, keys } = await establishPace(plain, infos, password, random);
  try {
    const secure = secureChannel(guarded, new SecureMessaging(keys), signal);
    const read = await readAll(secure, wanted, shortReadBytes(keys), onPhase);
    const { chipChallenge: challenge } = options;
    let chipProof: ChipProof | undefined;
    if (challenge !== undefined) {
      await readKeyFiles(secure, read.files, shortReadBytes(keys));
      chipProof = await proveChip({ port: guarded, channel: secure, files: read.files, challenge, random, signal });
    }
    onPhase?.('done');
    return { protocol, ...read, chipProof, counts };
  } finally {
    keys.encryption.fill(0);
    keys.mac.fill(0);
  }
}

async function readAll(
  secure: CommandChannel,
  wanted: readonly FileName[],
  chunkBytes: number,
  onPhase: ((phase: ReadPhase) => void) | undefined,
): Promise<{ readonly files: Map<FileName, Uint8Array>; readonly missing: Map<FileName, 'absent' | 'denied'> }> {
  await selectApplication(secure);
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

  onPhase?.('text');
  await read(TEXT_ORDER.filter((name) => name === 'sod' || wanted.some((file) => file === name)));
  if (!files.has('sod')) throw malformed('the card gives no EF.SOD');
  if (wanted.includes('dg2')) {
    onPhase?.('photo');
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

/** The length of DG1 is known and the security object is long; the short files of unknown length come last. */
const TEXT_ORDER: readonly FileName[] = ['dg1', 'sod', 'com', 'dg11', 'dg14', 'dg15'];

/** EF.CardAccess, also from cards that show it only after the application was selected and the master file again. */
async function findCardAccess(channel: CommandChannel): Promise<Uint8Array> {
  const atOnce = await readCardAccess(channel);
  if (atOnce !== undefined) return atOnce;
  const application = await runOne(channel, SELECT_APPLICATION);
  if (application.sw !== SW_OK) {
    throw new CardError('not-a-travel-document', 'the card has no travel document application', {
      step: 'SELECT application',
      statusWord: application.sw,
    });
  }
  const later = await runOne(channel, SELECT_MASTER_FILE);
  const second = later.sw === SW_OK ? await readCardAccess(channel) : undefined;
  if (second === undefined) throw new CardError('unsupported', 'a travel document without EF.CardAccess');
  return second;
}

async function selectApplication(channel: CommandChannel): Promise<void> {
  const step = 'SELECT application';
  const { sw } = await runOne(channel, SELECT_APPLICATION);
  if (sw === SW_OK) return;
  const code = sw === SW_NOT_FOUND ? 'not-a-travel-document' : 'unsupported';
  throw new CardError(code, `${step} answered ${formatStatusWord(sw)}`, { step, statusWord: sw });
}
