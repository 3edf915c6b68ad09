/**
 * The chip's side of PACE with generic mapping over MODP group 2 and triple DES (ICAO Doc 9303 part 11 clause 4.4).
 *
 *            MSE:SET AT            GA, 7C empty         GA, 81              GA, 83                   GA, 85
 *   idle ───────────────▶ prepared ────────────▶ nonce ───────▶ mapped ─────────────▶ agreed ───────────────▶ session
 *
 * Each other command, a command out of order and each failure lead back to idle.
 */
import { timingSafeEqual } from 'node:crypto';
import { toBigInt } from '@videosportello/identity/primitives/bytes.ts';
import { desEdeCbcEncrypt } from '@videosportello/identity/primitives/des.ts';
import { deriveKey, KDF_COUNTER } from '@videosportello/identity/primitives/kdf.ts';
import {
  modPow,
  MODP_GROUPS,
  publicKey,
  sharedSecret,
  withGenerator,
} from '@videosportello/identity/primitives/modp-group.ts';
import type { ModpGroup } from '@videosportello/identity/primitives/modp-group.ts';
import { padIso7816, retailMac } from '@videosportello/identity/primitives/retail-mac.ts';
import { readTlvs, tlv } from '../authority/der.ts';
import type { Tlv } from '../authority/der.ts';
import { answer, SW } from './status-word.ts';
import type { Answer } from './status-word.ts';

/** id-PACE-DH-GM-3DES-CBC-CBC, 0.4.0.127.0.7.2.2.4.1.1, as OBJECT IDENTIFIER content. */
const PACE_OID = Uint8Array.of(0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02, 0x04, 0x01, 0x01);
const PARAMETER_ID = 2;
const GROUP = MODP_GROUPS[PARAMETER_ID];
const TOKEN_BYTES = 8;
const PRIVATE_KEY_BYTES = 32;

const NONCE_OBJECT = { request: undefined, answer: 0x80 } as const;
const MAPPING_OBJECT = { request: 0x81, answer: 0x82 } as const;
const AGREEMENT_OBJECT = { request: 0x83, answer: 0x84 } as const;
const TOKEN_OBJECT = { request: 0x85, answer: 0x86 } as const;

