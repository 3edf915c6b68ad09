/**
 * From a card's file to a card that answers: the demo authorities sign, the chip gets its keys, the twin its fault.
 * Whoever trusts the trust folder trusts the good cards.
 */
import { join } from 'node:path';
import { openCnsAuthority, createCnsAuthority } from '../authority/cns-authority.ts';
import { openDemoAuthority } from '../authority/demo-authority.ts';
import type { DemoAuthority, DocumentAuthority } from '../authority/demo-authority.ts';
import { makeActiveAuthenticationKey } from '../cie/active-authentication.ts';
import { makeChipAuthenticationKey } from '../cie/chip-authentication.ts';
import type { CardImage } from '../cie/card-image.ts';
import { paceProfile } from '../cie/pace-profile.ts';
import { personalise } from '../cie/personalise.ts';
import { readPortrait } from '../cie/portraits.ts';
import type { VirtualCard } from '../cie/virtual-card.ts';
import { createVirtualCie } from '../cie/virtual-cie.ts';
import { makeAuthenticationKey, personaliseCns } from '../cns/cns-image.ts';
import type { CnsImage } from '../cns/cns-image.ts';
import { createVirtualCns } from '../cns/virtual-cns.ts';
import { personalisePassport } from '../emrtd/passport.ts';
import type { CardFileContent, CieFile, CnsFile, EmrtdFile } from './card-file.ts';
import { documentTwin } from './document-twin.ts';
import { CNS_TWINS, DOCUMENT_TWINS, parseTwin, twinNumber } from './twin.ts';
import type { CnsTwinName, Twin } from './twin.ts';

export interface MakeCardConfig {
  /** Holds one folder of keys for each authority; made when missing. `document` is Italy's. */
  readonly keyFolders: { readonly document: string; readonly foreign: string; readonly cns: string };
  readonly trustFolder: string;
  /** Name of a twin, with its argument after a colon. Default: the good card. */
  readonly twin?: string;
}

export interface MakeCardDeps {
  readonly now: Date;
  readonly random: (bytes: number) => Uint8Array;
}

const YEAR_MS = 365.25 * 24 * 3600 * 1000;
/** An expired signer's certificate: its years before now. */
const EXPIRED = { from: 12, to: 1 } as const;
const CNS_DEFAULT = { delayMs: 1500, removeAfter: 4 } as const;

/** Key folders of the three authorities, given the place of Italy's: beside it. */
export function keyFoldersBeside(document: string): MakeCardConfig['keyFolders'] {
  return { document, foreign: join(document, '..', 'authority-foreign'), cns: join(document, '..', 'authority-cns') };
}

/**
 * Makes the card of a file, or one of its twins.
 * @throws PersonalisationError, AuthorityError: plain sentences.
 */
export async function makeCard(
  file: CardFileContent,
  config: MakeCardConfig,
  deps: MakeCardDeps,
): Promise<VirtualCard> {
  return file.kind === 'cns' ? makeCns(file, config, deps) : makeDocument(file, config, deps);
}

async function makeDocument(
  file: CieFile | EmrtdFile,
  config: MakeCardConfig,
  deps: MakeCardDeps,
): Promise<VirtualCard> {
  const twin = config.twin === undefined ? undefined : parseTwin(config.twin, DOCUMENT_TWINS);
  const { random } = deps;
  const demo = await openAuthority(file, config, deps);
  const authority = twin?.name === 'expired-signer' ? await expiredSigner(file, demo, deps.now) : demo;
  const image = await documentOf(file, authority, random);
  if (twin === undefined) return createVirtualCie(image, { random });
  const { image: changed, behaviour } = documentTwin(image, twin, random);
  return createVirtualCie(changed, { random, behaviour });
}

function openAuthority(file: CieFile | EmrtdFile, config: MakeCardConfig, deps: MakeCardDeps): Promise<DemoAuthority> {
  const { keyFolders, trustFolder } = config;
  if (file.kind === 'cie') return openDemoAuthority({ keyFolder: keyFolders.document, trustFolder }, deps);
  const keyFolder = join(keyFolders.foreign, file.issuer.country.toLowerCase());
  const state = { ...file.issuer, documentType: 'P' };
  return openDemoAuthority({ keyFolder, trustFolder, state, keyKind: 'ec-p256' }, deps);
}

function expiredSigner(file: CieFile | EmrtdFile, { countrySigner }: DemoAuthority, now: Date): Promise<DocumentAuthority> {
  const before = (years: number) => new Date(now.getTime() - years * YEAR_MS);
  return countrySigner.issueDocumentSigner({
    validity: { notBefore: before(EXPIRED.from), notAfter: before(EXPIRED.to) },
    keyKind: file.kind === 'cie' ? 'rsa-2048' : 'ec-p256',
  });
}

