/**
 * The two families of ciphers of secure messaging and PACE (ICAO Doc 9303 part 11 clauses 4.4.3.4 and 9.8): two-key
 * triple DES with the retail MAC, and AES with CMAC cut to eight bytes.
 */
import { aesCbcDecrypt, aesCbcEncrypt, aesCmac, aesEncryptBlock } from '@videosportello/identity/primitives/aes-cmac.ts';
import { desEdeCbcDecrypt, desEdeCbcEncrypt } from '@videosportello/identity/primitives/des.ts';
import { deriveKey, KDF_COUNTER } from '@videosportello/identity/primitives/kdf.ts';
import type { KeyAlgorithm } from '@videosportello/identity/primitives/kdf.ts';
import { padIso7816, retailMac } from '@videosportello/identity/primitives/retail-mac.ts';

export type { KeyAlgorithm };

/** Bytes of every checksum and authentication token. */
export const CHECKSUM_BYTES = 8;

export interface SessionKeys {
  readonly algorithm: KeyAlgorithm;
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

export interface CipherSuite {
  readonly blockBytes: 8 | 16;
  /** Whole blocks with an initial vector of zeros: the nonce of PACE. */
  encryptNonce(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** Whole blocks of a protected command or answer; `counter` is the send sequence counter as a block. */
  encrypt(key: Uint8Array, counter: Uint8Array, blocks: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, counter: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** Checksum over whole blocks. */
  checksum(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** Authentication token over a message of any length: padded for the retail MAC, as it is for CMAC. */
  token(key: Uint8Array, message: Uint8Array): Uint8Array;
}

const DES: CipherSuite = {
  blockBytes: 8,
  encryptNonce: desEdeCbcEncrypt,
  encrypt: (key, _counter, blocks) => desEdeCbcEncrypt(key, blocks),
  decrypt: (key, _counter, blocks) => desEdeCbcDecrypt(key, blocks),
  checksum: retailMac,
  token: (key, message) => retailMac(key, padIso7816(message, 8)),
};

const cut = (mac: Uint8Array): Uint8Array => mac.subarray(0, CHECKSUM_BYTES);

const AES: CipherSuite = {
  blockBytes: 16,
  encryptNonce: (key, blocks) => aesCbcEncrypt(key, new Uint8Array(16), blocks),
  encrypt: (key, counter, blocks) => aesCbcEncrypt(key, aesEncryptBlock(key, counter), blocks),
  decrypt: (key, counter, blocks) => aesCbcDecrypt(key, aesEncryptBlock(key, counter), blocks),
  checksum: (key, blocks) => cut(aesCmac(key, blocks)),
  token: (key, message) => cut(aesCmac(key, message)),
};

export const cipherSuite = (algorithm: KeyAlgorithm): CipherSuite => (algorithm === 'des-ede' ? DES : AES);

/** The two keys of a session, from the shared secret (part 11 clause 9.7.1). */
export const sessionKeys = (secret: Uint8Array, algorithm: KeyAlgorithm): SessionKeys => ({
  algorithm,
  encryption: deriveKey(secret, KDF_COUNTER.encryption, algorithm),
  mac: deriveKey(secret, KDF_COUNTER.mac, algorithm),
});
