/**
 * DG14: SecurityInfos about the chip's own keys (ICAO Doc 9303 part 10, 4.7.14; part 11, 9.2.5 to 9.2.7; BSI TR-03110
 * part 3, A.1.1). Read here; which of them can be used is decided in chip authentication.
 */
import { malformed } from '../../card-error.ts';
import type { Tlv } from '../../iso7816/tlv.ts';
import { readTlvList, readWholeTlv } from '../../iso7816/tlv.ts';
import { concat, toHex } from '../../primitives/bytes.ts';
import { decodeObjectIdentifier } from '../object-identifier.ts';

/** A ChipAuthenticationInfo of version 1; other versions belong to another protocol and are passed over. */
export interface ChipAuthenticationInfo {
  /** Object identifier in dotted form, below id-CA. */
  readonly oid: string;
  /** Unsigned number in hexadecimal, where the entry has one. */
  readonly keyId: string | undefined;
}

/** A ChipAuthenticationPublicKeyInfo. */
export interface ChipPublicKey {
  readonly kind: 'DH' | 'ECDH';
  /** DER of the SubjectPublicKeyInfo, with whatever parameters it carries. */
  readonly publicKeyInfo: Uint8Array;
  readonly keyId: string | undefined;
}

/** What DG14 says. */
export interface Dg14 {
  readonly chipAuthentication: readonly ChipAuthenticationInfo[];
  readonly chipKeys: readonly ChipPublicKey[];
  /** Signature algorithm of active authentication in dotted form, undefined where the file has no such entry. */
  readonly activeAuthentication: string | undefined;
}

const ID_PK = { '0.4.0.127.0.7.2.2.1.1': 'DH', '0.4.0.127.0.7.2.2.1.2': 'ECDH' } as const;
const ID_CA = '0.4.0.127.0.7.2.2.3.';
const ID_ACTIVE_AUTHENTICATION = '2.23.136.1.1.5';
const DER = { integer: 0x02, oid: 0x06, sequence: 0x30, set: 0x31 } as const;
const VERSION_1 = '01';

/** Reads the file; entries of other kinds are passed over. Throws CardError `malformed`. */
export function parseDg14(file: Uint8Array): Dg14 {
  const chipAuthentication: ChipAuthenticationInfo[] = [];
  const chipKeys: ChipPublicKey[] = [];
  let activeAuthentication: string | undefined;
  for (const entry of readTlvList(readWholeTlv(readWholeTlv(file, 0x6e), DER.set))) {
    if (entry.tag !== DER.sequence) throw malformed('DG14 holds something else than a sequence');
    const [protocol, required, optional] = readTlvList(entry.value);
    if (protocol?.tag !== DER.oid || required === undefined) throw malformed('SecurityInfo without its fields');
    const oid = decodeObjectIdentifier(protocol.value);
    if (isPublicKey(oid)) {
      if (required.tag !== DER.sequence) throw malformed('chip authentication key of no form');
      chipKeys.push({ kind: ID_PK[oid], publicKeyInfo: concat(required.raw), keyId: keyIdOf(optional) });
    } else if (oid.startsWith(ID_CA)) {
      if (versionOf(required) === VERSION_1) chipAuthentication.push({ oid, keyId: keyIdOf(optional) });
    } else if (oid === ID_ACTIVE_AUTHENTICATION && versionOf(required) === VERSION_1) {
      if (optional?.tag !== DER.oid) throw malformed('active authentication without its algorithm');
      activeAuthentication = decodeObjectIdentifier(optional.value);
    }
  }
  return { chipAuthentication, chipKeys, activeAuthentication };
}

function isPublicKey(oid: string): oid is keyof typeof ID_PK {
  return Object.hasOwn(ID_PK, oid);
}

function versionOf(field: Tlv): string {
  if (field.tag !== DER.integer) throw malformed('SecurityInfo without a version');
  return toHex(field.value);
}

function keyIdOf(field: Tlv | undefined): string | undefined {
  if (field === undefined) return undefined;
  if (field.tag !== DER.integer || field.value.length === 0) throw malformed('key reference is no number');
  return toHex(field.value).replace(/^(?:00)+(?=..)/, '');
}
