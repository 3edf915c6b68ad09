/**
 * Basic access control (ICAO Doc 9303 part 11, 4.3 and 9.7.2): the older way into a chip, with three fields of the
 * machine readable zone. It stands behind PACE for cards that have nothing else; the card access number opens nothing here.
 *
 *   Kenc, Kmac = KDF(first 16 bytes of SHA-1(MRZ information), 1 and 2)
 *   card: RND.IC
 *   ours: E(Kenc, RND.IFD | RND.IC | K.IFD) with its code under Kmac
 *   card: E(Kenc, RND.IC | RND.IFD | K.IC)  with its code under Kmac
 *   session keys = KDF(K.IFD xor K.IC, 1 and 2), counter = end of RND.IC | end of RND.IFD
 *
 * The keys come from what is printed on the card, so whoever records the dialogue and guesses the fields can read it
 * later; PACE has no such weakness and is tried first.
 */
import { createHash } from 'node:crypto';
import { CardError, malformed } from '../../card-error.ts';
import { INS } from '../../iso7816/apdu.ts';
import type { Command } from '../../iso7816/apdu.ts';
import { formatStatusWord, isWrongPassword, SW_NOT_FOUND, SW_OK, SW_SECURITY_STATUS } from '../../iso7816/status-word.ts';
import { runOne } from '../../iso7816/transmit.ts';
import { mrzInformation } from '../../mrz/mrz-information.ts';
import type { MrzKeyFields } from '../../mrz/mrz-information.ts';
import type { CommandChannel } from '../../port.ts';
import { concat, equalConstantTime, xor } from '../../primitives/bytes.ts';
import { DES_BLOCK_BYTES, desEdeCbcDecrypt, desEdeCbcEncrypt } from '../../primitives/des.ts';
import { deriveKey, KDF_COUNTER } from '../../primitives/kdf.ts';
import { padIso7816, retailMac } from '../../primitives/retail-mac.ts';
import { EMRTD_APPLICATION } from '../elementary-files.ts';
import type { RandomBytes } from '../pace/domain-parameters.ts';
import type { SessionKeys } from '../symmetric-suite.ts';

const CHALLENGE_BYTES = 8;
const KEY_BYTES = 16;
const CODE_BYTES = 8;
/** Two challenges and a key, enciphered, with the code. */
const AUTHENTICATION_BYTES = 2 * CHALLENGE_BYTES + KEY_BYTES + CODE_BYTES;
/** Bytes that each challenge gives to the counter. */
const COUNTER_HALF_BYTES = 4;

const SELECT_APPLICATION: Command = { ins: INS.select, p1: 0x04, p2: 0x0c, data: EMRTD_APPLICATION };
const GET_CHALLENGE: Command = { ins: INS.getChallenge, p1: 0, p2: 0, le: CHALLENGE_BYTES };

/** A session as it begins. The application of the travel document is selected in it. */
export interface BacSession {
  readonly keys: SessionKeys;
  /** Send sequence counter before the first command. */
  readonly counter: Uint8Array;
}

/** Both keys of a document (part 11, 9.7.2). Throws RangeError on fields that no zone can have. */
export function documentAccessKeys(mrz: MrzKeyFields): SessionKeys {
  const digest = createHash('sha1').update(mrzInformation(mrz), 'ascii').digest();
  return keysOf(digest.subarray(0, KEY_BYTES));
}

/**
 * Selects the application and opens it, three commands in two exchanges.
 *
 * Throws CardError: `not-a-travel-document` when there is no application, `wrong-mrz` when the card does not know the
 * keys, `wrong-mac` when its own answer does not prove that it does, `malformed` for answers of another length,
 * `unsupported` for other status words; and RangeError on fields that no zone can have.
 */
export async function establishBac(
  channel: CommandChannel,
  mrz: MrzKeyFields,
  random: RandomBytes,
): Promise<BacSession> {
  const access = documentAccessKeys(mrz);
  const cardChallenge = await selectAndChallenge(channel);
  const ownChallenge = random(CHALLENGE_BYTES);
  const ownKey = random(KEY_BYTES);

  const data = seal(access, concat(ownChallenge, cardChallenge, ownKey));
  const step = 'EXTERNAL AUTHENTICATE';
  const command: Command = { ins: INS.externalAuthenticate, p1: 0, p2: 0, data, le: AUTHENTICATION_BYTES };
  const { data: answer, sw } = await runOne(channel, command);
  if (isWrongPassword(sw) || sw === SW_SECURITY_STATUS) {
    const message = 'number, birth date or expiry date are not those of this card';
    throw new CardError('wrong-mrz', message, { step, statusWord: sw });
  }
  if (sw !== SW_OK) throw refused(step, sw);

  const plain = open(access, answer, step);
  const expected = concat(cardChallenge, ownChallenge);
  if (!equalConstantTime(plain.subarray(0, expected.length), expected)) {
    throw new CardError('wrong-mac', 'the card answers another challenge', { step });
  }
  const cardKey = plain.subarray(expected.length);
  const seed = xor(ownKey, cardKey);
  const keys = keysOf(seed);
  for (const secret of [access.encryption, access.mac, ownKey, cardKey, plain, seed]) secret.fill(0);
  return { keys, counter: concat(cardChallenge.slice(-COUNTER_HALF_BYTES), ownChallenge.slice(-COUNTER_HALF_BYTES)) };
}

async function selectAndChallenge(channel: CommandChannel): Promise<Uint8Array> {
  const [selected, challenge] = await channel.run([SELECT_APPLICATION, GET_CHALLENGE]);
  if (selected?.sw === SW_NOT_FOUND) {
    const details = { step: 'SELECT application', statusWord: selected.sw };
    throw new CardError('not-a-travel-document', 'the card has no travel document application', details);
  }
  if (selected?.sw !== SW_OK) throw refused('SELECT application', selected?.sw);
  if (challenge?.sw !== SW_OK) throw refused('GET CHALLENGE', challenge?.sw);
  if (challenge.data.length !== CHALLENGE_BYTES) throw malformed('challenge of another length', { step: 'GET CHALLENGE' });
  return challenge.data;
}

function seal({ encryption, mac }: SessionKeys, plain: Uint8Array): Uint8Array {
  const cryptogram = desEdeCbcEncrypt(encryption, plain);
  return concat(cryptogram, retailMac(mac, padIso7816(cryptogram, DES_BLOCK_BYTES)));
}

/** The code comes first: nothing is deciphered before it agrees. */
function open({ encryption, mac }: SessionKeys, sealed: Uint8Array, step: string): Uint8Array {
  if (sealed.length !== AUTHENTICATION_BYTES) throw malformed('authentication data of another length', { step });
  const cryptogram = sealed.subarray(0, -CODE_BYTES);
  const code = retailMac(mac, padIso7816(cryptogram, DES_BLOCK_BYTES));
  if (!equalConstantTime(code, sealed.subarray(-CODE_BYTES))) {
    throw new CardError('wrong-mac', 'authentication data with a wrong code', { step });
  }
  return desEdeCbcDecrypt(encryption, cryptogram);
}

function keysOf(seed: Uint8Array): SessionKeys {
  return {
    cipher: 'des-ede',
    encryption: deriveKey(seed, KDF_COUNTER.encryption, 'des-ede'),
    mac: deriveKey(seed, KDF_COUNTER.mac, 'des-ede'),
  };
}

function refused(step: string, sw: number | undefined): CardError {
  if (sw === undefined) return malformed('no response', { step });
  return new CardError('unsupported', `${step} answered ${formatStatusWord(sw)}`, { step, statusWord: sw });
}
