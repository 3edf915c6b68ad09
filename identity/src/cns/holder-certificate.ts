/**
 * The authentication certificate of a CNS (AgID, certificate profile of the CNS): its common name holds the tax code, a
 * slash, the card's number, a dot, and in base64 the SHA-1 of EF_Dati_personali, which ties that file to it.
 */
import { createHash } from 'node:crypto';
import { CardError, malformed } from '../card-error.ts';
import type { Certificate } from '../emrtd/certificate.ts';
import { readCertificate } from '../emrtd/certificate.ts';
import { decodeObjectIdentifier } from '../emrtd/object-identifier.ts';
import { readTlvList, readWholeTlv } from '../iso7816/tlv.ts';
import { equalConstantTime } from '../primitives/bytes.ts';
import { parsePersonalData } from './personal-data.ts';

/** The certificate with what its common name says. */
export interface HolderCertificate {
  readonly certificate: Certificate;
  readonly taxCode: string;
  /** Sixteen digits, the last one a Luhn check; a number of the card, never logged. */
  readonly cardId: string;
  /** SHA-1 that EF_Dati_personali had when the card was issued; absent where the name holds none. */
  readonly personalDataDigest: Uint8Array | undefined;
}

const COMMON_NAME = '2.5.4.3';
const FORM = /^([A-Z0-9]{16})\/(\d{16})(?:\.([A-Za-z0-9+/]{27}=))?$/;

/** Reads the certificate. Throws CardError `malformed` when it is none or its common name is not a CNS's. */
export function readHolderCertificate(der: Uint8Array): HolderCertificate {
  const certificate = readCertificate(der);
  const [, taxCode, cardId, hash] = FORM.exec(commonNameOf(certificate.subjectName)) ?? [];
  if (taxCode === undefined || cardId === undefined) throw malformed('common name of another form than a CNS has');
  if (!hasLuhnCheck(cardId)) throw malformed('card number with a wrong check digit');
  const personalDataDigest = hash === undefined ? undefined : Uint8Array.from(Buffer.from(hash, 'base64'));
  return { certificate, taxCode, cardId, personalDataDigest };
}

/** Lengths of the modulus of a CNS's keys, bits. */
const MODULUS_BITS = [1024, 2048];

/**
 * Length of the modulus of the holder's key, bytes. Throws CardError `malformed` as {@link readHolderCertificate}, `unsupported`
 * for a key that no CNS has.
 */
export function modulusBytesOf(der: Uint8Array): number {
  const { asymmetricKeyType, asymmetricKeyDetails } = readHolderCertificate(der).certificate.publicKey;
  const { modulusLength = 0 } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'rsa' && MODULUS_BITS.includes(modulusLength)) return modulusLength / 8;
  throw new CardError('unsupported', 'the certificate has a key that no CNS has');
}

/**
 * Whether EF_Dati_personali is the one that the certificate names. No source says whether padding counts, so the file as
 * it stands and its used part are both looked at. Undefined when the certificate names none. Throws CardError
 * `malformed` for a file that cannot be read.
 */
export function namesPersonalData(holder: HolderCertificate, file: Uint8Array): boolean | undefined {
  const { personalDataDigest: named } = holder;
  if (named === undefined) return undefined;
  const { usedBytes } = parsePersonalData(file);
  return [file, file.subarray(0, usedBytes)].some((bytes) => equalConstantTime(sha1(bytes), named));
}

function sha1(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha1').update(bytes).digest());
}

function commonNameOf(subjectName: Uint8Array): string {
  for (const set of readTlvList(readWholeTlv(subjectName, 0x30))) {
    for (const attribute of readTlvList(set.value)) {
      const [type, value] = readTlvList(attribute.value);
      if (type !== undefined && value !== undefined && decodeObjectIdentifier(type.value) === COMMON_NAME) {
        return Buffer.from(value.value).toString('latin1');
      }
    }
  }
  throw malformed('certificate without a common name');
}

/** Luhn check of ISO/IEC 7812-1, annex B. */
function hasLuhnCheck(digits: string): boolean {
  let sum = 0;
  for (const [i, character] of Array.from(digits).toReversed().entries()) {
    const digit = Number(character);
    const doubled = 2 * digit;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
