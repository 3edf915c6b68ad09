/** A small authority for tests: certificates and security objects with elliptic curves, written byte by byte. */
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encodeTlv, readTlvList, readWholeTlv } from '../src/iso7816/tlv.ts';
import { concat, fromHex } from '../src/primitives/bytes.ts';

/** A certificate with its private key. */
export interface Signer {
  readonly der: Uint8Array;
  readonly key: KeyObject;
}

const ECDSA_SHA256 = fromHex('300A06082A8648CE3D040302');
const SHA256 = fromHex('300D06096086480165030402010500');
const OID = {
  country: fromHex('0603550406'),
  commonName: fromHex('0603550403'),
  keyUsage: fromHex('0603551D0F'),
  basicConstraints: fromHex('0603551D13'),
  signedData: fromHex('06092A864886F70D010702'),
  ldsSecurityObject: fromHex('0606678108010101'),
  contentType: fromHex('06092A864886F70D010903'),
  messageDigest: fromHex('06092A864886F70D010904'),
} as const;

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encodeTlv(0x30, concat(...parts));
const set = (...parts: readonly Uint8Array[]): Uint8Array => encodeTlv(0x31, concat(...parts));
const octets = (bytes: Uint8Array): Uint8Array => encodeTlv(0x04, bytes);
const integer = (...bytes: readonly number[]): Uint8Array => encodeTlv(0x02, Uint8Array.from(bytes));
const text = (tag: number, value: string): Uint8Array => encodeTlv(tag, Uint8Array.from(Buffer.from(value, 'latin1')));
const sha256 = (bytes: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(bytes).digest());
const time = (date: Date): Uint8Array => text(0x17, `${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`);

let serial = 1;

/** Makes a certificate; without an issuer it signs itself and is an authority. */
export function makeCertificate(options: {
  readonly commonName: string;
  readonly country?: string;
  readonly issuer?: Signer;
  /** The subject's private key; a fresh one on P-256 by default. */
  readonly key?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Whether key usage names digital signatures; default true. */
  readonly maySign?: boolean;
}): Signer {
  const { commonName, country = 'IT', issuer, maySign = true } = options;
  const key = options.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const subject = sequence(
    set(sequence(OID.country, text(0x13, country))),
    set(sequence(OID.commonName, text(0x0c, commonName))),
  );
  const { notBefore = new Date('2024-01-01'), notAfter = new Date('2034-01-01') } = options;
  const usage = issuer === undefined ? '03020106' : maySign ? '03020780' : '03020520';
  const extensions = [
    sequence(OID.keyUsage, octets(fromHex(usage))),
    ...(issuer === undefined ? [sequence(OID.basicConstraints, octets(fromHex('30030101FF')))] : []),
  ];
  serial += 1;
  const tbs = sequence(
    encodeTlv(0xa0, integer(2)),
    integer(serial),
    ECDSA_SHA256,
    issuer === undefined ? subject : subjectOf(issuer.der),
    sequence(time(notBefore), time(notAfter)),
    subject,
    Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    encodeTlv(0xa3, sequence(...extensions)),
  );
  const signature = Uint8Array.from(sign('sha256', tbs, issuer?.key ?? key));
  return { der: sequence(tbs, ECDSA_SHA256, encodeTlv(0x03, concat(Uint8Array.of(0), signature))), key };
}

/** A revocation list of an authority on P-256: these certificates are taken back. */
export function signRevocationList(issuer: Signer, revoked: readonly Signer[]): Uint8Array {
  const now = time(new Date('2026-01-01'));
  const entries = revoked.map(({ der }) => sequence(readTlvList(tbsOf(der))[1]?.raw ?? new Uint8Array(0), now));
  const list = sequence(integer(1), ECDSA_SHA256, subjectOf(issuer.der), now, sequence(...entries));
  const signature = Uint8Array.from(sign('sha256', list, issuer.key));
  return sequence(list, ECDSA_SHA256, encodeTlv(0x03, concat(Uint8Array.of(0), signature)));
}

/** A security object over files by their number. */
export function signSecurityObject(files: ReadonlyMap<number, Uint8Array>, signer: Signer): Uint8Array {
  const digests = [...files].map(([number, bytes]) =>
    sequence(integer(...(number < 0x80 ? [number] : [0, number])), octets(sha256(bytes))),
  );
  const content = sequence(integer(0), SHA256, sequence(...digests));
  const attributes = [
    sequence(OID.contentType, set(OID.ldsSecurityObject)),
    sequence(OID.messageDigest, set(octets(sha256(content)))),
  ];
  const [, serialNumber] = readTlvList(tbsOf(signer.der));
  const signerInfo = sequence(
    integer(1),
    sequence(issuerOf(signer.der), serialNumber?.raw ?? new Uint8Array(0)),
    SHA256,
    encodeTlv(0xa0, concat(...attributes)),
    ECDSA_SHA256,
    octets(Uint8Array.from(sign('sha256', set(...attributes), signer.key))),
  );
  const signedData = sequence(
    integer(3),
    set(SHA256),
    sequence(OID.ldsSecurityObject, encodeTlv(0xa0, octets(content))),
    encodeTlv(0xa0, signer.der),
    set(signerInfo),
  );
  return encodeTlv(0x77, sequence(OID.signedData, encodeTlv(0xa0, signedData)));
}

function tbsOf(der: Uint8Array): Uint8Array {
  return readTlvList(readWholeTlv(der, 0x30))[0]?.value ?? new Uint8Array(0);
}

function issuerOf(der: Uint8Array): Uint8Array {
  return readTlvList(tbsOf(der))[3]?.raw ?? new Uint8Array(0);
}

function subjectOf(der: Uint8Array): Uint8Array {
  return readTlvList(tbsOf(der))[5]?.raw ?? new Uint8Array(0);
}
