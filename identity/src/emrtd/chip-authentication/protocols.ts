/** The chip authentication protocols by object identifier (ICAO Doc 9303 part 11, 9.2.7; BSI TR-03110 part 3, A.1.1.2). */
import type { KeyAlgorithm } from '../../primitives/kdf.ts';
import type { ChipPublicKey } from '../lds/dg14.ts';

/** One chip authentication protocol, version 1. */
export interface ChipAuthenticationProtocol {
  /** Object identifier in dotted form. */
  readonly oid: string;
  /** Its DER content bytes, as they travel in commands. */
  readonly oidBytes: Uint8Array;
  /** For example `CA-ECDH-AES-128`. */
  readonly name: string;
  readonly kind: ChipPublicKey['kind'];
  readonly cipher: KeyAlgorithm;
}

/** id-CA: 0.4.0.127.0.7.2.2.3. */
const ID_CA = [0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x03] as const;

const KINDS: readonly (readonly [number, ChipPublicKey['kind']])[] = [
  [1, 'DH'],
  [2, 'ECDH'],
];

/** The weakest cipher first. */
const CIPHERS: readonly (readonly [number, string, KeyAlgorithm])[] = [
  [1, '3DES', 'des-ede'],
  [2, 'AES-128', 'aes-128'],
  [3, 'AES-192', 'aes-192'],
  [4, 'AES-256', 'aes-256'],
];

/** Every protocol; among those of one kind the stronger cipher comes later. */
export const CHIP_AUTHENTICATION_PROTOCOLS: readonly ChipAuthenticationProtocol[] = KINDS.flatMap(([kindNumber, kind]) =>
  CIPHERS.map(([cipherNumber, cipherName, cipher]) => ({
    oid: `0.4.0.127.0.7.2.2.3.${kindNumber}.${cipherNumber}`,
    oidBytes: Uint8Array.of(...ID_CA, kindNumber, cipherNumber),
    name: `CA-${kind}-${cipherName}`,
    kind,
    cipher,
  })),
);

/** The protocol that a key without a ChipAuthenticationInfo stands for (BSI TR-03110 part 1, 3.4: triple DES). */
export function impliedProtocol(kind: ChipPublicKey['kind']): ChipAuthenticationProtocol | undefined {
  return CHIP_AUTHENTICATION_PROTOCOLS.find((protocol) => protocol.kind === kind && protocol.cipher === 'des-ede');
}
