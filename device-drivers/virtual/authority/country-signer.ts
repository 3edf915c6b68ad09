/** A country signer (CSCA) and the document signers it issues, in memory. Everything says SPECIMEN. */
import { createPublicKey, generateKeyPair, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { certificateIdentity, distinguishedName, issueCertificate, ITALY } from './certificate.ts';
import type { IssuingState, Validity } from './certificate.ts';
import { signSecurityObject } from './security-object.ts';
import type { DataGroups, SecurityObjectProfile } from './security-object.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';
import type { SignatureAlgorithmName } from './signature-algorithm.ts';

/** RSA with the public exponent 65537, or ECDSA on P-256 as a named curve. */
export type KeyKind = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ec-p256';

export interface DocumentSigner {
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
  /**
   * Signs the hashes of the data groups into an EF.SOD.
   * @throws AuthorityError `key-not-fitting` when the profile needs a key of another kind; `data-group-number`.
   */
  signSecurityObject(
    dataGroups: DataGroups,
    options: { readonly profile: SecurityObjectProfile; readonly signingTime: Date },
  ): Uint8Array;
}

export interface CountrySigner {
  /** Self-signed certificate, DER: the trust anchor. */
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
  /**
   * Makes a key and its certificate.
   * `validity` says when the documents it signed may still be verified, `privateKeyUsage` (default: the same) when it
   * may sign.
   * @throws AuthorityError `validity-empty`.
   */
  issueDocumentSigner(options: {
    readonly validity: Validity;
    readonly privateKeyUsage?: Validity;
    readonly keyKind?: KeyKind;
    readonly commonName?: string;
  }): Promise<DocumentSigner>;
}

export const SPECIMEN_ORGANISATION = 'SPECIMEN';
const SPECIMEN_UNIT = 'Videosportello demo authority - not a real document';

/** RFC 5280 allows 20 bytes; 16 random ones are unique. */
const SERIAL_BYTES = 16;

const makeKeyPair = promisify(generateKeyPair);

async function makePrivateKey(kind: KeyKind): Promise<KeyObject> {
  const pair =
    kind === 'ec-p256'
      ? await makeKeyPair('ec', { namedCurve: 'P-256' })
      : await makeKeyPair('rsa', { modulusLength: Number(kind.slice('rsa-'.length)) });
  return pair.privateKey;
}

function serialNumber(): Uint8Array {
  const serial = randomBytes(SERIAL_BYTES);
  // First octet between 40 and 7F: positive, and the length is the same for each certificate.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** A document signer from its stored parts. */
export function documentSignerFrom(privateKey: KeyObject, certificate: Uint8Array): DocumentSigner {
  return {
    certificate,
    privateKey,
    signSecurityObject: (dataGroups, options) =>
      signSecurityObject(dataGroups, { certificate, key: privateKey }, options),
  };
}

/**
 * A country signer from its stored parts; it signs with `algorithm` (default: RSASSA-PSS SHA-512, or ECDSA for an EC
 * key).
 */
export function countrySignerFrom(
  privateKey: KeyObject,
  certificate: Uint8Array,
  algorithm: SignatureAlgorithmName = defaultAlgorithm(privateKey),
  state: IssuingState = ITALY,
): CountrySigner {
  const issuer = {
    name: certificateIdentity(certificate).subject,
    key: privateKey,
    algorithm: signatureAlgorithm(algorithm),
  };
  return {
    certificate,
    privateKey,
    async issueDocumentSigner({ validity, privateKeyUsage = validity, keyKind = 'rsa-2048', commonName }) {
      const key = await makePrivateKey(keyKind);
      const signerCertificate = issueCertificate(
        {
          kind: 'document-signer',
          state,
          subject: distinguishedName({
            country: state.country,
            organisation: SPECIMEN_ORGANISATION,
            organisationalUnit: SPECIMEN_UNIT,
            commonName: commonName ?? 'SPECIMEN Document Signer',
          }),
          publicKey: createPublicKey(key),
          validity,
          privateKeyUsage,
          serialNumber: serialNumber(),
        },
        issuer,
      );
      return documentSignerFrom(key, signerCertificate);
    },
  };
}

function defaultAlgorithm(key: KeyObject): SignatureAlgorithmName {
  return key.asymmetricKeyType === 'ec' ? 'ecdsa-sha256' : 'rsa-pss-sha512';
}

/**
 * Makes a country signer with a fresh key and a self-signed certificate.
 * @throws AuthorityError `validity-empty`; `key-not-fitting` when `algorithm` needs another kind of key.
 */
export async function createCountrySigner(options: {
  readonly validity: Validity;
  readonly privateKeyUsage?: Validity;
  readonly keyKind?: KeyKind;
  readonly algorithm?: SignatureAlgorithmName;
  readonly commonName?: string;
  /** Default Italy's identity cards. */
  readonly state?: IssuingState;
}): Promise<CountrySigner> {
  const state = options.state ?? ITALY;
  const key = await makePrivateKey(options.keyKind ?? 'rsa-3072');
  const algorithm = options.algorithm ?? defaultAlgorithm(key);
  const subject = distinguishedName({
    country: state.country,
    organisation: SPECIMEN_ORGANISATION,
    organisationalUnit: SPECIMEN_UNIT,
    commonName: options.commonName ?? 'SPECIMEN Country Signer CA',
  });
  const certificate = issueCertificate(
    {
      kind: 'country-signer',
      state,
      subject,
      publicKey: createPublicKey(key),
      validity: options.validity,
      privateKeyUsage: options.privateKeyUsage ?? options.validity,
      serialNumber: serialNumber(),
    },
    { name: subject, key, algorithm: signatureAlgorithm(algorithm) },
  );
  return countrySignerFrom(key, certificate, algorithm, state);
}