export interface SessionKeys {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

export type PaceState =
  | { readonly step: 'idle' }
  | { readonly step: 'prepared'; readonly passwordSeed: Uint8Array }
  | { readonly step: 'nonce'; readonly nonce: Uint8Array }
  | { readonly step: 'mapped'; readonly group: ModpGroup }
  | {
      readonly step: 'agreed';
      readonly terminalKey: Uint8Array;
      readonly chipKey: Uint8Array;
      readonly keys: SessionKeys;
    }
  | { readonly step: 'session'; readonly keys: SessionKeys };

export interface PaceChip {
  readonly nonceBytes: number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface PaceStep {
  readonly state: PaceState;
  readonly answer: Answer;
}

/** Password seeds by their reference in MSE:SET AT: 01 MRZ, 02 CAN. */
export type PasswordSeeds = ReadonlyMap<number, Uint8Array>;

export const IDLE: PaceState = { step: 'idle' };

const failed = (sw: number): PaceStep => ({ state: IDLE, answer: answer(sw) });

function readObjects(data: Uint8Array): Tlv[] | undefined {
  try {
    return readTlvs(data);
  } catch {
    return undefined;
  }
}

/** MSE:SET AT: protocol (80), password reference (83) and, if the terminal likes, parameter id (84), in this order. */
export function prepare(data: Uint8Array, seeds: PasswordSeeds): PaceStep {
  const objects = readObjects(data);
  const [protocol, reference, parameter, ...rest] = objects ?? [];
  if (protocol?.tag !== 0x80 || reference?.tag !== 0x83 || reference.value.length !== 1 || rest.length > 0) {
    return failed(SW.wrongData);
  }
  if (Buffer.compare(protocol.value, PACE_OID) !== 0) return failed(SW.wrongData);
  const seed = seeds.get(reference.value[0] ?? 0);
  if (seed === undefined) return failed(SW.referenceNotFound);
  if (parameter !== undefined) {
    if (parameter.tag !== 0x84 || parameter.value.length !== 1) return failed(SW.wrongData);
    if (parameter.value[0] !== PARAMETER_ID) return failed(SW.referenceNotFound);
  }
  return { state: { step: 'prepared', passwordSeed: seed }, answer: answer(SW.ok) };
}

/** GENERAL AUTHENTICATE. `chained` is the chaining bit of the class byte: set on all steps but the last. */
export function authenticate(state: PaceState, chained: boolean, data: Uint8Array, chip: PaceChip): PaceStep {
  if (state.step === 'idle' || state.step === 'session') return failed(SW.conditionsNotSatisfied);
  const outer = readObjects(data);
  const objects = outer?.length === 1 && outer[0]?.tag === 0x7c ? readObjects(outer[0].value) : undefined;
  if (objects === undefined || objects.length > 1) return failed(SW.wrongData);
  const object = objects[0];
  if (object?.tag !== expectedObject(state.step)) {
    return failed(isRequestObject(object?.tag) ? SW.conditionsNotSatisfied : SW.wrongData);
  }
  if (chained === (state.step === 'agreed')) {
    return failed(chained ? SW.lastCommandOfChainExpected : SW.conditionsNotSatisfied);
  }
  const value = object?.value ?? new Uint8Array();
  switch (state.step) {
    case 'prepared':
      return giveNonce(state.passwordSeed, chip);
    case 'nonce':
      return mapGenerator(state.nonce, value, chip);
    case 'mapped':
      return agree(state.group, value, chip);
    case 'agreed':
      return confirm(state, value);
  }
}

function expectedObject(step: 'prepared' | 'nonce' | 'mapped' | 'agreed'): number | undefined {
  return { prepared: NONCE_OBJECT, nonce: MAPPING_OBJECT, mapped: AGREEMENT_OBJECT, agreed: TOKEN_OBJECT }[step]
    .request;
}

function isRequestObject(tag: number | undefined): boolean {
  return [NONCE_OBJECT, MAPPING_OBJECT, AGREEMENT_OBJECT, TOKEN_OBJECT].some(({ request }) => request === tag);
}

const dynamicData = (tag: number, value: Uint8Array): Answer => answer(SW.ok, tlv(0x7c, tlv(tag, value)));

function giveNonce(passwordSeed: Uint8Array, chip: PaceChip): PaceStep {
  const nonce = chip.random(chip.nonceBytes);
  const passwordKey = deriveKey(passwordSeed, KDF_COUNTER.password, 'des-ede');
  return {
    state: { step: 'nonce', nonce },
    answer: dynamicData(NONCE_OBJECT.answer, desEdeCbcEncrypt(passwordKey, nonce)),
  };
}

/** A private key below the subgroup order. Half of all 32-byte numbers are, so the bound on the draws is never met. */
function drawPrivateKey(random: PaceChip['random']): Uint8Array {
  for (let draw = 0; draw < 256; draw++) {
    const key = random(PRIVATE_KEY_BYTES);
    const number = toBigInt(key);
    if (number > 0n && number < GROUP.q) return key;
  }
  throw new Error('The source of randomness gives no number below the order of the group.');
}

/** The terminal's key if it has the full length of p and lies in 2..p-2. */
function acceptKey(value: Uint8Array): Uint8Array | undefined {
  const number = toBigInt(value);
  return value.length === GROUP.bytes && number >= 2n && number <= GROUP.p - 2n ? value : undefined;
}

function mapGenerator(nonce: Uint8Array, value: Uint8Array, chip: PaceChip): PaceStep {
  const terminalKey = acceptKey(value);
  if (terminalKey === undefined) return failed(SW.authenticationFailed);
  const privateKey = drawPrivateKey(chip.random);
  const chipKey = publicKey(GROUP, privateKey);
  if (Buffer.compare(chipKey, terminalKey) === 0) return failed(SW.authenticationFailed);
  const h = toBigInt(sharedSecret(GROUP, privateKey, terminalKey));
  const generator = (modPow(GROUP.g, toBigInt(nonce), GROUP.p) * h) % GROUP.p;
  const state: PaceState = { step: 'mapped', group: withGenerator(GROUP, generator) };
  return { state, answer: dynamicData(MAPPING_OBJECT.answer, chipKey) };
}

function agree(group: ModpGroup, value: Uint8Array, chip: PaceChip): PaceStep {
  const terminalKey = acceptKey(value);
  if (terminalKey === undefined) return failed(SW.authenticationFailed);
  const privateKey = drawPrivateKey(chip.random);
  const chipKey = publicKey(group, privateKey);
  if (Buffer.compare(chipKey, terminalKey) === 0) return failed(SW.authenticationFailed);
  const secret = sharedSecret(group, privateKey, terminalKey);
  const keys = {
    encryption: deriveKey(secret, KDF_COUNTER.encryption, 'des-ede'),
    mac: deriveKey(secret, KDF_COUNTER.mac, 'des-ede'),
  };
  return {
    state: { step: 'agreed', terminalKey, chipKey, keys },
    answer: dynamicData(AGREEMENT_OBJECT.answer, chipKey),
  };
}

/** Authentication token over the other side's ephemeral key (part 11 clause 4.4.3.4). */
function token(mac: Uint8Array, otherKey: Uint8Array): Uint8Array {
  return retailMac(mac, padIso7816(tlv(0x7f49, tlv(0x06, PACE_OID), tlv(0x84, otherKey)), 8));
}

function confirm(state: PaceState & { step: 'agreed' }, value: Uint8Array): PaceStep {
  const { keys, terminalKey, chipKey } = state;
  if (value.length !== TOKEN_BYTES || !timingSafeEqual(value, token(keys.mac, chipKey))) {
    return failed(SW.authenticationFailed);
  }
  return { state: { step: 'session', keys }, answer: dynamicData(TOKEN_OBJECT.answer, token(keys.mac, terminalKey)) };
}
