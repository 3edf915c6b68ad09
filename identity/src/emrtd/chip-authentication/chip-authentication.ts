/**
 * Chip authentication, version 1 (ICAO Doc 9303 part 11, 6.2; BSI TR-03110 part 1, 3.4 and part 3, B.2): a new key
 * pair of ours is agreed with the static key in DG14, and the session goes on under keys that only the chip with the
 * private key can have.
 *
 *   session under PACE or BAC --public key--> chip          keys = KDF(agreed secret)
 *   session under the new keys --any command--> chip        the answer verifies: the chip is the one of DG14
 *
 * Nothing is proved before that answer, and then only what the security object says of DG14.
 */
import { CardError } from '../../card-error.ts';
import { INS } from '../../iso7816/apdu.ts';
import type { Command } from '../../iso7816/apdu.ts';
import { refusesLength, SW_OK } from '../../iso7816/status-word.ts';
import { encodeTlv } from '../../iso7816/tlv.ts';
import type { CommandChannel } from '../../port.ts';
import { concat, fromHex } from '../../primitives/bytes.ts';
import { deriveKey, KDF_COUNTER } from '../../primitives/kdf.ts';
import type { ChipAuthenticationInfo, ChipPublicKey, Dg14 } from '../lds/dg14.ts';
import type { RandomBytes } from '../pace/domain-parameters.ts';
import type { SessionKeys } from '../symmetric-suite.ts';
import type { ChipKey } from './chip-key.ts';
import { readChipKey } from './chip-key.ts';
import type { ChipAuthenticationProtocol } from './protocols.ts';
import { CHIP_AUTHENTICATION_PROTOCOLS, impliedProtocol } from './protocols.ts';

/** What will be run. */
export interface ChosenChipAuthentication {
  readonly protocol: ChipAuthenticationProtocol;
  /** Named to the chip where DG14 gives one, as cards that have a single key with a number also expect it. */
  readonly keyId: string | undefined;
  readonly key: ChipKey;
}

const TAG = { publicKey: 0x91, protocol: 0x80, keyReference: 0x84, ephemeralKey: 0x80, dynamicData: 0x7c } as const;

/**
 * The strongest protocol of DG14 whose key can be used; undefined when the file has no chip authentication key.
 * Throws CardError: the fault of the last key when there are some and none can be used.
 */
export function chooseChipAuthentication(dg14: Dg14): ChosenChipAuthentication | undefined {
  let fault: unknown;
  for (const { protocol, keyId, publicKey } of candidates(dg14)) {
    try {
      return { protocol, keyId, key: readChipKey(publicKey) };
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      fault = error;
    }
  }
  if (fault !== undefined) throw fault;
  if (dg14.chipKeys.length === 0) return undefined;
  throw new CardError('unsupported', 'chip authentication by no protocol that is known here');
}

interface Candidate {
  readonly protocol: ChipAuthenticationProtocol;
  readonly keyId: string | undefined;
  readonly publicKey: ChipPublicKey;
}

/** Entries joined with their keys, the stronger cipher first. Old documents leave the entry out: triple DES then. */
function candidates({ chipAuthentication, chipKeys }: Dg14): readonly Candidate[] {
  return chipKeys
    .flatMap((publicKey): readonly Candidate[] => {
      const infos = chipAuthentication.filter(({ keyId }) => keyId === publicKey.keyId);
      const implied = chipAuthentication.length === 0 ? impliedProtocol(publicKey.kind) : undefined;
      const named = implied === undefined ? protocolsOf(infos, publicKey.kind) : [implied];
      return named.map((protocol) => ({ protocol, keyId: publicKey.keyId, publicKey }));
    })
    .toSorted((a, b) => strength(b.protocol) - strength(a.protocol));
}

function protocolsOf(
  infos: readonly ChipAuthenticationInfo[],
  kind: ChipPublicKey['kind'],
): readonly ChipAuthenticationProtocol[] {
  return CHIP_AUTHENTICATION_PROTOCOLS.filter(
    (protocol) => protocol.kind === kind && infos.some(({ oid }) => oid === protocol.oid),
  );
}

