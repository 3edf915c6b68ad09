/**
 * Has the chip sign a readable challenge with the holder's authentication key, after the PIN (CNS functional
 * specification; OpenSC's card driver). The key is raw RSA: this side hashes and pads (EMSA-PKCS1-v1_5, RFC 8017, 9.2).
 */
import { createHash } from 'node:crypto';
import { CardError } from '../card-error.ts';
import type { Command } from '../iso7816/apdu.ts';
import { CLA, INS, SHORT_MAX } from '../iso7816/apdu.ts';
import { formatStatusWord, SW_OK, SW_WRONG_LENGTH } from '../iso7816/status-word.ts';
import type { CommandChannel } from '../port.ts';
import { concat, fromHex } from '../primitives/bytes.ts';

/** DigestInfo of SHA-256 before the digest itself (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = fromHex('3031300D060960864801650304020105000420');

/** MSE:RESTORE of the environment that signs. The zero after it is no length of anything, and the card wants it. */
const RESTORE_ENVIRONMENT: Command = { ins: INS.manageSecurityEnvironment, p1: 0xf3, p2: 0x03, le: 'max' };
/** MSE:SET DST with the authentication key, 01. */
const SET_AUTHENTICATION_KEY: Command = {
  ins: INS.manageSecurityEnvironment,
  p1: 0xf1,
  p2: 0xb6,
  data: fromHex('830101'),
};

/** What is signed, and by a key of which length. */
export interface ChallengeToSign {
  /** The challenge as the person can read it, in the bytes that are hashed. */
  readonly text: Uint8Array;
  /** Length of the modulus, bytes: 128 or 256. */
  readonly modulusBytes: number;
}

/** The padded block that the chip raises to its private key. Throws RangeError for a modulus too short to hold it. */
export function signatureBlock({ text, modulusBytes }: ChallengeToSign): Uint8Array {
  const digestInfo = concat(SHA256_DIGEST_INFO, createHash('sha256').update(text).digest());
  const filler = modulusBytes - digestInfo.length - 3;
  if (filler < 8) throw new RangeError(`modulus of ${modulusBytes} bytes`);
  return concat(Uint8Array.of(0x00, 0x01), new Uint8Array(filler).fill(0xff), Uint8Array.of(0x00), digestInfo);
}

/**
 * The signature. A block longer than a short command goes in one extended command, and in two chained ones to a card
 * that refuses the length. Throws CardError `access-denied` when the card does not sign, `malformed` for a signature of
 * another length.
 */
export async function signChallenge(channel: CommandChannel, challenge: ChallengeToSign): Promise<Uint8Array> {
  const block = signatureBlock(challenge);
  const prepare = [RESTORE_ENVIRONMENT, SET_AUTHENTICATION_KEY];
  let { data, sw } = await runAll(channel, [...prepare, ...signCommands([block])]);
  if (sw === SW_WRONG_LENGTH && block.length > SHORT_MAX.data) {
    const pieces = [block.subarray(0, SHORT_MAX.data), block.subarray(SHORT_MAX.data)];
    ({ data, sw } = await runAll(channel, [...prepare, ...signCommands(pieces)]));
  }
  if (sw !== SW_OK) {
    const message = `PSO: COMPUTE DIGITAL SIGNATURE answered ${formatStatusWord(sw)}`;
    throw new CardError('access-denied', message, { step: 'PSO: COMPUTE DIGITAL SIGNATURE', statusWord: sw });
  }
  if (data.length !== challenge.modulusBytes) throw new CardError('malformed', 'signature of another length than the key');
  return data;
}

function signCommands(pieces: readonly Uint8Array[]): readonly Command[] {
  return pieces.map((data, i) => {
    const command: Command = { ins: INS.performSecurityOperation, p1: 0x9e, p2: 0x9a, data };
    return i < pieces.length - 1 ? { ...command, cla: CLA.chaining } : { ...command, le: 'max' as const };
  });
}

async function runAll(channel: CommandChannel, commands: readonly Command[]): Promise<{ data: Uint8Array; sw: number }> {
  const last = (await channel.run(commands)).at(-1);
  if (last === undefined) throw new CardError('malformed', 'no response');
  return last;
}
