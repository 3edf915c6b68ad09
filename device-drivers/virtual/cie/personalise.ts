/** Makes a card image of a person: the personalisation bureau of the demo town. */
import { randomBytes } from 'node:crypto';
import type { DocumentAuthority } from '../authority/demo-authority.ts';
import type { SecurityObjectProfile } from '../authority/security-object.ts';
import type { CardHolder } from './card-holder.ts';
import type { CardFile, CardImage } from './card-image.ts';
import { FILE } from './card-image.ts';
import { CHIP_FAMILIES } from './chip-family.ts';
import type { ChipFamily } from './chip-family.ts';
import { dataGroup1, dataGroup2, dataGroup3, dataGroup11, efCom } from './data-groups.ts';
import { mrzInformation, writeMachineReadableZone } from './machine-readable-zone.ts';

/**
 * EF.CardAccess as three public logs of real CIEs show it: one PACEInfo, id-PACE-DH-GM-3DES-CBC-CBC, version 2,
 * parameter id 2 (OpenSC issue 2486; italia/cie-mrtd-dotnet-sdk issue 8; italia/cie-mrtd-example-app issue 1).
 */
export const EF_CARD_ACCESS: Uint8Array = Uint8Array.from(
  Buffer.from('31143012060A04007F00070202040101020102020102', 'hex'),
);

export interface PersonalisationOptions {
  readonly authority: DocumentAuthority;
  /** A JPEG picture. */
  readonly photo: Uint8Array;
  /** Becomes the signing time of the security object. */
  readonly issueDate: Date;
  /** Default `gemalto`, which reads with extended length. */
  readonly family?: ChipFamily['name'];
  /** Default `rsa-pss-sha512`, as later Italian documents. */
  readonly profile?: SecurityObjectProfile;
  /** Fills DG3. Default: the system's randomness. */
  readonly random?: (bytes: number) => Uint8Array;
}

/**
 * Personalises a card: EF.CardAccess, EF.ATR, EF.COM, DG1, DG2, DG3 (no finger enrolled), DG11 and EF.SOD.
 * @throws PersonalisationError `name-not-writable`, `photo-not-jpeg`; AuthorityError `key-not-fitting`.
 */
export function personalise(holder: CardHolder, options: PersonalisationOptions): CardImage {
  const mrz = writeMachineReadableZone(holder);
  const dataGroups = new Map([
    [1, dataGroup1(mrz)],
    [2, dataGroup2(options.photo, holder.sex)],
    [3, dataGroup3(options.random ?? randomBytes)],
    [11, dataGroup11(holder)],
  ]);
  const securityObject = options.authority.signSecurityObject(dataGroups, {
    profile: options.profile ?? 'rsa-pss-sha512',
    signingTime: options.issueDate,
  });
  const family = CHIP_FAMILIES[options.family ?? 'gemalto'];
  return {
    family,
    can: holder.card.can,
    mrzInformation: mrzInformation(mrz),
    masterFile: [
      { ...FILE.cardAccess, access: 'free', content: EF_CARD_ACCESS },
      { ...FILE.atr, access: 'free', content: family.efAtr },
    ],
    application: [
      { ...FILE.com, access: 'pace', content: efCom(dataGroups.keys()) },
      { ...FILE.sod, access: 'pace', content: securityObject },
      ...Array.from(dataGroups, ([number, content]): CardFile => ({
        ...FILE.dataGroup(number),
        access: number === 3 ? 'terminal-authentication' : 'pace',
        content,
      })),
    ],
  };
}
