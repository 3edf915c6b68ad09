/**
 * The messages of PACE as bytes (ICAO Doc 9303 part 11, 4.4.4; BSI TR-03110 part 3, B.1): MSE:SET AT and the four
 * GENERAL AUTHENTICATE commands, and what comes back in the dynamic authentication data.
 */
import { CLA, INS } from '../../iso7816/apdu.ts';
import type { Command } from '../../iso7816/apdu.ts';
import { encodeTlv, readTlvList, readWholeTlv, requireTlv } from '../../iso7816/tlv.ts';
import { concat } from '../../primitives/bytes.ts';
import type { PaceProtocol } from './oids.ts';

/** Password references of MSE:SET AT. */
export const PASSWORD_REFERENCE = { mrz: 0x01, can: 0x02 } as const;

const TAG = {
  protocol: 0x80,
  passwordReference: 0x83,
  parameterReference: 0x84,
  dynamicAuthenticationData: 0x7c,
  publicKeyObject: 0x7f49,
  objectIdentifier: 0x06,
} as const;

/** The four steps in the order they run: tag of what the terminal sends, tag of what the card answers. */
export const STEP_TAGS = {
  nonce: { request: undefined, response: 0x80 },
  mapping: { request: 0x81, response: 0x82 },
  agreement: { request: 0x83, response: 0x84 },
  authentication: { request: 0x85, response: 0x86 },
} as const;

/** A step of PACE. */
export type PaceStep = keyof typeof STEP_TAGS;

/** MSE:SET AT; `parameterId` adds object 84 for cards with several entries under one protocol. */
export function setAuthenticationTemplate(
  protocol: PaceProtocol,
  passwordReference: number,
  parameterId: number | undefined,
): Command {
  const data = concat(
    encodeTlv(TAG.protocol, protocol.oidBytes),
    encodeTlv(TAG.passwordReference, Uint8Array.of(passwordReference)),
    parameterId === undefined ? new Uint8Array(0) : encodeTlv(TAG.parameterReference, Uint8Array.of(parameterId)),
  );
  return { ins: INS.manageSecurityEnvironment, p1: 0xc1, p2: 0xa4, data };
}

/** GENERAL AUTHENTICATE of a step. All but the last carry the chaining bit, which joins the four. */
export function generalAuthenticate(step: PaceStep, value: Uint8Array): Command {
  const { request } = STEP_TAGS[step];
  const inner = request === undefined ? new Uint8Array(0) : encodeTlv(request, value);
  return {
    cla: step === 'authentication' ? CLA.plain : CLA.chaining,
    ins: INS.generalAuthenticate,
    p1: 0,
    p2: 0,
    data: encodeTlv(TAG.dynamicAuthenticationData, inner),
    le: 'max',
  };
}

/**
 * What the card sends in a step, taken by tag: the last answer may hold further objects.
 * Throws CardError `malformed` when it is not there.
 */
export function readDynamicAuthenticationData(step: PaceStep, data: Uint8Array): Uint8Array {
  const objects = readTlvList(readWholeTlv(data, TAG.dynamicAuthenticationData));
  return concat(requireTlv(objects, STEP_TAGS[step].response));
}

/** Input of an authentication token: protocol and the other side's ephemeral public key. */
export function tokenInput(protocol: PaceProtocol, publicKeyTag: number, otherPublicKey: Uint8Array): Uint8Array {
  return encodeTlv(
    TAG.publicKeyObject,
    concat(encodeTlv(TAG.objectIdentifier, protocol.oidBytes), encodeTlv(publicKeyTag, otherPublicKey)),
  );
}
