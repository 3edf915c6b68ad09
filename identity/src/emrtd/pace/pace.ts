/**
 * PACE with generic mapping (ICAO Doc 9303 part 11, 4.4; BSI TR-03110 part 3, A.3):
 *
 *   K   = KDF(password, 3)           s  = D(K, nonce from the card)
 *   H   = mapping keys agreed        G' = map(G, s, H)
 *   Z   = ephemeral keys agreed over G'
 *   KSenc, KSmac = KDF(Z, 1), KDF(Z, 2)
 *   tokens over the other side's ephemeral key, first the terminal's, then the card's
 *
 * Refused: a card key equal to our own, a key outside the group's range or off the curve, a wrong token, a nonce of other
 * than whole blocks.
 */
import { createHash } from 'node:crypto';
import { CardError, malformed } from '../../card-error.ts';
import { mrzInformation } from '../../mrz/mrz-information.ts';
import type { MrzKeyFields } from '../../mrz/mrz-information.ts';
import type { CommandChannel } from '../../port.ts';
import { equalConstantTime, toHex } from '../../primitives/bytes.ts';
import { deriveKey, KDF_COUNTER } from '../../primitives/kdf.ts';
import type { PaceInfo } from '../card-access.ts';
import { symmetricSuite } from '../symmetric-suite.ts';
import type { SessionKeys } from '../symmetric-suite.ts';
import type { KeyAgreement, RandomBytes } from './domain-parameters.ts';
import { keyAgreement } from './domain-parameters.ts';
import { PASSWORD_REFERENCE, tokenInput } from './messages.ts';
import { requestNonce, sendStep, wrongPassword } from './messenger.ts';

/** What opens the card: the six digits printed on it, or three fields of its machine readable zone. */
export type PacePassword =
  { readonly kind: 'can'; readonly can: string } | ({ readonly kind: 'mrz' } & MrzKeyFields);

/** The strongest cipher first; equal ciphers in the order of the file. */
const PREFERENCE = ['aes-256', 'aes-192', 'aes-128', 'des-ede'] as const;

/** The entry to use, with its key agreement: the strongest cipher that this library can do; undefined when none. */
export function choosePace(
  infos: readonly PaceInfo[],
): { readonly info: PaceInfo; readonly agreement: KeyAgreement } | undefined {
  return infos
    .flatMap((info) => {
      const agreement = keyAgreement(info.protocol.mapping, info.parameterId);
      return agreement === undefined ? [] : [{ info, agreement }];
    })
    .toSorted((a, b) => PREFERENCE.indexOf(a.info.protocol.cipher) - PREFERENCE.indexOf(b.info.protocol.cipher))[0];
}

/**
 * Runs PACE over a channel in the clear and answers the session keys; the send sequence counter starts at zero.
 * Throws CardError: `unsupported` when no entry can be done, `wrong-can` or `wrong-mrz` when the password is not the
 * card's, `malformed` for keys and tokens out of order, and what the channel throws.
 */
export async function establishPace(
  channel: CommandChannel,
  infos: readonly PaceInfo[],
  password: PacePassword,
  random: RandomBytes,
): Promise<{ readonly protocol: string; readonly keys: SessionKeys }> {
  const chosen = choosePace(infos);
  if (chosen === undefined) throw new CardError('unsupported', 'the card offers no PACE protocol that is known here');
  const { protocol, parameterId } = chosen.info;
  const suite = symmetricSuite(protocol.cipher);

  const passwordKey = deriveKey(passwordSeed(password), KDF_COUNTER.password, protocol.cipher);
  const encryptedNonce = await requestNonce(channel, {
    protocol,
    passwordReference: PASSWORD_REFERENCE[password.kind],
    parameterId,
    ambiguous: infos.length > 1,
  });
  if (encryptedNonce.length === 0 || encryptedNonce.length % suite.blockBytes !== 0 || encryptedNonce.length > 64) {
    throw malformed('nonce is not whole blocks');
  }
  const nonce = suite.decrypt(passwordKey, new Uint8Array(suite.blockBytes), encryptedNonce);
  passwordKey.fill(0);

  const mappingPair = chosen.agreement.makeKeyPair(random);
  const cardMappingKey = await sendStep(channel, 'mapping', mappingPair.publicKey, password.kind);
  refuseOwnKey(mappingPair.publicKey, cardMappingKey);
  const mapped = checked(() => chosen.agreement.mapGeneric(nonce, mappingPair.privateKey, cardMappingKey));

  const ephemeralPair = mapped.makeKeyPair(random);
  const cardKey = await sendStep(channel, 'agreement', ephemeralPair.publicKey, password.kind);
  refuseOwnKey(ephemeralPair.publicKey, cardKey);
  const seed = checked(() => mapped.agree(ephemeralPair.privateKey, cardKey));
  const keys: SessionKeys = {
    cipher: protocol.cipher,
    encryption: deriveKey(seed, KDF_COUNTER.encryption, protocol.cipher),
    mac: deriveKey(seed, KDF_COUNTER.mac, protocol.cipher),
  };
  for (const secret of [seed, nonce, mappingPair.privateKey, ephemeralPair.privateKey]) secret.fill(0);

  const tokenOver = (key: Uint8Array): Uint8Array =>
    suite.token(keys.mac, tokenInput(protocol, mapped.publicKeyTag, key));
  const cardToken = await sendStep(channel, 'authentication', tokenOver(cardKey), password.kind);
  // A card that does not know the password can only guess here, so the sentence for the person is the same.
  if (!equalConstantTime(cardToken, tokenOver(ephemeralPair.publicKey))) {
    throw wrongPassword(password.kind, 'authentication');
  }
  return { protocol: protocol.name, keys };
}

/**
 * Seed of the password key (ICAO Doc 9303 part 11, 9.7.3): the digits of the CAN as they are, or the SHA-1 of the
 * MRZ information. Throws RangeError on a CAN of other than six digits and on impossible MRZ fields.
 */
export function passwordSeed(password: PacePassword): Uint8Array {
  if (password.kind === 'can') {
    if (!/^[0-9]{6}$/.test(password.can)) throw new RangeError('a card access number has six digits');
    return new TextEncoder().encode(password.can);
  }
  return Uint8Array.from(createHash('sha1').update(mrzInformation(password), 'ascii').digest());
}

function refuseOwnKey(own: Uint8Array, others: Uint8Array): void {
  if (toHex(own) === toHex(others)) throw malformed('the card sent our own public key back');
}

/** Runs arithmetic on a card's key; what is out of range there is the card's fault. */
function checked<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) throw malformed(error.message, { cause: error });
    throw error;
  }
}
