/** A foreign passport as an eMRTD: machine readable zone of TD3 size (ICAO Doc 9303 part 4), DG1, DG2 and signed keys. */
import { mrzCheckDigit } from '@videosportello/identity/primitives/mrz-check-digit.ts';
import { z } from 'zod';
import type { DocumentAuthority } from '../authority/demo-authority.ts';
import type { SecurityObjectProfile } from '../authority/security-object.ts';
import type { ActiveAuthenticationKey } from '../cie/active-authentication.ts';
import type { CardImage } from '../cie/card-image.ts';
import type { ChipAuthenticationKey } from '../cie/chip-authentication.ts';
import { contactlessAtr } from '../cie/chip-family.ts';
import type { Chip } from '../cie/chip-family.ts';
import { dataGroup1, dataGroup2 } from '../cie/data-groups.ts';
import { documentImage } from '../cie/document-image.ts';
import { mrzDate, nameLine, withCheckDigit } from '../cie/machine-readable-zone.ts';
import type { PaceProfile } from '../cie/pace-profile.ts';

const LINE_CHARACTERS = 44;

export const passportHolderSchema = z.strictObject({
  surname: z.string().min(1),
  givenNames: z.string().min(1),
  sex: z.enum(['F', 'M', 'X']),
  birthDate: z.iso.date(),
  nationality: z.string().regex(/^[A-Z]{1,3}$/),
  documentNumber: z.string().regex(/^[A-Z0-9]{1,9}$/),
  expiryDate: z.iso.date(),
});

/** Dates are `YYYY-MM-DD`. */
export type PassportHolder = z.infer<typeof passportHolderSchema>;

/** A chip that reads with extended length, of a maker that a reader cannot tell. */
const PASSPORT_CHIP: Chip = {
  atr: contactlessAtr(new Uint8Array()),
  efAtr: Uint8Array.of(0x47, 0x03, 0x94, 0x41, 0xc0),
  nonceBytes: 16,
  extendedLength: 'all',
  maxCommandBytes: 65_535,
  maxAnswerBytes: 65_535,
  iasByName: false,
  getResponse: false,
};

/** The 88 characters of a passport without a personal number. Throws PersonalisationError `name-not-writable`. */
export function writePassportZone(holder: PassportHolder, state: string): string {
  const upper = `P<${state.padEnd(3, '<')}`;
  const names = nameLine(holder.surname, holder.givenNames, LINE_CHARACTERS - upper.length);
  const number = withCheckDigit(holder.documentNumber.padEnd(9, '<'));
  const birth = withCheckDigit(mrzDate(holder.birthDate));
  const expiry = withCheckDigit(mrzDate(holder.expiryDate));
  // An empty personal number has a filler for its check digit (part 4 clause 4.2.2).
  const personal = '<'.repeat(15);
  const composite = mrzCheckDigit(`${number}${birth}${expiry}${personal}`);
  const sex = holder.sex === 'X' ? '<' : holder.sex;
  return `${upper}${names}${number}${holder.nationality.padEnd(3, '<')}${birth}${sex}${expiry}${personal}${composite}`;
}

/** Number, birth and expiry, each with its check digit, of a zone of two lines. */
export function passportInformation(zone: string): string {
  const lower = zone.slice(LINE_CHARACTERS);
  return `${lower.slice(0, 10)}${lower.slice(13, 20)}${lower.slice(21, 28)}`;
}

export interface PassportOptions {
  readonly authority: DocumentAuthority;
  /** State as in the machine readable zone. */
  readonly state: string;
  /** A JPEG picture. */
  readonly photo: Uint8Array;
  readonly issueDate: Date;
  readonly profile: SecurityObjectProfile;
  /** Empty for a passport that has BAC alone. */
  readonly pace: readonly PaceProfile[];
  readonly basicAccessControl: boolean;
  /** Six digits, where the state prints one. */
  readonly can?: string;
  readonly chipAuthentication?: ChipAuthenticationKey;
  readonly activeAuthentication?: ActiveAuthenticationKey;
}

/** Personalises a passport. Throws PersonalisationError `name-not-writable`, `photo-not-jpeg`; AuthorityError. */
export function personalisePassport(holder: PassportHolder, options: PassportOptions): CardImage {
  const { authority, profile, issueDate: signingTime, can, chipAuthentication, activeAuthentication } = options;
  const zone = writePassportZone(holder, options.state);
  return documentImage({
    family: PASSPORT_CHIP,
    mrz: passportInformation(zone),
    dataGroups: new Map([
      [1, dataGroup1(zone)],
      [2, dataGroup2(options.photo, holder.sex)],
    ]),
    pace: options.pace,
    basicAccessControl: options.basicAccessControl,
    sign: (files) => authority.signSecurityObject(files, { profile, signingTime }),
    ...(can === undefined ? {} : { can }),
    ...(chipAuthentication === undefined ? {} : { chipAuthentication }),
    ...(activeAuthentication === undefined ? {} : { activeAuthentication }),
  });
}