async function documentOf(
  file: CieFile | EmrtdFile,
  authority: DocumentAuthority,
  random: (bytes: number) => Uint8Array,
): Promise<CardImage> {
  const shared = {
    authority,
    photo: await readPortrait(file.photo),
    issueDate: new Date(file.issueDate),
    pace: file.pace.map(({ group, cipher }) => paceProfile(group, cipher)),
    basicAccessControl: file.basicAccessControl,
    ...(file.chipAuthentication === undefined
      ? {}
      : {
          chipAuthentication: makeChipAuthenticationKey(
            file.chipAuthentication.group,
            file.chipAuthentication.cipher,
            random,
          ),
        }),
    ...(file.activeAuthentication === undefined
      ? {}
      : { activeAuthentication: makeActiveAuthenticationKey(file.activeAuthentication) }),
  };
  if (file.kind === 'emrtd') {
    return personalisePassport(file.holder, {
      ...shared,
      state: file.issuer.code,
      profile: 'ecdsa-sha256',
      ...(file.can === undefined ? {} : { can: file.can }),
    });
  }
  return personalise(file.holder, {
    ...shared,
    family: file.chip,
    profile: file.securityObject,
    dg11: file.dg11,
    random,
    ...(file.nonceBytes === undefined ? {} : { nonceBytes: file.nonceBytes }),
    ...(file.nis === undefined ? {} : { nis: file.nis }),
  });
}

async function makeCns(file: CnsFile, config: MakeCardConfig, { now }: MakeCardDeps): Promise<VirtualCard> {
  const twin = config.twin === undefined ? undefined : parseTwin(config.twin, CNS_TWINS);
  const { keyFolders, trustFolder } = config;
  const trusted = await openCnsAuthority({ keyFolder: keyFolders.cns, trustFolder }, { now });
  const validity = { notBefore: new Date(file.validity.notBefore), notAfter: new Date(file.validity.notAfter) };
  const expired = { notBefore: new Date(now.getTime() - 6 * YEAR_MS), notAfter: new Date(now.getTime() - YEAR_MS / 12) };
  const unknown = { notBefore: new Date(now.getTime() - 12 * YEAR_MS), notAfter: new Date(now.getTime() + 12 * YEAR_MS) };
  const image = personaliseCns(file.personalData, {
    authority: twin?.name === 'unknown-issuer' ? createCnsAuthority(unknown).authority : trusted,
    family: file.chip,
    cardId: file.cardId,
    pin: file.pin,
    puk: file.puk,
    pinTriesLeft: pinTriesLeft(twin?.name),
    validity: twin?.name === 'expired-certificate' ? expired : validity,
    hashedPart: file.hashedPart,
  });
  if (twin === undefined) return createVirtualCns(image);
  switch (twin.name) {
    case 'slow':
      return createVirtualCns(image, { delayMs: twinNumber(twin, CNS_DEFAULT.delayMs) });
    case 'removed-after':
      return createVirtualCns(image, { removeAfterApdu: twinNumber(twin, CNS_DEFAULT.removeAfter) });
    case 'cloned-chip':
      return createVirtualCns({ ...image, authenticationKey: makeAuthenticationKey(image.family) });
    case 'lying-length':
      return createVirtualCns(withPersonalData(image, (content) => content.write('FFFFFF', 'latin1')));
    case 'altered-data':
      // The second letter of the surname, after six digits of length, issuer, two dates and their lengths.
      return createVirtualCns(withPersonalData(image, (content) => content.write('X', SURNAME_OFFSET + 1, 'latin1')));
    default:
      return createVirtualCns(image);
  }
}

const PIN_TRIES: Partial<Record<CnsTwinName, number>> = { 'one-try-left': 1, blocked: 0 };
const pinTriesLeft = (twin: Twin<CnsTwinName>['name'] | undefined): number =>
  (twin === undefined ? undefined : PIN_TRIES[twin]) ?? 3;

/** 6 + (2 + 4) + (2 + 8) + (2 + 8) + 2. */
const SURNAME_OFFSET = 34;
const PERSONAL_DATA_PATH = [0x1100, 0x1102] as const;

function withPersonalData(image: CnsImage, change: (content: Buffer) => void): CnsImage {
  const [folderId, fileId] = PERSONAL_DATA_PATH;
  const children = image.masterFile.children.map((folder) => {
    if (folder.kind !== 'folder' || folder.id !== folderId) return folder;
    const files = folder.children.map((file) => {
      if (file.kind !== 'file' || file.id !== fileId) return file;
      const content = Buffer.from(file.content);
      change(content);
      return { ...file, content };
    });
    return { ...folder, children: files };
  });
  return { ...image, masterFile: { ...image.masterFile, children } };
}
