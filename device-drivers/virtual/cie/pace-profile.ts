/** What a card offers in EF.CardAccess, and the arithmetic behind it (ICAO Doc 9303 part 11 clauses 9.2.1 and 9.5). */
import { MODP_GROUPS } from '@videosportello/identity/primitives/modp-group.ts';
import { integer, oid, readTlv, sequence, setOf } from '../authority/der.ts';
import type { KeyAlgorithm } from './cipher-suite.ts';
import { CURVE_PARAMETER_ID, ellipticCurve } from './elliptic-curve.ts';
import type { CurveName } from './elliptic-curve.ts';
import { curveAgreement, modpAgreement } from './key-agreement.ts';
import type { KeyAgreement } from './key-agreement.ts';

/** A MODP group by its standardised parameter id, or a curve by name. */
export type PaceGroup = 0 | 1 | 2 | CurveName;

export interface PaceProfile {
  /** Content of the protocol's OBJECT IDENTIFIER. */
  readonly protocol: Uint8Array;
  readonly parameterId: number;
  readonly algorithm: KeyAlgorithm;
  readonly agreement: KeyAgreement;
}

const PACE = '0.4.0.127.0.7.2.2.4';
const GENERIC_MAPPING = { modp: 1, curve: 2 } as const;
const CIPHER_NUMBER: Record<KeyAlgorithm, number> = { 'des-ede': 1, 'aes-128': 2, 'aes-192': 3, 'aes-256': 4 };

/** PACE with generic mapping over that group. */
export function paceProfile(group: PaceGroup, algorithm: KeyAlgorithm): PaceProfile {
  const modp = typeof group === 'number';
  const mapping = modp ? GENERIC_MAPPING.modp : GENERIC_MAPPING.curve;
  return {
    protocol: readTlv(oid(`${PACE}.${mapping}.${CIPHER_NUMBER[algorithm]}`)).value,
    parameterId: modp ? group : CURVE_PARAMETER_ID[group],
    algorithm,
    agreement: modp ? modpAgreement(MODP_GROUPS[group]) : curveAgreement(ellipticCurve(group)),
  };
}

/**
 * DH over group 2 with triple DES: what EF.CardAccess of real CIEs says in three public logs (OpenSC issue 2486,
 * italia/cie-mrtd-dotnet-sdk issue 8, italia/cie-mrtd-example-app issue 1).
 */
export const CIE_PACE: PaceProfile = paceProfile(2, 'des-ede');

/** SecurityInfos of EF.CardAccess: a PACEInfo of version 2 for each profile. */
export function efCardAccess(profiles: readonly PaceProfile[]): Uint8Array {
  return setOf(...profiles.map((profile) => paceInfo(profile)));
}

/** One PACEInfo, as EF.CardAccess and DG14 carry it. */
export function paceInfo({ protocol, parameterId }: PaceProfile): Uint8Array {
  return sequence(Uint8Array.of(0x06, protocol.length, ...protocol), integer(2), integer(parameterId));
}
