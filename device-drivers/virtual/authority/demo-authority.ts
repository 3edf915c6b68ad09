/**
 * The demo town's travel document authority, kept on disk: made on the first start, read on the next ones.
 *
 *   key folder (0700)                      trust folder
 *     country-signer.key.pem   (0600)        csca-it-specimen.der, or of another country
 *     country-signer.der
 *     document-signer.key.pem  (0600)
 *     document-signer.der
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AuthorityError } from './authority-error.ts';
import { ITALY } from './certificate.ts';
import type { IssuingState } from './certificate.ts';
import { countrySignerFrom, createCountrySigner, documentSignerFrom } from './country-signer.ts';
import type { CountrySigner, DocumentSigner, KeyKind } from './country-signer.ts';
import type { DataGroups, SecurityObjectProfile } from './security-object.ts';

/** What personalising a card needs of an authority. */
export interface DocumentAuthority {
  /** Signs the data groups into an EF.SOD; the signing time is the day of issue. */
  signSecurityObject(
    dataGroups: DataGroups,
    options: { readonly profile: SecurityObjectProfile; readonly signingTime: Date },
  ): Uint8Array;
}

export interface DemoAuthority extends DocumentAuthority {
  readonly countrySigner: CountrySigner;
  /** Of RSA 2048 unless the configuration says otherwise: signs both RSA profiles. */
  readonly documentSigner: DocumentSigner;
}

export interface DemoAuthorityConfig {
  /** Folder of the private keys, made with mode 0700; its parent is made too. */
  readonly keyFolder: string;
  /** Folder that receives `csca-CC-specimen.der`, CC being the country; other files in it are left alone. */
  readonly trustFolder: string;
  /** Default Italy's identity cards. */
  readonly state?: IssuingState;
  /** Keys of a new authority. Default RSA of 2048 bits. */
  readonly keyKind?: KeyKind;
}

const trustAnchorFile = ({ country }: IssuingState): string => `csca-${country.toLowerCase()}-specimen.der`;

/**
 * One demo signer stands for all that a state would have used: it is valid from ten years before it is made, so that
 * cards issued in the past have a signer of their day, until ten years after, the life of a card issued today.
 */
const YEARS_BEFORE = 10;
const SIGNER_YEARS_AFTER = 10;
const COUNTRY_SIGNER_YEARS_AFTER = 15;

function firstOfYear(now: Date, years: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear() + years, 0, 1));
}

async function writeSigner(folder: string, name: string, signer: { certificate: Uint8Array; privateKey: KeyObject }) {
  const pem = signer.privateKey.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(join(folder, `${name}.key.pem`), pem, { mode: 0o600 });
  await writeFile(join(folder, `${name}.der`), signer.certificate);
}

async function readSigner(folder: string, name: string): Promise<{ key: KeyObject; certificate: Uint8Array }> {
  try {
    const key = createPrivateKey(await readFile(join(folder, `${name}.key.pem`)));
    const certificate = await readFile(join(folder, `${name}.der`));
    if (!new X509Certificate(certificate).checkPrivateKey(key)) throw new Error('Key and certificate do not match.');
    return { key, certificate };
  } catch (cause) {
    throw new AuthorityError(
      'folder-unreadable',
      `The demo authority cannot read its ${name}; remove its key folder to make a new authority.`,
      { cause },
    );
  }
}

/**
 * Makes the keys beside the final place and moves them in one step, so that two starts at once end with one authority.
 */
async function makeKeyFolder(config: DemoAuthorityConfig, now: Date): Promise<void> {
  const { keyFolder, keyKind = 'rsa-2048', state = ITALY } = config;
  const parent = dirname(keyFolder);
  await mkdir(parent, { recursive: true });
  // A real country signer has RSA 4096; making such a key takes seconds, and the first start of the demo must not.
  const countrySigner = await createCountrySigner({
    keyKind,
    state,
    validity: { notBefore: firstOfYear(now, -YEARS_BEFORE), notAfter: firstOfYear(now, COUNTRY_SIGNER_YEARS_AFTER) },
  });
  const documentSigner = await countrySigner.issueDocumentSigner({
    keyKind,
    validity: { notBefore: firstOfYear(now, -YEARS_BEFORE), notAfter: firstOfYear(now, SIGNER_YEARS_AFTER + 1) },
  });
  const draft = await mkdtemp(join(parent, '.authority-'));
  try {
    await writeSigner(draft, 'country-signer', countrySigner);
    await writeSigner(draft, 'document-signer', documentSigner);
    await rename(draft, keyFolder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(keyFolder))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Opens the demo authority, making it when its key folder does not exist, and publishes its trust anchor.
 * `now` decides the validity windows of a new authority only.
 * @throws AuthorityError `folder-unreadable` when the key folder exists but does not hold a whole authority.
 */
export async function openDemoAuthority(
  config: DemoAuthorityConfig,
  deps: { readonly now: Date },
): Promise<DemoAuthority> {
  if (!(await exists(config.keyFolder))) await makeKeyFolder(config, deps.now);
  const country = await readSigner(config.keyFolder, 'country-signer');
  const document = await readSigner(config.keyFolder, 'document-signer');
  const state = config.state ?? ITALY;
  const countrySigner = countrySignerFrom(country.key, country.certificate, undefined, state);
  const documentSigner = documentSignerFrom(document.key, document.certificate);
  await mkdir(config.trustFolder, { recursive: true });
  await writeFile(join(config.trustFolder, trustAnchorFile(state)), countrySigner.certificate);
  return {
    countrySigner,
    documentSigner,
    signSecurityObject: (dataGroups, options) => documentSigner.signSecurityObject(dataGroups, options),
  };
}
