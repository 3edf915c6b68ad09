/**
 * The PACE protocols by object identifier (ICAO Doc 9303 part 11, 9.2.3; BSI TR-03110 part 3, A.1.1.1).
 */
import type { KeyAlgorithm } from '../../primitives/kdf.ts';

/** How two key pairs are agreed on, and how the nonce becomes a generator. */
export type PaceMapping = 'DH-GM' | 'ECDH-GM';

/** One PACE protocol. */
export interface PaceProtocol {
  /** Object identifier in dotted form. */
  readonly oid: string;
  /** Its DER content bytes, as they travel in commands and tokens. */
  readonly oidBytes: Uint8Array;
  /** For example `PACE-DH-GM-3DES`. */
  readonly name: string;
  readonly mapping: PaceMapping;
  readonly cipher: KeyAlgorithm;
}

/** id-PACE: 0.4.0.127.0.7.2.2.4. */
const ID_PACE = [0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04] as const;

const MAPPINGS: readonly (readonly [number, PaceMapping])[] = [
  [1, 'DH-GM'],
  [2, 'ECDH-GM'],
];

const CIPHERS: readonly (readonly [number, string, KeyAlgorithm])[] = [
  [1, '3DES', 'des-ede'],
  [2, 'AES-128', 'aes-128'],
  [3, 'AES-192', 'aes-192'],
  [4, 'AES-256', 'aes-256'],
];

/** Every generic-mapping protocol. Integrated mapping and chip authentication mapping are not among them. */
export const PACE_PROTOCOLS: readonly PaceProtocol[] = MAPPINGS.flatMap(([mappingNumber, mapping]) =>
  CIPHERS.map(([cipherNumber, cipherName, cipher]) => ({
    oid: `0.4.0.127.0.7.2.2.4.${mappingNumber}.${cipherNumber}`,
    oidBytes: Uint8Array.of(...ID_PACE, mappingNumber, cipherNumber),
    name: `PACE-${mapping}-${cipherName}`,
    mapping,
    cipher,
  })),
);

/** The protocol of an object identifier in dotted form, undefined for one that this library does not know. */
export function paceProtocol(oid: string): PaceProtocol | undefined {
  return PACE_PROTOCOLS.find((protocol) => protocol.oid === oid);
}
