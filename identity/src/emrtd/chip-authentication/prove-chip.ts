/**
 * Asks the chip to prove that it is the one its issuer made: by chip authentication where DG14 offers it, else by
 * active authentication where DG15 is there. The last thing done in a session, because chip authentication ends it.
 *
 *   keys read --> asked --good answer--> proved
 *                     \--answer that a chip without the private key gives--> failed
 *                     \--refusing status word--> refused
 *                     \--length that chip or reader cannot do--> not possible
 *       \--no key that can be used--> not possible
 *   security object lists the file with the key, the chip does not give it --> withheld
 *   no key in what the security object lists --> not offered
 *
 * `proved` alone says nothing of a document: the file with the key must be covered by its security object, which is
 * what the verdict looks at.
 */
import { CardError } from '../../card-error.ts';
import { CLA, INS } from '../../iso7816/apdu.ts';
import type { Command } from '../../iso7816/apdu.ts';
import { refusesLength, SW_OK } from '../../iso7816/status-word.ts';
import { runOne } from '../../iso7816/transmit.ts';
import type { CardPort, CommandChannel } from '../../port.ts';
import { concat, equalConstantTime } from '../../primitives/bytes.ts';
import {
  activeAuthenticationName,
  requestSignature,
  verifyActiveAuthentication,
} from '../active-authentication/active-authentication.ts';
import { ELEMENTARY_FILES } from '../elementary-files.ts';
import type { FileName } from '../elementary-files.ts';
import { parseDg14 } from '../lds/dg14.ts';
import { parseDg15 } from '../lds/dg15.ts';
import { parseEfSod } from '../lds/ef-sod.ts';
import type { RandomBytes } from '../pace/domain-parameters.ts';
import { secureChannel, SecureMessaging } from '../secure-messaging.ts';
import { changeSessionKeys, chooseChipAuthentication } from './chip-authentication.ts';

/** What came of asking. */
export interface ChipProof {
  readonly outcome: 'proved' | 'failed' | 'refused' | 'withheld' | 'not-possible' | 'not-offered';
  /** Undefined when there was nothing to ask. */
  readonly mechanism: 'chip-authentication' | 'active-authentication' | undefined;
  /** For example `CA-DH-3DES` or `AA-RSA`; undefined when no key could be read. */
  readonly protocol: string | undefined;
  /**
   * The whole file whose key was used, undefined when there was none. The verdict believes the outcome only where the
   * security object covers these bytes.
   */
  readonly keyFile: Uint8Array | undefined;
}

/** The session in which the files were read, and what asking needs. */
export interface ChipSession {
  readonly port: CardPort;
  /** The open protected channel over the port, with the eMRTD application selected. */
  readonly channel: CommandChannel;
  readonly files: ReadonlyMap<FileName, Uint8Array>;
  /** The server's challenge for active authentication: eight bytes that nobody could know before this dialogue. */
  readonly challenge: Uint8Array;
  /** Source of the ephemeral key, cryptographically strong. */
  readonly random: RandomBytes;
  readonly signal: AbortSignal;
}

/** First bytes of DG14 that are read under the new keys: any protected answer proves, and these are known already. */
const PROOF_BYTES = 8;

/** The files with keys that the security object lists, to be read before asking; none where it cannot be read. */
export function listedKeyFiles(sod: Uint8Array | undefined): readonly ('dg14' | 'dg15')[] {
  const listed = attempt(() => (sod === undefined ? [] : [...parseEfSod(sod).digests.keys()]));
  if (listed.kind === 'refused') return [];
  return (['dg14', 'dg15'] as const).filter((name) => listed.value.includes(ELEMENTARY_FILES[name].dataGroup));
}

/**
 * Asks the chip. After chip authentication the channel is of no more use. Read {@link listedKeyFiles} first.
 *
 * Throws CardError for what happens on the way (`card-removed`, `timeout`, `aborted`, `reader-unavailable`, and
 * `session-lost` or `wrong-mac` before new keys are in use), never for a key or an answer that proves nothing.
 */
export async function proveChip(session: ChipSession): Promise<ChipProof> {
  const listed = listedKeyFiles(session.files.get('sod'));
  const dg14 = session.files.get('dg14');
  const dg15 = session.files.get('dg15');
  if (dg14 === undefined && listed.includes('dg14')) return withheld('chip-authentication');
  const { proof: byChip, isOver = false } = dg14 === undefined ? {} : await authenticateChip(session, dg14);
  if (byChip !== undefined && (byChip.outcome !== 'not-possible' || isOver)) return byChip;
  if (dg15 !== undefined) return authenticateActively(session, dg14, dg15);
  if (listed.includes('dg15')) return withheld('active-authentication');
  return byChip ?? { outcome: 'not-offered', mechanism: undefined, protocol: undefined, keyFile: undefined };
}

