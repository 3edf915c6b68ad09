/**
 * The demo town's issuer of health cards (TS-CNS), kept on disk beside the travel document authority: an X.509 authority
 * and the holders' authentication certificates. Everything it signs says SPECIMEN.
 *
 *   key folder (0700): issuer.key.pem (0600), issuer.der        trust folder: cns-ca-specimen.der
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AuthorityError } from './authority-error.ts';
import { certificateIdentity, keyIdentifier } from './certificate.ts';
import type { Validity } from './certificate.ts';
import {
  bitString,
  booleanTrue,
  integer,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  time,
  tlv,
  utf8String,
} from './der.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';

const TRUST_ANCHOR_FILE = 'cns-ca-specimen.der';
const ALGORITHM = signatureAlgorithm('rsa-pkcs1-sha256');
const MODULUS_BITS = 2048;
const YEARS_BEFORE = 10;
const YEARS_AFTER = 15;

const ATTRIBUTE = { country: '2.5.4.6', organisation: '2.5.4.10', commonName: '2.5.4.3', surname: '2.5.4.4', givenName: '2.5.4.42' };
/** Named bits of KeyUsage, RFC 5280 clause 4.2.1.3. */
const KEY_USAGE = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 } as const;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';

/** What stands in a holder's certificate. */
export interface CnsHolderName {
  /** Tax code, card id and hash of the personal data file, as the certificate profile joins them. */
  readonly commonName: string;
  readonly surname: string;
  readonly givenName: string;
}

export interface CnsAuthority {
  /** Self-signed, DER: the trust anchor. */
  readonly certificate: Uint8Array;
  /** DER. Throws AuthorityError `validity-empty`. */
  issueHolderCertificate(name: CnsHolderName, publicKey: KeyObject, validity: Validity): Uint8Array;
}

type NameEntry = readonly [type: string, text: string];

function distinguishedName(entries: readonly NameEntry[]): Uint8Array {
  return sequence(
    ...entries.map(([type, text]) =>
      setOf(sequence(oid(type), type === ATTRIBUTE.country ? printableString(text) : utf8String(text))),
    ),
  );
}

const ISSUER_NAME = distinguishedName([
  [ATTRIBUTE.country, 'IT'],
  [ATTRIBUTE.organisation, 'SPECIMEN'],
  [ATTRIBUTE.commonName, 'SPECIMEN CNS Issuer'],
]);

interface Request {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Uint8Array[];
}

function certificate(request: Request, issuerKey: KeyObject): Uint8Array {
  const { notBefore, notAfter } = request.validity;
  if (notAfter <= notBefore) throw new AuthorityError('validity-empty', 'A certificate must end after it begins.');
  const toBeSigned = sequence(
    tlv(0xa0, integer(2)),
    integer(Buffer.concat([Uint8Array.of(0x40), randomBytes(15)])),
    ALGORITHM.identifier,
    request.issuer,
    sequence(time(notBefore), time(notAfter)),
    request.subject,
    request.publicKey.export({ format: 'der', type: 'spki' }),
    tlv(0xa3, sequence(...request.extensions)),
  );
  return sequence(toBeSigned, ALGORITHM.identifier, bitString(ALGORITHM.sign(toBeSigned, issuerKey)));
}

const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(id), critical ? booleanTrue() : Buffer.alloc(0), octetString(value));

function keyIdentifiers(subject: KeyObject, issuer: KeyObject): Uint8Array[] {
  return [
    extension('2.5.29.14', false, octetString(keyIdentifier(subject))),
    extension('2.5.29.35', false, sequence(tlv(0x80, keyIdentifier(issuer)))),
  ];
}