function strength(protocol: ChipAuthenticationProtocol): number {
  return protocol.oidBytes.at(-1) ?? 0;
}

/** What came of changing keys: the new ones, or how it was not done. */
export type KeyChange =
  | { readonly kind: 'changed'; readonly keys: SessionKeys }
  /** The chip will not; the session goes on. */
  | { readonly kind: 'refused' }
  /** The chip cannot take a command as long as our key makes it; the session goes on. */
  | { readonly kind: 'too-long' }
  /** Chip or reader cannot, and the session is over for it. */
  | { readonly kind: 'too-long-and-over' };

/**
 * The most plain bytes that a protected short command carries with every cipher (ICAO Doc 9303 part 11, 9.8). A public
 * key over a group of 2,048 bits is longer, and needs extended length, as in PACE (BSI TR-03110 part 3).
 */
const SHORT_COMMAND_BYTES = 223;

/**
 * Sends our public key over the protected channel and answers the keys of the session that begins; its send sequence
 * counter starts at zero. Triple DES goes by MSE:SET KAT and, where the chip refuses that, as the others do by MSE:SET
 * AT and GENERAL AUTHENTICATE.
 *
 * Throws what the channel throws, unless that is how chip or reader answer a command that is too long for them: a status
 * word for lengths in the clear, or a transport that gives up.
 */
export async function changeSessionKeys(
  channel: CommandChannel,
  { protocol, keyId, key }: ChosenChipAuthentication,
  random: RandomBytes,
): Promise<KeyChange> {
  const { privateKey, publicKey } = key.makeKeyPair(random);
  const seed = key.agree(privateKey);
  privateKey.fill(0);
  const reference = keyId === undefined ? new Uint8Array(0) : encodeTlv(TAG.keyReference, fromHex(keyId));

  const templates: (readonly Command[])[] = [
    [manage(0xa4, concat(encodeTlv(TAG.protocol, protocol.oidBytes), reference)), authenticate(publicKey)],
  ];
  if (protocol.cipher === 'des-ede') {
    templates.unshift([manage(0xa6, concat(encodeTlv(TAG.publicKey, publicKey), reference))]);
  }
  try {
    let refusal = SW_OK;
    for (const commands of templates) {
      const responses = await channel.run(commands);
      refusal = responses.at(-1)?.sw ?? 0;
      if (refusal === SW_OK && responses.length === commands.length) {
        const { cipher } = protocol;
        const encryption = deriveKey(seed, KDF_COUNTER.encryption, cipher);
        return { kind: 'changed', keys: { cipher, encryption, mac: deriveKey(seed, KDF_COUNTER.mac, cipher) } };
      }
    }
    return { kind: refusesLength(refusal) ? 'too-long' : 'refused' };
  } catch (error) {
    if (publicKey.length > SHORT_COMMAND_BYTES && isTooLong(error)) return { kind: 'too-long-and-over' };
    throw error;
  } finally {
    seed.fill(0);
  }
}

/** A reader that gave up, a session that broke off without a word of the card, or the card's word on lengths in the clear. */
function isTooLong(error: unknown): boolean {
  if (!(error instanceof CardError)) return false;
  if (error.code === 'reader-unavailable') return true;
  return error.code === 'session-lost' && (error.statusWord === undefined || refusesLength(error.statusWord));
}

/** MANAGE SECURITY ENVIRONMENT for computation: A6 key agreement template, A4 authentication template. */
function manage(template: number, data: Uint8Array): Command {
  return { ins: INS.manageSecurityEnvironment, p1: 0x41, p2: template, data };
}

function authenticate(publicKey: Uint8Array): Command {
  const data = encodeTlv(TAG.dynamicData, encodeTlv(TAG.ephemeralKey, publicKey));
  return { ins: INS.generalAuthenticate, p1: 0, p2: 0, data, le: 'max' };
}
