/**
 * The chip's static key of chip authentication and the agreement with it (ICAO Doc 9303 part 11, 6.2; BSI TR-03110
 * part 3, A.2 and A.4): Diffie-Hellman over the group that the key brings, or over a curve that it names, spells out
 * or refers to by a standardised number.
 */
import { createECDH, createPublicKey } from 'node:crypto';
import { CardError, malformed } from '../../card-error.ts';
import type { Tlv } from '../../iso7816/tlv.ts';
import { readTlvList, readWholeTlv } from '../../iso7816/tlv.ts';
import { concat, fromBigInt, toBigInt } from '../../primitives/bytes.ts';
import type { ModpGroup } from '../../primitives/modp-group.ts';
import { MODP_GROUPS, modPow, publicKey, readPublicKey, sharedSecret } from '../../primitives/modp-group.ts';
import type { ChipPublicKey } from '../lds/dg14.ts';
import { decodeObjectIdentifier } from '../object-identifier.ts';
import type { KeyPair, RandomBytes } from '../pace/domain-parameters.ts';

/** The chip's key, ready to be agreed with. */
export interface ChipKey {
  /** A new key pair in the chip's group. */
  makeKeyPair(random: RandomBytes): KeyPair;
  /** The shared secret as the key derivation takes it: p's length for DH, the x coordinate for curves. */
  agree(privateKey: Uint8Array): Uint8Array;
}

const OID = {
  /** PKCS #3: prime, base, length of the private value. */
  dhKeyAgreement: '1.2.840.113549.1.3.1',
  /** ANSI X9.42: prime, generator, order of the subgroup. */
  dhPublicNumber: '1.2.840.10046.2.1',
  ecPublicKey: '1.2.840.10045.2.1',
  standardizedDomainParameters: '0.4.0.127.0.7.1.2',
} as const;
const DER = { integer: 0x02, bitString: 0x03, oid: 0x06, sequence: 0x30 } as const;

/** Bits of a prime: shorter proves nothing, longer only costs time. */
const PRIME_BITS = { min: 1024, max: 4096 } as const;
/** Random bytes of a private key for a group whose order is not told: twice the strength of a 2048-bit prime. */
const EXPONENT_BYTES = 32;
const MAX_DRAWS = 128;

/** Standardised curves by number (ICAO Doc 9303 part 11, 9.5.1) under the names that OpenSSL gives them. */
const STANDARDISED_CURVES: Readonly<Record<number, string>> = {
  8: 'prime192v1',
  9: 'brainpoolP192r1',
  10: 'secp224r1',
  11: 'brainpoolP224r1',
  12: 'prime256v1',
  13: 'brainpoolP256r1',
  14: 'brainpoolP320r1',
  15: 'secp384r1',
  16: 'brainpoolP384r1',
  17: 'brainpoolP512r1',
  18: 'secp521r1',
};
/** Length of a private key: bits of the curve's order, which for each of these is the curve's own number of bits. */
const CURVE_BITS = /(192|224|256|320|384|512|521)/;

/**
 * Reads a key of DG14. Throws CardError `malformed` for a key that is none or not of its group, `unsupported` for a
 * group or curve that this library does not take.
 */
export function readChipKey({ kind, publicKeyInfo }: ChipPublicKey): ChipKey {
  const [algorithm, bits] = readTlvList(readWholeTlv(publicKeyInfo, DER.sequence));
  if (algorithm?.tag !== DER.sequence || bits?.tag !== DER.bitString || bits.value[0] !== 0) {
    throw malformed('chip authentication key of no form');
  }
  const [oidObject, parameters] = readTlvList(algorithm.value);
  if (oidObject?.tag !== DER.oid) throw malformed('chip authentication key without an algorithm');
  const oid = decodeObjectIdentifier(oidObject.value);
  const key = bits.value.subarray(1);
  return kind === 'DH' ? modpKey(readGroup(oid, parameters), key) : curveKey(readCurve(oid, parameters, publicKeyInfo), key);
}

function readGroup(oid: string, parameters: Tlv | undefined): { group: ModpGroup; q: bigint | undefined } {
  if (oid === OID.standardizedDomainParameters) {
    const id = parameters?.tag === DER.integer ? toBigInt(parameters.value) : undefined;
    if (id !== 0n && id !== 1n && id !== 2n) throw unsupportedGroup();
    const group = MODP_GROUPS[id === 0n ? 0 : id === 1n ? 1 : 2];
    return { group, q: group.q };
  }
  if (oid !== OID.dhKeyAgreement && oid !== OID.dhPublicNumber) throw unsupportedGroup();
  if (parameters?.tag !== DER.sequence) throw malformed('chip authentication key without its group');
  const [prime, base, order] = readTlvList(parameters.value);
  const p = integer(prime);
  const g = integer(base);
  const length = p.toString(2).length;
  if (length < PRIME_BITS.min || length > PRIME_BITS.max) throw unsupportedGroup();
  if (p % 2n === 0n || g < 2n || g > p - 2n) throw malformed('group of chip authentication is none');
  const q = oid === OID.dhPublicNumber ? integer(order) : undefined;
  if (q !== undefined && (q < 2n || q > p)) throw malformed('group of chip authentication is none');
  return { group: { p, g, q: q ?? (p - 1n) / 2n, bytes: Math.ceil(length / 8) }, q };
}

