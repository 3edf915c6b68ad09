/** What is burnt into one CNS: its file tree, its key, its PIN and PUK; and the personalisation that makes it. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { personalDataHash } from '../authority/cns-authority.ts';
import type { CnsAuthority } from '../authority/cns-authority.ts';
import type { Validity } from '../authority/certificate.ts';
import { CNS_FAMILIES } from './cns-family.ts';
import type { CnsFamily, CnsFamilyName } from './cns-family.ts';
import { paddedPersonalData, personalDataFile } from './personal-data.ts';
import type { PersonalData } from './personal-data.ts';

export interface CnsFile {
  readonly kind: 'file';
  readonly id: number;
  readonly content: Uint8Array;
}

export interface CnsFolder {
  readonly kind: 'folder';
  readonly id: number;
  readonly children: readonly (CnsFile | CnsFolder)[];
}

/** Digits, padded with FF to eight bytes when they travel. */
export interface CnsSecret {
  readonly digits: string;
  readonly triesLeft: number;
  /** Tries after a right one. */
  readonly tries: number;
}

export interface CnsImage {
  readonly family: CnsFamily;
  readonly masterFile: CnsFolder;
  readonly authenticationKey: KeyObject;
  readonly pin: CnsSecret;
  readonly puk: CnsSecret;
}

export interface CnsOptions {
  readonly authority: CnsAuthority;
  readonly family: CnsFamilyName;
  /** 16 digits, the last one a Luhn check. */
  readonly cardId: string;
  readonly pin: string;
  readonly puk: string;
  readonly pinTriesLeft: number;
  /** Of the holder's certificate. */
  readonly validity: Validity;
  /** Whether the hash in the certificate is that of the whole file or of its used part; which one cards have is unknown. */
  readonly hashedPart: 'whole' | 'used';
}

const PIN_TRIES = 3;
/** Not published; many cards have ten. */
const PUK_TRIES = 10;
/** The file of the certificate is longer than the certificate. */
const CERTIFICATE_FILE_BYTES = 2048;

const file = (id: number, content: Uint8Array): CnsFile => ({ kind: 'file', id, content });
const folder = (id: number, ...children: (CnsFile | CnsFolder)[]): CnsFolder => ({ kind: 'folder', id, children });
const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function filled(content: Uint8Array, bytes: number): Uint8Array {
  return Buffer.concat([content, new Uint8Array(Math.max(0, bytes - content.length))]);
}

/** Makes the key of that length which the card signs with. */
export function makeAuthenticationKey({ modulusBits }: CnsFamily): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: modulusBits }).privateKey;
}

/** Personalises a card. Throws AuthorityError `validity-empty`. */
export function personaliseCns(data: PersonalData, options: CnsOptions): CnsImage {
  const family = CNS_FAMILIES[options.family];
  const authenticationKey = makeAuthenticationKey(family);
  const publicKey = createPublicKey(authenticationKey);
  const used = personalDataFile(data);
  const whole = paddedPersonalData(used);
  const hash = personalDataHash(options.hashedPart === 'whole' ? whole : used);
  const commonName = `${data.codiceFiscale}/${options.cardId}.${hash}`;
  const name = { commonName, surname: data.surname, givenName: data.givenName };
  const certificate = options.authority.issueHolderCertificate(name, publicKey, options.validity);
  return {
    family,
    authenticationKey,
    pin: { digits: options.pin, triesLeft: options.pinTriesLeft, tries: PIN_TRIES },
    puk: { digits: options.puk, triesLeft: PUK_TRIES, tries: PUK_TRIES },
    masterFile: folder(
      0x3f00,
      file(0x2f02, ascii(options.cardId)),
      file(0x3f01, publicKey.export({ format: 'der', type: 'pkcs1' })),
      file(0x3f02, Uint8Array.of(0)),
      folder(0x1000, file(0x1002, filled(ascii('SPECIMEN'), 54)), file(0x1003, ascii(options.cardId))),
      folder(
        0x1100,
        file(0x1101, filled(certificate, CERTIFICATE_FILE_BYTES)),
        file(0x1102, whole),
      ),
      folder(0x1200, file(0x1201, new Uint8Array(256)), file(0x1202, new Uint8Array(256)), file(0x1203, new Uint8Array(256))),
    ),
  };
}