function authorityFrom(key: KeyObject, issuerCertificate: Uint8Array): CnsAuthority {
  const issuerKey = createPublicKey(key);
  return {
    certificate: issuerCertificate,
    issueHolderCertificate({ commonName, surname, givenName }, publicKey, validity) {
      const subject = distinguishedName([
        [ATTRIBUTE.country, 'IT'],
        [ATTRIBUTE.organisation, 'SPECIMEN'],
        [ATTRIBUTE.surname, surname],
        [ATTRIBUTE.givenName, givenName],
        [ATTRIBUTE.commonName, commonName],
      ]);
      const extensions = [
        ...keyIdentifiers(publicKey, issuerKey),
        extension('2.5.29.15', true, namedBits(KEY_USAGE.digitalSignature)),
        extension('2.5.29.37', false, sequence(oid(CLIENT_AUTHENTICATION))),
      ];
      const issuer = certificateIdentity(issuerCertificate).subject;
      return certificate({ issuer, subject, publicKey, validity, extensions }, key);
    },
  };
}

/** Makes an authority in memory. */
export function createCnsAuthority(validity: Validity): { readonly authority: CnsAuthority; readonly key: KeyObject } {
  const key = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS }).privateKey;
  const publicKey = createPublicKey(key);
  const extensions = [
    ...keyIdentifiers(publicKey, publicKey),
    extension('2.5.29.15', true, namedBits(KEY_USAGE.keyCertSign, KEY_USAGE.cRLSign)),
    extension('2.5.29.19', true, sequence(booleanTrue(), integer(0))),
  ];
  const request = { issuer: ISSUER_NAME, subject: ISSUER_NAME, publicKey, validity, extensions };
  return { authority: authorityFrom(key, certificate(request, key)), key };
}

/**
 * Opens the demo issuer, making it when its key folder does not exist, and publishes its trust anchor; `now` decides the
 * validity of a new one only.
 * @throws AuthorityError `folder-unreadable` when the folder exists but holds no whole issuer.
 */
export async function openCnsAuthority(
  config: { readonly keyFolder: string; readonly trustFolder: string },
  deps: { readonly now: Date },
): Promise<CnsAuthority> {
  const { keyFolder, trustFolder } = config;
  const stored = (await readIssuer(keyFolder)) ?? (await makeIssuer(keyFolder, deps.now));
  await mkdir(trustFolder, { recursive: true });
  await writeFile(join(trustFolder, TRUST_ANCHOR_FILE), stored.certificate);
  return authorityFrom(stored.key, stored.certificate);
}

interface StoredIssuer {
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
}

async function readIssuer(folder: string): Promise<StoredIssuer | undefined> {
  try {
    const key = createPrivateKey(await readFile(join(folder, 'issuer.key.pem')));
    const issuer = await readFile(join(folder, 'issuer.der'));
    if (!new X509Certificate(issuer).checkPrivateKey(key)) throw new Error('Key and certificate do not match.');
    return { key, certificate: issuer };
  } catch (cause) {
    if (await isAbsent(folder)) return undefined;
    const message = 'The demo issuer of health cards cannot be read; remove its key folder to make a new one.';
    throw new AuthorityError('folder-unreadable', message, { cause });
  }
}

async function isAbsent(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT',
  );
}

/** Made beside the final place and moved in one step, so that two starts at once end with one issuer. */
async function makeIssuer(folder: string, now: Date): Promise<StoredIssuer> {
  const year = (years: number) => new Date(Date.UTC(now.getUTCFullYear() + years, 0, 1));
  const { authority, key } = createCnsAuthority({ notBefore: year(-YEARS_BEFORE), notAfter: year(YEARS_AFTER) });
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(join(dirname(folder), '.cns-'));
  try {
    await writeFile(join(draft, 'issuer.key.pem'), key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    await writeFile(join(draft, 'issuer.der'), authority.certificate);
    await rename(draft, folder);
    return { key, certificate: authority.certificate };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const other = await readIssuer(folder);
    if (other === undefined) throw error;
    return other;
  }
}

/** SHA-1 in Base64, as the common name of a holder's certificate carries it for the personal data file. */
export const personalDataHash = (file: Uint8Array): string => createHash('sha1').update(file).digest('base64');
