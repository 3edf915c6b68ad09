/**
 * The two families of symmetric algorithms of a travel document behind one shape (ICAO Doc 9303 part 11, 9.7.1.3,
 * 9.8.6 and 9.8.7): triple DES with retail MAC, AES with CMAC.
 */
import { AES_BLOCK_BYTES, aesCbcDecrypt, aesCbcEncrypt, aesCmac, aesEncryptBlock } from '../primitives/aes-cmac.ts';
import { DES_BLOCK_BYTES, desEdeCbcDecrypt, desEdeCbcEncrypt } from '../primitives/des.ts';
import type { KeyAlgorithm } from '../primitives/kdf.ts';
import { padIso7816, retailMac } from '../primitives/retail-mac.ts';

/** Keys of a session, ready for secure messaging. */
export interface SessionKeys {
  readonly cipher: KeyAlgorithm;
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

/** One family of algorithms. All data are whole blocks; nothing is padded here but where it says so. */
export interface SymmetricSuite {
  /** Bytes of a block, and of the send sequence counter. */
  readonly blockBytes: number;
  /** Initial vector of a protected message under a counter. */
  iv(key: Uint8Array, counter: Uint8Array): Uint8Array;
  encrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** 8-byte code over a message padded by ISO/IEC 7816-4. */
  mac(key: Uint8Array, padded: Uint8Array): Uint8Array;
  /** 8-byte authentication token of PACE over an unpadded input. */
  token(key: Uint8Array, input: Uint8Array): Uint8Array;
}

const TRIPLE_DES: SymmetricSuite = {
  blockBytes: DES_BLOCK_BYTES,
  iv: () => new Uint8Array(DES_BLOCK_BYTES),
  encrypt: (key, _iv, data) => desEdeCbcEncrypt(key, data),
  decrypt: (key, _iv, data) => desEdeCbcDecrypt(key, data),
  mac: retailMac,
  token: (key, input) => retailMac(key, padIso7816(input, DES_BLOCK_BYTES)),
};

const AES: SymmetricSuite = {
  blockBytes: AES_BLOCK_BYTES,
  iv: aesEncryptBlock,
  encrypt: aesCbcEncrypt,
  decrypt: aesCbcDecrypt,
  mac: (key, padded) => aesCmac(key, padded).slice(0, 8),
  token: (key, input) => aesCmac(key, input).slice(0, 8),
};

/** The family of a cipher. */
export function symmetricSuite(cipher: KeyAlgorithm): SymmetricSuite {
  return cipher === 'des-ede' ? TRIPLE_DES : AES;
}
