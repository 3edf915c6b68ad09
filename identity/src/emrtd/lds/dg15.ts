/** DG15: the public key of active authentication (ICAO Doc 9303 part 10, 4.7.15; part 11, 6.1). */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { CardError, malformed } from '../../card-error.ts';
import { readWholeTlv } from '../../iso7816/tlv.ts';

const DER_SEQUENCE = 0x30;
/** Bounds of an RSA modulus in bits: below it proves nothing, above it only costs time. */
const RSA_BITS = { min: 1024, max: 8192 } as const;
/** An honest public exponent fits into this; a longer one only costs time. */
const RSA_EXPONENT_LIMIT = 1n << 64n;

/**
 * Reads the file: an RSA key or a key on a named curve, explicit parameters of one included.
 * Throws CardError `malformed`, or `unsupported` for a key of another kind, curve or size.
 */
export function parseDg15(file: Uint8Array): KeyObject {
  const publicKeyInfo = readWholeTlv(file, 0x6f);
  readWholeTlv(publicKeyInfo, DER_SEQUENCE);
  const key = readKey(publicKeyInfo);
  const { modulusLength, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' && namedCurve !== undefined) return key;
  const usable =
    key.asymmetricKeyType === 'rsa' &&
    modulusLength !== undefined &&
    publicExponent !== undefined &&
    modulusLength >= RSA_BITS.min &&
    modulusLength <= RSA_BITS.max &&
    modulusLength % 8 === 0 &&
    publicExponent < RSA_EXPONENT_LIMIT;
  if (!usable) throw new CardError('unsupported', 'active authentication key of an unknown kind or size');
  return key;
}

function readKey(publicKeyInfo: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(publicKeyInfo), format: 'der', type: 'spki' });
  } catch (error) {
    throw malformed('active authentication key cannot be read', { cause: error });
  }
}
