/** The part of personalising that all eMRTDs share: keys into data groups, signed data groups into files of a chip. */
import type { ActiveAuthenticationKey } from './active-authentication.ts';
import type { CardFile, CardImage } from './card-image.ts';
import { FILE } from './card-image.ts';
import type { ChipAuthenticationKey } from './chip-authentication.ts';
import type { Chip } from './chip-family.ts';
import { dataGroup14, efCom } from './data-groups.ts';
import type { NationalApplication } from './national-application.ts';
import { efCardAccess, paceInfo } from './pace-profile.ts';
import type { PaceProfile } from './pace-profile.ts';

/** Fingerprints: for terminals with a certificate of their state, never for a kiosk. */
const PROTECTED_GROUP = 3;

export interface DocumentParts {
  readonly family: Chip;
  readonly nonceBytes?: 8 | 16;
  readonly can?: string;
  /** Number, birth and expiry, each with its check digit. */
  readonly mrz: string;
  /** Number to whole file; DG14 and DG15 come from the keys. */
  readonly dataGroups: ReadonlyMap<number, Uint8Array>;
  readonly pace: readonly PaceProfile[];
  readonly basicAccessControl: boolean;
  readonly chipAuthentication?: ChipAuthenticationKey;
  readonly activeAuthentication?: ActiveAuthenticationKey;
  readonly national?: NationalApplication;
  /** Makes the EF.SOD. */
  readonly sign: (dataGroups: ReadonlyMap<number, Uint8Array>) => Uint8Array;
}

/**
 * Lays the files out. With a key for chip or active authentication there is a DG14, which repeats what PACE announces so
 * that it is signed too (ICAO Doc 9303 part 11 clause 9.2).
 */
export function documentImage(parts: DocumentParts): CardImage {
  const { family, chipAuthentication, activeAuthentication, national } = parts;
  const infos = [...(chipAuthentication?.securityInfos ?? []), ...(activeAuthentication?.securityInfos ?? [])];
  const dataGroups = new Map([
    ...parts.dataGroups,
    ...(infos.length === 0 ? [] : [[14, dataGroup14([...parts.pace.map(paceInfo), ...infos])] as const]),
    ...(activeAuthentication === undefined ? [] : [[15, activeAuthentication.dataGroup15] as const]),
  ]);
  const cardAccess: CardFile[] =
    parts.pace.length === 0 ? [] : [{ ...FILE.cardAccess, access: 'free', content: efCardAccess(parts.pace) }];
  return {
    family,
    mrzInformation: parts.mrz,
    pace: parts.pace,
    basicAccessControl: parts.basicAccessControl,
    ...(parts.nonceBytes === undefined ? {} : { nonceBytes: parts.nonceBytes }),
    ...(parts.can === undefined ? {} : { can: parts.can }),
    ...(chipAuthentication === undefined ? {} : { chipAuthentication }),
    ...(activeAuthentication === undefined ? {} : { activeAuthentication }),
    ...(national === undefined ? {} : { national }),
    masterFile: [...cardAccess, { ...FILE.atr, access: 'free', content: family.efAtr }],
    application: [
      { ...FILE.com, access: 'pace', content: efCom(dataGroups.keys()) },
      { ...FILE.sod, access: 'pace', content: parts.sign(dataGroups) },
      ...Array.from(dataGroups, ([number, content]): CardFile => ({
        ...FILE.dataGroup(number),
        access: number === PROTECTED_GROUP ? 'terminal-authentication' : 'pace',
        content,
      })),
    ],
  };
}
