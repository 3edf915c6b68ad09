/**
 * Active authentication (ICAO Doc 9303 part 11, 6.1): the chip signs the server's challenge with the private key whose
 * public half is DG15. It proves the chip of DG15, and then only what the security object says of DG15.
 */
import { verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { CardError } from '../../card-error.ts';
import { INS } from '../../iso7816/apdu.ts';
import type { Command, ResponseApdu } from '../../iso7816/apdu.ts';
import { formatStatusWord, refusesLength, SW_OK, SW_WRONG_LENGTH } from '../../iso7816/status-word.ts';
import { runOne } from '../../iso7816/transmit.ts';
import type { CommandChannel } from '../../port.ts';
import type { HashName } from '../signature-scheme.ts';
import { verifyRecovering } from './iso9796-2.ts';

/** Length of the challenge, RND.IFD. */
export const CHALLENGE_BYTES = 8;

/** Expected length that makes a command extended and asks for all there is. */
const EXTENDED_EXPECTED = 65_536;

/** The plain ECDSA algorithms that a document may name in DG14 (BSI TR-03111, 5.2.1.1). */
const ECDSA_HASHES: Readonly<Record<string, HashName>> = {
  '0.4.0.127.0.7.1.1.4.1.1': 'sha1',
  '0.4.0.127.0.7.1.1.4.1.2': 'sha224',
  '0.4.0.127.0.7.1.1.4.1.3': 'sha256',
  '0.4.0.127.0.7.1.1.4.1.4': 'sha384',
  '0.4.0.127.0.7.1.1.4.1.5': 'sha512',
};

/** The most plain bytes that a protected short response carries with every cipher (ICAO Doc 9303 part 11, 9.8). */
const SHORT_ANSWER_BYTES = 223;

/**
 * INTERNAL AUTHENTICATE with the challenge; answers the signature. A chip that refuses the short form where its
 * signature is longer than a protected short response is asked with extended length, which may end the session.
 *
 * Throws RangeError for a challenge of other than eight bytes, CardError `unsupported` when the chip refuses, with its
 * status word, 6700 also where chip or reader cannot do extended length, and what the channel throws.
 */
export async function requestSignature(
  channel: CommandChannel,
  key: KeyObject,
  challenge: Uint8Array,
): Promise<Uint8Array> {
  if (challenge.length !== CHALLENGE_BYTES) throw new RangeError(`challenge of ${challenge.length} bytes`);
  const command = (le: number | 'max'): Command => ({ ins: INS.internalAuthenticate, p1: 0, p2: 0, data: challenge, le });
  const long = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 > SHORT_ANSWER_BYTES;
  let response = await runOne(channel, command('max'));
  if (long && response.sw !== SW_OK) {
    const extended = await runExtended(channel, command(EXTENDED_EXPECTED));
    // What the chip gave as its reason for the short form stands, where the other form is only too long for it.
    if (!refusesLength(extended.sw)) response = extended;
  }
  if (response.sw === SW_OK) return response.data;
  const step = 'active authentication';
  const { sw: statusWord } = response;
  throw new CardError('unsupported', `${step} answered ${formatStatusWord(statusWord)}`, { step, statusWord });
}

/**
 * A chip without extended length says so in the clear: that is its answer, and the session is over. A reader without it
 * fails.
 */
async function runExtended(channel: CommandChannel, command: Command): Promise<ResponseApdu> {
  const none = new Uint8Array(0);
  try {
    return await runOne(channel, command);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    if (error.code === 'reader-unavailable') return { data: none, sw: SW_WRONG_LENGTH };
    if (error.code !== 'session-lost' || error.statusWord === undefined) throw error;
    return { data: none, sw: error.statusWord };
  }
}

/** Name of what will be run, for a record: `AA-RSA` or `AA-ECDSA`. */
export function activeAuthenticationName(key: KeyObject): string {
  return key.asymmetricKeyType === 'ec' ? 'AA-ECDSA' : 'AA-RSA';
}

/**
 * Whether the signature over the challenge stands under the key of DG15. `algorithm` is what DG14 names, needed for
 * curves only. A curve's signature is r and s joined; some cards send it as DER, which is taken too.
 * Throws CardError `unsupported` for a curve without an algorithm that is known here.
 */
export function verifyActiveAuthentication(
  key: KeyObject,
  algorithm: string | undefined,
  challenge: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.asymmetricKeyType !== 'ec') return verifyRecovering(key, signature, challenge);
  const hash = ECDSA_HASHES[algorithm ?? ''];
  if (hash === undefined) throw new CardError('unsupported', 'active authentication by no algorithm that is known here');
  return (['ieee-p1363', 'der'] as const).some((dsaEncoding) => verify(hash, challenge, { key, dsaEncoding }, signature));
}
