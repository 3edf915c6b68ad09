/**
 * The chip's side of Basic Access Control (ICAO Doc 9303 part 11 clause 4.3 and appendix D.3).
 *
 *            GET CHALLENGE              EXTERNAL AUTHENTICATE
 *   no challenge ────────▶ challenged ───────────────────────▶ session
 *        ▲                     │ anything else, a wrong cryptogram
 *        └─────────────────────┘
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { xor } from '@videosportello/identity/primitives/bytes.ts';
import { desEdeCbcDecrypt, desEdeCbcEncrypt } from '@videosportello/identity/primitives/des.ts';
import { padIso7816, retailMac } from '@videosportello/identity/primitives/retail-mac.ts';
import { CHECKSUM_BYTES, sessionKeys } from './cipher-suite.ts';
import type { SessionKeys } from './cipher-suite.ts';

export const CHALLENGE_BYTES = 8;
export const AUTHENTICATION_BYTES = 40;
const KEY_BYTES = 16;
const SEED_BYTES = 16;

export interface BacSession {
  readonly answer: Uint8Array;
  readonly keys: SessionKeys;
  /** First value of the send sequence counter. */
  readonly counter: Uint8Array;
}

/** Document basic access keys of a machine readable zone (part 11 clause 9.7.2). */
export function documentAccessKeys(mrzInformation: string): SessionKeys {
  const seed = createHash('sha1').update(mrzInformation, 'latin1').digest().subarray(0, SEED_BYTES);
  return sessionKeys(seed, 'des-ede');
}

/**
 * Answers EXTERNAL AUTHENTICATE: 32 enciphered bytes and their checksum, over RND.IFD, the chip's challenge, K.IFD.
 * Undefined when the terminal does not know the keys or the challenge.
 */
export function authenticateTerminal(
  access: SessionKeys,
  challenge: Uint8Array,
  data: Uint8Array,
  random: (bytes: number) => Uint8Array,
): BacSession | undefined {
  const cryptogram = data.subarray(0, -CHECKSUM_BYTES);
  if (!timingSafeEqual(data.subarray(-CHECKSUM_BYTES), retailMac(access.mac, padIso7816(cryptogram, 8)))) {
    return undefined;
  }
  const plain = desEdeCbcDecrypt(access.encryption, cryptogram);
  const terminalChallenge = plain.subarray(0, CHALLENGE_BYTES);
  if (!timingSafeEqual(plain.subarray(CHALLENGE_BYTES, 2 * CHALLENGE_BYTES), challenge)) return undefined;
  const terminalKey = plain.subarray(2 * CHALLENGE_BYTES);
  const chipKey = random(KEY_BYTES);
  const enciphered = desEdeCbcEncrypt(access.encryption, Buffer.concat([challenge, terminalChallenge, chipKey]));
  return {
    answer: Buffer.concat([enciphered, retailMac(access.mac, padIso7816(enciphered, 8))]),
    keys: sessionKeys(xor(terminalKey, chipKey), 'des-ede'),
    counter: Buffer.concat([challenge.subarray(-4), terminalChallenge.subarray(-4)]),
  };
}
