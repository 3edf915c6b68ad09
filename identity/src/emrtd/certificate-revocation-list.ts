/**
 * The parts of a certificate revocation list that travel documents are judged by (ICAO Doc 9303 part 12, 7.1.4;
 * RFC 5280, 5.1). A list that is older than its next update still revokes what it names.
 */
import type { KeyObject } from 'node:crypto';
import { malformed } from '../card-error.ts';
import type { Tlv } from '../iso7816/tlv.ts';
import { readTlvList, readWholeTlv } from '../iso7816/tlv.ts';
import { concat, toHex } from '../primitives/bytes.ts';
import { readSignatureScheme, verifySignature } from './signature-scheme.ts';

/** A list, read. */
export interface RevocationList {
  /** Serial numbers in upper-case hexadecimal, as certificates give them. */
  readonly serialNumbers: readonly string[];
  /** Whether it is signed by this key. */
  isSignedBy(key: KeyObject): boolean;
}

const DER = { integer: 0x02, bitString: 0x03, sequence: 0x30, utcTime: 0x17, generalizedTime: 0x18 } as const;

/** Reads a list in DER. Throws CardError `malformed`, or `unsupported` for an unknown signature algorithm. */
export function readRevocationList(der: Uint8Array): RevocationList {
  const [list, algorithm, signature, ...others] = readTlvList(readWholeTlv(der, DER.sequence));
  if (list?.tag !== DER.sequence || algorithm?.tag !== DER.sequence || others.length > 0) {
    throw malformed('revocation list of no form');
  }
  if (signature?.tag !== DER.bitString || signature.value[0] !== 0) throw malformed('revocation list without signature');
  // A list names its hash in the algorithm; the bare identifier of RSA keys, which names none, stands for SHA-256.
  const scheme = readSignatureScheme(algorithm.value, 'sha256');
  const covered = concat(list.raw);
  const bytes = concat(signature.value.subarray(1));
  return {
    serialNumbers: entriesOf(list).map((entry) => {
      const [serial] = entry.tag === DER.sequence ? readTlvList(entry.value) : [];
      if (serial?.tag !== DER.integer) throw malformed('revocation list entry without a serial number');
      return toHex(serial.value);
    }),
    isSignedBy: (key) => verifySignature(scheme, key, covered, bytes),
  };
}

/** The revoked certificates: after version, algorithm, issuer and one or two times; absent in an empty list. */
function entriesOf(list: Tlv): readonly Tlv[] {
  const fields = readTlvList(list.value);
  const afterVersion = fields[0]?.tag === DER.integer ? fields.slice(1) : fields;
  const [algorithm, issuer, thisUpdate, ...rest] = afterVersion;
  if (algorithm?.tag !== DER.sequence || issuer?.tag !== DER.sequence || !isTime(thisUpdate)) {
    throw malformed('revocation list without its fields');
  }
  const next = isTime(rest[0]) ? rest[1] : rest[0];
  return next?.tag === DER.sequence ? readTlvList(next.value) : [];
}

function isTime(tlv: Tlv | undefined): boolean {
  return tlv?.tag === DER.utcTime || tlv?.tag === DER.generalizedTime;
}
