/**
 * The chip's static key agreement key in DG14, and chip authentication with it (ICAO Doc 9303 part 11 clauses 6.2 and
 * 9.2.5 to 9.2.7). With triple DES one command does it, MSE:SET KAT; with AES it is MSE:SET AT and then GENERAL
 * AUTHENTICATE. Its new keys hold from the command after the answer.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { MODP_GROUPS } from '@videosportello/identity/primitives/modp-group.ts';
import { bitString, integer, oid, readTlv, readTlvs, sequence, tlv } from '../authority/der.ts';
import { sessionKeys } from './cipher-suite.ts';
import type { KeyAlgorithm, SessionKeys } from './cipher-suite.ts';
import { ellipticCurve } from './elliptic-curve.ts';
import type { CurveName } from './elliptic-curve.ts';
import { curveAgreement, modpAgreement } from './key-agreement.ts';
import type { KeyAgreement } from './key-agreement.ts';
import { answer, SW } from './status-word.ts';
import type { Answer } from './status-word.ts';

const OID = {
  publicKeyDh: '0.4.0.127.0.7.2.2.1.1',
  publicKeyEcdh: '0.4.0.127.0.7.2.2.1.2',
  chipAuthentication: '0.4.0.127.0.7.2.2.3',
  /** dhKeyAgreement of PKCS #3: p and g (RFC 3279 has q too, but as another type). */
  dhKeyAgreement: '1.2.840.113549.1.3.1',
} as const;

const CIPHER_NUMBER: Record<KeyAlgorithm, number> = { 'des-ede': 1, 'aes-128': 2, 'aes-192': 3, 'aes-256': 4 };

/** The static key of a chip: DH over MODP group 2 with explicit numbers, or a curve by its object identifier. */
export interface ChipAuthenticationKey {
  /** Content of the protocol's OBJECT IDENTIFIER. */
  readonly protocol: Uint8Array;
  readonly algorithm: KeyAlgorithm;
  readonly agreement: KeyAgreement;
  readonly privateKey: Uint8Array;
  /** ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo, for DG14. */
  readonly securityInfos: readonly Uint8Array[];
}

/** Makes a key over MODP group 2, or over the curve. */
export function makeChipAuthenticationKey(
  group: 2 | CurveName,
  algorithm: KeyAlgorithm,
  random: (bytes: number) => Uint8Array,
): ChipAuthenticationKey {
  const modp = group === 2;
  const arc = `${OID.chipAuthentication}.${modp ? 1 : 2}.${CIPHER_NUMBER[algorithm]}`;
  const { agreement, privateKey, publicKey } = modp ? dhKey(random) : curveKey(group);
  return {
    protocol: readTlv(oid(arc)).value,
    algorithm,
    agreement,
    privateKey,
    securityInfos: [
      sequence(oid(arc), integer(1)),
      sequence(oid(modp ? OID.publicKeyDh : OID.publicKeyEcdh), publicKey),
    ],
  };
}

interface StaticKey {
  readonly agreement: KeyAgreement;
  readonly privateKey: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

function dhKey(random: (bytes: number) => Uint8Array): StaticKey {
  const { p, g, bytes } = MODP_GROUPS[2];
  const agreement = modpAgreement(MODP_GROUPS[2]);
  const privateKey = agreement.drawPrivateKey(random);
  const number = (value: bigint) => integer(Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex'));
  const algorithm = sequence(oid(OID.dhKeyAgreement), sequence(number(p), number(g)));
  const publicKey = sequence(algorithm, bitString(integer(agreement.publicKey(privateKey))));
  return { agreement, privateKey, publicKey };
}

function curveKey(name: CurveName): StaticKey {
  const pair = generateKeyPairSync('ec', { namedCurve: name });
  const curve = ellipticCurve(name);
  return {
    agreement: curveAgreement(curve),
    privateKey: privateScalar(pair.privateKey),
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }),
  };
}

/** The number in an ECPrivateKey (RFC 5915). */
function privateScalar(key: KeyObject): Uint8Array {
  const [, scalar] = readTlvs(readTlv(key.export({ format: 'der', type: 'sec1' })).value);
  if (scalar === undefined) throw new Error('OpenSSL wrote a private key without its number.');
  return scalar.value;
}

/** The key a cloned chip has: the data groups can be copied, the private key cannot. */
export function otherChipsKey(
  key: ChipAuthenticationKey,
  random: (bytes: number) => Uint8Array,
): ChipAuthenticationKey {
  return { ...key, privateKey: key.agreement.drawPrivateKey(random) };
}

export type ChipAuthenticationStep = { readonly answer: Answer; readonly keys?: SessionKeys };

const refused = (sw: number): ChipAuthenticationStep => ({ answer: answer(sw) });

function agree(key: ChipAuthenticationKey, terminalKey: Uint8Array, data: Uint8Array): ChipAuthenticationStep {
  if (!key.agreement.accepts(terminalKey)) return refused(SW.wrongData);
  const secret = key.agreement.sharedSecret(key.privateKey, terminalKey);
  return { answer: answer(SW.ok, data), keys: sessionKeys(secret, key.algorithm) };
}

/** MSE:SET KAT: ephemeral key of the terminal (91); a reference to the chip's key (84) is for chips with several. */
export function setKeyAgreementTemplate(key: ChipAuthenticationKey, data: Uint8Array): ChipAuthenticationStep {
  if (key.algorithm !== 'des-ede') return refused(SW.functionNotSupported);
  const [ephemeral, ...rest] = objectsOf(data) ?? [];
  if (ephemeral?.tag !== 0x91) return refused(SW.wrongData);
  if (rest.length > 0) return refused(rest[0]?.tag === 0x84 ? SW.referenceNotFound : SW.wrongData);
  return agree(key, ephemeral.value, new Uint8Array());
}

/** MSE:SET AT of chip authentication: the protocol (80). */
export function setAuthenticationTemplate(key: ChipAuthenticationKey, data: Uint8Array): Answer {
  const [protocol, ...rest] = objectsOf(data) ?? [];
  if (protocol?.tag !== 0x80 || Buffer.compare(protocol.value, key.protocol) !== 0) return answer(SW.wrongData);
  if (key.algorithm === 'des-ede') return answer(SW.wrongData);
  if (rest.length > 0) return answer(rest[0]?.tag === 0x84 ? SW.referenceNotFound : SW.wrongData);
  return answer(SW.ok);
}

/** GENERAL AUTHENTICATE: 7C around the terminal's ephemeral key (80); the answer is an empty 7C. */
export function generalAuthenticate(key: ChipAuthenticationKey, data: Uint8Array): ChipAuthenticationStep {
  const outer = objectsOf(data);
  const objects = outer?.length === 1 && outer[0]?.tag === 0x7c ? objectsOf(outer[0].value) : undefined;
  if (objects?.length !== 1 || objects[0]?.tag !== 0x80) return refused(SW.wrongData);
  return agree(key, objects[0].value, tlv(0x7c));
}

function objectsOf(data: Uint8Array) {
  try {
    return readTlvs(data);
  } catch {
    return undefined;
  }
}
