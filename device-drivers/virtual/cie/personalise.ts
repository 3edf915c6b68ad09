/** Makes a card image of a person: the personalisation bureau of the demo town. */
import { randomBytes } from 'node:crypto';
import type { DocumentAuthority } from '../authority/demo-authority.ts';
import type { SecurityObjectProfile } from '../authority/security-object.ts';
import type { ActiveAuthenticationKey } from './active-authentication.ts';
import type { CardHolder } from './card-holder.ts';
import type { CardImage } from './card-image.ts';
import type { ChipAuthenticationKey } from './chip-authentication.ts';
import { CHIP_FAMILIES } from './chip-family.ts';
import type { ChipFamilyName } from './chip-family.ts';
import { dataGroup1, dataGroup2, dataGroup3, dataGroup11 } from './data-groups.ts';
import { documentImage } from './document-image.ts';
import { mrzInformation, writeMachineReadableZone } from './machine-readable-zone.ts';
import { makeNationalApplication } from './national-application.ts';
import { CIE_PACE } from './pace-profile.ts';
import type { PaceProfile } from './pace-profile.ts';

export interface PersonalisationOptions {
  readonly authority: DocumentAuthority;
  /** A picture in JPEG, or in JPEG 2000's file format. */
  readonly photo: Uint8Array;
  /** Becomes the signing time of the security object. */
  readonly issueDate: Date;
  /** Default `gemalto`, which reads with extended length. */
  readonly family?: ChipFamilyName;
  /** Length of the nonce of PACE with triple DES. Default: the family's. */
  readonly nonceBytes?: 8 | 16;
  /** Default `rsa-pss-sha512`, as later Italian documents. */
  readonly profile?: SecurityObjectProfile;
  /** What the chip offers in EF.CardAccess. Default: what real CIEs show. */
  readonly pace?: readonly PaceProfile[];
  /** Default true, as the state's documentation says of the CIE. */
  readonly basicAccessControl?: boolean;
  /** Default true. */
  readonly dg11?: boolean;
  /** Key of chip authentication; there is a DG14 with one. Default none. */
  readonly chipAuthentication?: ChipAuthenticationKey;
  /** Key of active authentication; there is a DG15 with one. Default none. */
  readonly activeAuthentication?: ActiveAuthenticationKey;
  /** The card's number for services; there is a national application with one. Default none. */
  readonly nis?: string;
  /** Fills DG3. Default: the system's randomness. */
  readonly random?: (bytes: number) => Uint8Array;
}

/**
 * Personalises a card: EF.CardAccess, EF.ATR, EF.COM, DG1, DG2, DG3 (no finger enrolled), DG11, EF.SOD, and what else
 * the options ask for.
 * @throws PersonalisationError `name-not-writable`, `photo-not-jpeg`; AuthorityError `key-not-fitting`.
 */
export function personalise(holder: CardHolder, options: PersonalisationOptions): CardImage {
  const { authority, profile = 'rsa-pss-sha512', issueDate: signingTime, random = randomBytes } = options;
  const mrz = writeMachineReadableZone(holder);
  const dataGroups = new Map([
    [1, dataGroup1(mrz)],
    [2, dataGroup2(options.photo, holder.sex)],
    [3, dataGroup3(random)],
    ...(options.dg11 === false ? [] : [[11, dataGroup11(holder)] as const]),
  ]);
  const national =
    options.nis === undefined
      ? undefined
      : makeNationalApplication({ nis: options.nis, authority, profile, signingTime, random });
  return documentImage({
    family: CHIP_FAMILIES[options.family ?? 'gemalto'],
    can: holder.card.can,
    mrz: mrzInformation(mrz),
    dataGroups,
    pace: options.pace ?? [CIE_PACE],
    basicAccessControl: options.basicAccessControl ?? true,
    sign: (files) => authority.signSecurityObject(files, { profile, signingTime }),
    ...(options.nonceBytes === undefined ? {} : { nonceBytes: options.nonceBytes }),
    ...(options.chipAuthentication === undefined ? {} : { chipAuthentication: options.chipAuthentication }),
    ...(options.activeAuthentication === undefined ? {} : { activeAuthentication: options.activeAuthentication }),
    ...(national === undefined ? {} : { national }),
  });
}
