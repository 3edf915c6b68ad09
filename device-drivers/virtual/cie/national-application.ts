/**
 * The CIE's national application as far as a terminal without the holder's PIN gets (pagopa/cie-sdk-ios,
 * italia/cie-middleware IAS.cpp): the card's number for services (NIS), the public anti-clone key, the security object of
 * both, and internal authentication with that key.
 */
import { constants, createPublicKey, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { DocumentAuthority } from '../authority/demo-authority.ts';
import { readTlv, readTlvs } from '../authority/der.ts';
import type { SecurityObjectProfile } from '../authority/security-object.ts';
import type { CardFile } from './card-image.ts';

/** Algorithm and key that MSE:SET AT chooses for internal authentication: RSA without a hash, key 83. */
const SERVICES_KEY_TEMPLATE = Uint8Array.of(0x80, 0x01, 0x02, 0x84, 0x01, 0x83);
const MODULUS_BITS = 2048;
/** 00 01, eight times FF, 00: the least padding of PKCS #1. */
const LEAST_PADDING_BYTES = 11;

export interface NationalApplication {
  readonly iasFiles: readonly CardFile[];
  readonly files: readonly CardFile[];
  /** Anti-clone key, EF.Servizi_Int.Kpub. */
  readonly servicesKey: KeyObject;
}

export interface NationalOptions {
  /** 12 digits. */
  readonly nis: string;
  readonly authority: DocumentAuthority;
  readonly profile: SecurityObjectProfile;
  readonly signingTime: Date;
  readonly random: (bytes: number) => Uint8Array;
}

/** RSA public key as the files hold it: SEQUENCE of modulus and exponent (PKCS #1). */
function publicKeyFile(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'pkcs1' });
}

const makeKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS }).privateKey;

/** Makes the application of one card, with keys of its own. Throws AuthorityError `key-not-fitting`. */
export function makeNationalApplication(options: NationalOptions): NationalApplication {
  const { authority, profile, signingTime, random } = options;
  const servicesKey = makeKey();
  const nis = Buffer.from(options.nis, 'latin1');
  const serial = random(9);
  // The holder's certificate is never read without the PIN; its place is taken by random bytes of a SEQUENCE.
  const certificate = Buffer.concat([Uint8Array.of(0x30, 0x82, 0x01, 0x00), random(0x100)]);
  const [deviceKey, antiCloneKey] = [publicKeyFile(makeKey()), publicKeyFile(servicesKey)];
  const agreementParameters = random(32);
  const securityObject = authority.signSecurityObject(
    new Map([
      [0xa1, nis],
      [0xa2, serial],
      [0xa3, certificate],
      [0xa4, deviceKey],
      [0xa5, antiCloneKey],
      [0x1b, agreementParameters],
    ]),
    { profile, signingTime },
  );
  const file = (fileId: number, content: Uint8Array, access: CardFile['access'] = 'free'): CardFile => ({
    fileId,
    shortId: fileId & 0x1f,
    access,
    content,
  });
  return {
    iasFiles: [file(0xd004, agreementParameters)],
    files: [
      file(0x1001, nis),
      file(0x1002, serial),
      file(0x1003, certificate, 'pin'),
      file(0x1004, deviceKey),
      file(0x1005, antiCloneKey),
      file(0x1006, securityObject),
    ],
    servicesKey,
  };
}

/** What a cloned chip has: the files can be copied, the private key cannot. */
export const otherChipsApplication = (application: NationalApplication): NationalApplication => ({
  ...application,
  servicesKey: makeKey(),
});

export const choosesServicesKey = (data: Uint8Array): boolean => Buffer.compare(data, SERVICES_KEY_TEMPLATE) === 0;

/**
 * Signs the terminal's challenge as it is: PKCS #1 padding of type 1 around it, without a hash. Undefined when it is
 * empty or too long for the key.
 */
export function signServicesChallenge(key: KeyObject, challenge: Uint8Array): Uint8Array | undefined {
  const modulusBytes = modulusLength(key);
  if (challenge.length === 0 || challenge.length > modulusBytes - LEAST_PADDING_BYTES) return undefined;
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, challenge);
}

function modulusLength(key: KeyObject): number {
  const [modulus] = readTlvs(readTlv(publicKeyFile(key)).value);
  // Its highest bit is set, so that DER puts a zero before it.
  return (modulus?.value.length ?? 0) - 1;
}