function withheld(mechanism: NonNullable<ChipProof['mechanism']>): ChipProof {
  return { outcome: 'withheld', mechanism, protocol: undefined, keyFile: undefined };
}

/** `proof` is absent where the file has no key; `isOver`: nothing more can be asked in this session. */
interface ChipAnswer {
  readonly proof?: ChipProof;
  readonly isOver?: boolean;
}

async function authenticateChip(session: ChipSession, dg14: Uint8Array): Promise<ChipAnswer> {
  const as = (outcome: ChipProof['outcome'], protocol?: string): ChipProof => ({
    mechanism: 'chip-authentication',
    outcome,
    protocol,
    keyFile: dg14,
  });
  const read = attempt(() => chooseChipAuthentication(parseDg14(dg14)));
  if (read.kind === 'refused') return { proof: as('not-possible') };
  if (read.value === undefined) return {};
  const chosen = read.value;
  const { name } = chosen.protocol;
  const change = await changeSessionKeys(session.channel, chosen, session.random);
  if (change.kind === 'refused') return { proof: as('refused', name) };
  if (change.kind !== 'changed') return { proof: as('not-possible', name), isOver: change.kind === 'too-long-and-over' };
  const { keys } = change;
  try {
    const channel = secureChannel(session.port, new SecureMessaging(keys), session.signal);
    return { proof: as((await answersUnderNewKeys(channel, dg14)) ? 'proved' : 'failed', name) };
  } finally {
    keys.encryption.fill(0);
    keys.mac.fill(0);
  }
}

async function answersUnderNewKeys(channel: CommandChannel, dg14: Uint8Array): Promise<boolean> {
  const p1 = 0x80 | ELEMENTARY_FILES.dg14.shortId;
  const command: Command = { cla: CLA.plain, ins: INS.readBinary, p1, p2: 0, le: PROOF_BYTES };
  try {
    const { data, sw } = await runOne(channel, command);
    return sw === SW_OK && equalConstantTime(data, concat(dg14.subarray(0, PROOF_BYTES)));
  } catch (error) {
    // A chip without the private key can neither read our code nor make its own.
    if (error instanceof CardError && ['session-lost', 'wrong-mac', 'malformed'].includes(error.code)) return false;
    throw error;
  }
}

async function authenticateActively(
  session: ChipSession,
  dg14: Uint8Array | undefined,
  dg15: Uint8Array,
): Promise<ChipProof> {
  const as = (outcome: ChipProof['outcome'], protocol?: string): ChipProof => ({
    mechanism: 'active-authentication',
    outcome,
    protocol,
    keyFile: dg15,
  });
  const read = attempt(() => {
    const key = parseDg15(dg15);
    return { key, algorithm: dg14 === undefined ? undefined : parseDg14(dg14).activeAuthentication };
  });
  if (read.kind === 'refused') return as('not-possible');
  const { key, algorithm } = read.value;
  const name = activeAuthenticationName(key);
  const answer = await attemptAsync(requestSignature(session.channel, key, session.challenge));
  if (answer.kind === 'refused') {
    const isLength = answer.statusWord !== undefined && refusesLength(answer.statusWord);
    return as(isLength ? 'not-possible' : 'refused', name);
  }
  const check = attempt(() => verifyActiveAuthentication(key, algorithm, session.challenge, answer.value));
  if (check.kind === 'refused') return as('not-possible', name);
  return as(check.value ? 'proved' : 'failed', name);
}

interface Refused {
  readonly kind: 'refused';
  /** The card's, where there was one. */
  readonly statusWord: number | undefined;
}

type Attempt<T> = { readonly kind: 'done'; readonly value: T } | Refused;

/** `malformed` and `unsupported` are about the card's key or answer; every other error is about the way to the card. */
function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: run() };
  } catch (error) {
    return refusedOrThrow(error);
  }
}

async function attemptAsync<T>(running: Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: 'done', value: await running };
  } catch (error) {
    return refusedOrThrow(error);
  }
}

function refusedOrThrow(error: unknown): Refused {
  if (error instanceof CardError && (error.code === 'malformed' || error.code === 'unsupported')) {
    return { kind: 'refused', statusWord: error.statusWord };
  }
  throw error;
}