function modpKey({ group, q }: ReturnType<typeof readGroup>, bits: Uint8Array): ChipKey {
  const value = readWholeTlv(bits, DER.integer);
  const chipKey = checked(() => readPublicKey(group, value[0] === 0 ? value.subarray(1) : value));
  if (q !== undefined && modPow(chipKey, q, group.p) !== 1n) throw malformed('chip key outside its subgroup');
  const chipBytes = fromBigInt(chipKey, group.bytes);
  return {
    makeKeyPair(random) {
      const privateKey = draw(random, EXPONENT_BYTES, (candidate) => toBigInt(candidate) > 1n);
      return { privateKey, publicKey: publicKey(group, privateKey) };
    },
    agree: (privateKey) => sharedSecret(group, privateKey, chipBytes),
  };
}

/** Name of the curve; explicit parameters are taken where they spell out a curve that has a name. */
function readCurve(oid: string, parameters: Tlv | undefined, publicKeyInfo: Uint8Array): string {
  let name: string | undefined;
  if (oid === OID.standardizedDomainParameters && parameters?.tag === DER.integer) {
    name = STANDARDISED_CURVES[Number(toBigInt(parameters.value))];
  } else if (oid === OID.ecPublicKey) {
    name = nameOfCurve(publicKeyInfo);
  }
  if (name === undefined || !Object.values(STANDARDISED_CURVES).includes(name)) {
    throw new CardError('unsupported', 'chip authentication over a curve that is not known here');
  }
  return name;
}

function nameOfCurve(publicKeyInfo: Uint8Array): string | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKeyInfo), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve;
  } catch (error) {
    throw malformed('chip authentication key cannot be read', { cause: error });
  }
}

function curveKey(name: string, point: Uint8Array): ChipKey {
  const orderBits = Number(CURVE_BITS.exec(name)?.[1]);
  const length = Math.ceil(orderBits / 8);
  if (point.length !== 2 * length + 1 || point[0] !== 0x04) throw malformed('chip key is no uncompressed point');
  const agree = (privateKey: Uint8Array): Uint8Array => {
    const own = createECDH(name);
    own.setPrivateKey(privateKey);
    try {
      return concat(own.computeSecret(point));
    } catch (error) {
      throw malformed('chip key is not on its curve', { cause: error });
    }
  };
  // A point off the curve is found before anything is sent: one agreement with the smallest key tells.
  agree(fromBigInt(2n, length));
  return {
    makeKeyPair(random) {
      const own = createECDH(name);
      const privateKey = draw(random, length, (candidate) => isPrivateKey(own, candidate), orderBits % 8);
      return { privateKey, publicKey: concat(own.getPublicKey()) };
    },
    agree,
  };
}

/** Takes the candidate as private key where it is one: from 1 to the order less 1. */
function isPrivateKey(own: ReturnType<typeof createECDH>, candidate: Uint8Array): boolean {
  try {
    own.setPrivateKey(candidate);
    return true;
  } catch {
    return false;
  }
}

/** Draws until the candidate is accepted, so that each accepted one is equally likely; `topBits` of the first byte count. */
function draw(
  random: RandomBytes,
  length: number,
  accepts: (candidate: Uint8Array) => boolean,
  topBits = 0,
): Uint8Array {
  for (let tries = 0; tries < MAX_DRAWS; tries += 1) {
    const candidate = concat(random(length));
    if (topBits > 0) candidate[0] = (candidate[0] ?? 0) & ((1 << topBits) - 1);
    if (accepts(candidate)) return candidate;
  }
  throw new RangeError('the source of random bytes does not vary');
}

function integer(tlv: Tlv | undefined): bigint {
  if (tlv?.tag !== DER.integer || tlv.value.length === 0 || (tlv.value[0] ?? 0) >= 0x80) {
    throw malformed('number of a group missing or negative');
  }
  return toBigInt(tlv.value);
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

function unsupportedGroup(): CardError {
  return new CardError('unsupported', 'chip authentication over a group that is not taken here');
}
