/**
 * The chip's side of PACE with generic mapping (ICAO Doc 9303 part 11 clause 4.4), over whatever group and cipher the
 * card announces.
 *
 *            MSE:SET AT            GA, 7C empty         GA, 81              GA, 83                   GA, 85
 *   idle ───────────────▶ prepared ────────────▶ nonce ───────▶ mapped ─────────────▶ agreed ───────────────▶ session
 *
 * Each other command, a command out of order and each failure lead back to idle.
 */
import { timingSafeEqual } from 'node:crypto';
import { deriveKey, KDF_COUNTER } from '@videosportello/identity/primitives/kdf.ts';
import { readTlvs, tlv } from '../authority/der.ts';
import type { Tlv } from '../authority/der.ts';
import { CHECKSUM_BYTES, cipherSuite, sessionKeys } from './cipher-suite.ts';
import type { SessionKeys } from './cipher-suite.ts';
import type { KeyAgreement } from './key-agreement.ts';
import type { PaceProfile } from './pace-profile.ts';
import { answer, SW } from './status-word.ts';
import type { Answer } from './status-word.ts';

const NONCE_OBJECT = { request: undefined, answer: 0x80 } as const;
const MAPPING_OBJECT = { request: 0x81, answer: 0x82 } as const;
const AGREEMENT_OBJECT = { request: 0x83, answer: 0x84 } as const;
const TOKEN_OBJECT = { request: 0x85, answer: 0x86 } as const;

/** Password seeds by their reference in MSE:SET AT: 01 MRZ, 02 CAN. */
export type PasswordSeeds = ReadonlyMap<number, Uint8Array>;

export type PaceState =
  | { readonly step: 'idle' }
  | { readonly step: 'prepared'; readonly profile: PaceProfile; readonly passwordSeed: Uint8Array }
  | { readonly step: 'nonce'; readonly profile: PaceProfile; readonly nonce: Uint8Array }
  | { readonly step: 'mapped'; readonly profile: PaceProfile; readonly mapped: KeyAgreement }
  | {
      readonly step: 'agreed';
      readonly profile: PaceProfile;
      readonly terminalKey: Uint8Array;
      readonly chipKey: Uint8Array;
      readonly keys: SessionKeys;
    }
  | { readonly step: 'session'; readonly keys: SessionKeys };

export interface PaceChip {
  /** Length of the nonce where the cipher leaves a choice; AES takes 16 in any case. */
  readonly nonceBytes: 8 | 16;
  readonly random: (bytes: number) => Uint8Array;
}

export interface PaceStep {
  readonly state: PaceState;
  readonly answer: Answer;
}

export const IDLE: PaceState = { step: 'idle' };

const failed = (sw: number): PaceStep => ({ state: IDLE, answer: answer(sw) });

function readObjects(data: Uint8Array): Tlv[] | undefined {
  try {
    return readTlvs(data);
  } catch {
    return undefined;
  }
}

/**
 * MSE:SET AT: protocol (80), password reference (83) and, where one protocol is announced with several groups, the
 * parameter id (84), in this order. With one group the terminal may name it too.
 */
export function prepare(data: Uint8Array, profiles: readonly PaceProfile[], seeds: PasswordSeeds): PaceStep {
  const objects = readObjects(data);
  const [protocol, reference, parameter, ...rest] = objects ?? [];
  if (protocol?.tag !== 0x80 || reference?.tag !== 0x83 || reference.value.length !== 1 || rest.length > 0) {
    return failed(SW.wrongData);
  }
  const offered = profiles.filter((profile) => Buffer.compare(protocol.value, profile.protocol) === 0);
  if (offered.length === 0) return failed(SW.wrongData);
  const seed = seeds.get(reference.value[0] ?? 0);
  if (seed === undefined) return failed(SW.referenceNotFound);
  if (parameter !== undefined && (parameter.tag !== 0x84 || parameter.value.length !== 1)) return failed(SW.wrongData);
  const id = parameter?.value[0];
  const profile = offered.find(({ parameterId }) => parameterId === id) ?? (id === undefined ? offered[0] : undefined);
  if (profile === undefined || (id === undefined && offered.length > 1)) return failed(SW.referenceNotFound);
  return { state: { step: 'prepared', profile, passwordSeed: seed }, answer: answer(SW.ok) };
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
      return giveNonce(state, chip);
    case 'nonce':
      return mapGenerator(state, value, chip);
    case 'mapped':
      return agree(state, value, chip);
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

type StateOf<Step extends PaceState['step']> = Extract<PaceState, { readonly step: Step }>;

function giveNonce({ profile, passwordSeed }: StateOf<'prepared'>, chip: PaceChip): PaceStep {
  const suite = cipherSuite(profile.algorithm);
  const nonce = chip.random(Math.max(chip.nonceBytes, suite.blockBytes));
  const passwordKey = deriveKey(passwordSeed, KDF_COUNTER.password, profile.algorithm);
  return {
    state: { step: 'nonce', profile, nonce },
    answer: dynamicData(NONCE_OBJECT.answer, suite.encryptNonce(passwordKey, nonce)),
  };
}

function mapGenerator({ profile, nonce }: StateOf<'nonce'>, terminalKey: Uint8Array, chip: PaceChip): PaceStep {
  const { agreement } = profile;
  if (!agreement.accepts(terminalKey)) return failed(SW.authenticationFailed);
  const privateKey = agreement.drawPrivateKey(chip.random);
  const chipKey = agreement.publicKey(privateKey);
  if (Buffer.compare(chipKey, terminalKey) === 0) return failed(SW.authenticationFailed);
  const mapped = agreement.map(nonce, privateKey, terminalKey);
  return { state: { step: 'mapped', profile, mapped }, answer: dynamicData(MAPPING_OBJECT.answer, chipKey) };
}

function agree({ profile, mapped }: StateOf<'mapped'>, terminalKey: Uint8Array, chip: PaceChip): PaceStep {
  if (!mapped.accepts(terminalKey)) return failed(SW.authenticationFailed);
  const privateKey = mapped.drawPrivateKey(chip.random);
  const chipKey = mapped.publicKey(privateKey);
  if (Buffer.compare(chipKey, terminalKey) === 0) return failed(SW.authenticationFailed);
  const keys = sessionKeys(mapped.sharedSecret(privateKey, terminalKey), profile.algorithm);
  return {
    state: { step: 'agreed', profile, terminalKey, chipKey, keys },
    answer: dynamicData(AGREEMENT_OBJECT.answer, chipKey),
  };
}

/** Authentication token over the other side's ephemeral key (part 11 clause 4.4.3.4). */
function token({ profile, keys }: StateOf<'agreed'>, otherKey: Uint8Array): Uint8Array {
  const message = tlv(0x7f49, tlv(0x06, profile.protocol), tlv(profile.agreement.publicKeyTag, otherKey));
  return cipherSuite(profile.algorithm).token(keys.mac, message);
}

function confirm(state: StateOf<'agreed'>, value: Uint8Array): PaceStep {
  if (value.length !== CHECKSUM_BYTES || !timingSafeEqual(value, token(state, state.chipKey))) {
    return failed(SW.authenticationFailed);
  }
  return {
    state: { step: 'session', keys: state.keys },
    answer: dynamicData(TOKEN_OBJECT.answer, token(state, state.terminalKey)),
  };
}
