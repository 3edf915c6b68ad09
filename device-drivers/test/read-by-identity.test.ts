/** The library that reads citizens' cards, on virtual cards and without a reader between them. */
import { randomBytes } from 'node:crypto';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDg1 } from '@videosportello/identity/emrtd/lds/dg1.ts';
import { parseDg11 } from '@videosportello/identity/emrtd/lds/dg11.ts';
import { parseDg2 } from '@videosportello/identity/emrtd/lds/dg2.ts';
import { parseEfCom } from '@videosportello/identity/emrtd/lds/ef-com.ts';
import { messageLengths } from '@videosportello/identity/emrtd/chip-lengths.ts';
import type { PacePassword } from '@videosportello/identity/emrtd/pace/pace.ts';
import { authenticatePassively } from '@videosportello/identity/emrtd/passive-authentication.ts';
import { readDocument } from '@videosportello/identity/emrtd/read-document.ts';
import type { DocumentReading, ReadDocumentOptions } from '@videosportello/identity/emrtd/read-document.ts';
import { createTrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import type { TrustStore } from '@videosportello/identity/emrtd/trust-store.ts';
import { expect } from 'chai';
import { openDemoAuthority } from '../virtual/authority/demo-authority.ts';
import type { DemoAuthority, DocumentAuthority } from '../virtual/authority/demo-authority.ts';
import { createCountrySigner } from '../virtual/authority/country-signer.ts';
import type { SecurityObjectProfile } from '../virtual/authority/security-object.ts';
import { readCardFile } from '../virtual/cards/card-file.ts';
import { keyFoldersBeside, makeCard } from '../virtual/cards/make-card.ts';
import type { CardHolder } from '../virtual/cie/card-holder.ts';
import { CHIP_FAMILY_NAMES } from '../virtual/cie/chip-family.ts';
import type { ChipFamily } from '../virtual/cie/chip-family.ts';
import { paceProfile } from '../virtual/cie/pace-profile.ts';
import type { PaceProfile } from '../virtual/cie/pace-profile.ts';
import { personalise } from '../virtual/cie/personalise.ts';
import { hasPortrait, readPortrait } from '../virtual/cie/portraits.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';
import { createVirtualCie } from '../virtual/cie/virtual-cie.ts';
import type { CardBehaviour } from '../virtual/cie/virtual-cie.ts';
import { demoPeople } from '../virtual/cie/test/specimen.ts';
import { cardErrorOf, directPort } from './direct-port.ts';

const NOW = new Date('2026-03-04T00:00:00Z');
const FAMILIES = ['gemalto', 'nxp', 'actalis'] as const;
const EXAMPLES = new URL('../virtual/cards/examples/', import.meta.url);

const people = await demoPeople();

describe('identity reading a virtual CIE', function () {
  this.timeout(60_000);

  let folder: string;
  let authority: DemoAuthority;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-by-identity-'));
    authority = await openDemoAuthority(
      { keyFolder: join(folder, 'keys'), trustFolder: join(folder, 'trust') },
      { now: NOW },
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The trust store of a service: each country signer in the trust folder. */
  async function trustFolder(): Promise<TrustStore> {
    const anchors = [];
    for await (const name of glob('csca-*.der', { cwd: join(folder, 'trust') })) {
      anchors.push({ certificate: await readFile(join(folder, 'trust', name)), specimen: name.includes('specimen') });
    }
    return createTrustStore(anchors);
  }

  interface CardChoices {
    readonly family?: ChipFamily['name'];
    readonly behaviour?: CardBehaviour;
    readonly profile?: SecurityObjectProfile;
    readonly authority?: DocumentAuthority;
    readonly nonceBytes?: 8 | 16;
    readonly pace?: readonly PaceProfile[];
    readonly basicAccessControl?: boolean;
  }

  async function cardOf(holder: CardHolder, choices: CardChoices = {}) {
    const { family = 'gemalto', behaviour = {}, profile = 'rsa-pss-sha512', authority: by = authority, ...offers } = choices;
    const photo = hasPortrait(holder.id) ? await readPortrait(holder.id) : expect.fail('no portrait');
    const issueDate = new Date(`${Number(holder.card.expiryDate.slice(0, 4)) - 10}-01-15T00:00:00Z`);
    const image = personalise(holder, { authority: by, photo, issueDate, family, profile, ...offers });
    return createVirtualCie(image, { random: randomBytes, behaviour });
  }

  function read(card: VirtualCard, options: Pick<ReadDocumentOptions, 'password'> & Partial<ReadDocumentOptions>) {
    return readDocument(directPort(card), {
      files: ['com', 'dg1', 'dg2', 'dg11'],
      random: randomBytes,
      signal: new AbortController().signal,
      ...options,
    });
  }

  const file = (reading: DocumentReading, name: 'com' | 'dg1' | 'dg2' | 'dg11') =>
    reading.files.get(name) ?? expect.fail(`${name} was not read`);

  for (const [index, holder] of people.entries()) {
    const family = FAMILIES[index] ?? 'gemalto';
    it(`reads the card of ${holder.id} with the CAN, chip family ${family}`, async () => {
      const card = await cardOf(holder, { family });
      const reading = await read(card, { password: { kind: 'can', can: holder.card.can } });
      expect(reading.protocol).to.equal('PACE-DH-GM-3DES');
      expect([...reading.missing]).to.deep.equal([]);

      const judged = authenticatePassively({ files: reading.files, trust: await trustFolder(), at: NOW });
      expect(judged.genuine).to.deep.equal({ answer: 'yes', reason: 'signed-by-trusted-issuer' });
      expect(judged.covered).to.have.members(['dg1', 'dg2', 'dg11']);
      expect(judged.listed).to.deep.equal([1, 2, 3, 11]);
      expect(judged.signer?.specimen).to.equal(true);

      expect(parseDg1(file(reading, 'dg1'))).to.deep.include({ documentNumber: holder.card.documentNumber });
      const personal = parseDg11(file(reading, 'dg11'));
      expect(personal).to.deep.include({
        surname: holder.surname.toUpperCase(),
        givenNames: holder.givenNames.toUpperCase(),
        personalNumber: holder.taxCode,
        birthDate: holder.birthDate,
        birthPlace: ['VALFIORITA', 'VF'],
        address: [holder.address.toUpperCase(), 'VALFIORITA', 'VF'],
      });
      const face = parseDg2(file(reading, 'dg2'));
      expect(
        Buffer.from(face.bytes).equals(await readPortrait(hasPortrait(holder.id) ? holder.id : 'giulia')),
      ).to.equal(true);
      expect(parseEfCom(file(reading, 'com'))).to.deep.include({ ldsVersion: '0107', unicodeVersion: '040000' });
    });
  }

  const six = (date: string) => date.slice(2).replaceAll('-', '');
  const passwordsOf = ({ birthDate, card: { can, documentNumber, expiryDate } }: CardHolder): readonly PacePassword[] => [
    { kind: 'can', can },
    { kind: 'mrz', documentNumber, birthDate: six(birthDate), expiryDate: six(expiryDate) },
  ];

  for (const family of CHIP_FAMILY_NAMES) {
    it(`reads a card of chip family ${family}, with either nonce, by number or zone, in the lengths it promises`, async () => {
      const holder = people[0] ?? expect.fail('nobody');
      const trust = await trustFolder();
      for (const nonceBytes of [8, 16] as const) {
        for (const password of passwordsOf(holder)) {
          const card = await cardOf(holder, { family, nonceBytes });
          const reading = await read(card, { password, files: ['dg1', 'dg11'], lengths: messageLengths(card.atr) });
          const label = `nonce of ${nonceBytes}, ${password.kind}`;
          expect(reading.protocol, label).to.equal('PACE-DH-GM-3DES');
          expect(authenticatePassively({ files: reading.files, trust, at: NOW }).covered, label).to.have.members(['dg1', 'dg11']);
        }
      }
    });
  }

  for (const [group, cipher, protocol] of [
    [1, 'des-ede', 'PACE-DH-GM-3DES'],
    [2, 'aes-256', 'PACE-DH-GM-AES-256'],
    ['prime256v1', 'aes-192', 'PACE-ECDH-GM-AES-192'],
    ['brainpoolP384r1', 'aes-128', 'PACE-ECDH-GM-AES-128'],
    ['secp384r1', 'des-ede', 'PACE-ECDH-GM-3DES'],
  ] as const) {
    it(`opens a card by ${protocol} over ${group}, with number and zone`, async () => {
      const holder = people[1] ?? expect.fail('nobody');
      for (const password of passwordsOf(holder)) {
        const card = await cardOf(holder, { family: 'actalis', pace: [paceProfile(group, cipher)] });
        const reading = await read(card, { password, files: ['dg1'] });
        expect([reading.protocol, reading.files.has('dg1')]).to.deep.equal([protocol, true]);
      }
    });
  }

  it('falls back on basic access control with the zone only, where there is no PACE', async () => {
    const holder = people[0] ?? expect.fail('nobody');
    const [can, mrz] = passwordsOf(holder);
    if (!can || !mrz) return expect.fail('no passwords');
    const card = () => cardOf(holder, { pace: [], family: 'stm3' });
    expect((await read(await card(), { password: mrz, files: ['dg1'] })).protocol).to.equal('BAC');
    expect((await cardErrorOf(read(await card(), { password: can }))).code).to.equal('unsupported');
  });

  it('reads a card with the least there may be, and says what it does not have', async () => {
    const trust = join(folder, 'trust-bare');
    const config = { keyFolders: keyFoldersBeside(join(folder, 'authority-bare')), trustFolder: trust };
    const bare = await makeCard(await readCardFile(new URL('cie-nicolo-bare.json', EXAMPLES)), config, { now: NOW, random: randomBytes });
    const reading = await read(bare, { password: { kind: 'can', can: '246802' }, chipChallenge: randomBytes(8) });
    expect([...reading.missing]).to.deep.equal([['dg11', 'absent']]);
    expect(reading.chipProof).to.include({ outcome: 'not-offered' });
    expect(parseDg1(file(reading, 'dg1'))).to.include({ documentNumber: 'CA00003AA' });
  });

  it('says that the CAN is wrong, and reads the same card with the right one', async () => {
    const holder = people[0] ?? expect.fail('nobody');
    const card = await cardOf(holder);
    const wrong = await cardErrorOf(read(card, { password: { kind: 'can', can: '000000' } }));
    expect([wrong.code, wrong.statusWord]).to.deep.equal(['wrong-can', 0x6300]);
    expect((await read(card, { password: { kind: 'can', can: holder.card.can } })).files.has('sod')).to.equal(true);
  });

  describe('judging what it read', () => {
    const holder = people[0] ?? expect.fail('nobody');
    const password = { kind: 'can', can: holder.card.can } as const;
    const validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2034-01-01T00:00:00Z') };

    async function judge(card: VirtualCard, at = NOW) {
      const { files } = await read(card, { password });
      return authenticatePassively({ files, trust: await trustFolder(), at }).genuine;
    }

    it('believes the other profiles of the authority', async () => {
      const pkcs1 = await cardOf(holder, { profile: 'rsa-pkcs1-sha256' });
      expect(await judge(pkcs1)).to.deep.include({ answer: 'yes' });
      const elliptic = await authority.countrySigner.issueDocumentSigner({ validity, keyKind: 'ec-p256' });
      const ecdsa = await cardOf(holder, { profile: 'ecdsa-sha256', authority: elliptic });
      expect(await judge(ecdsa)).to.deep.include({ answer: 'yes' });
    });

    it('does not believe a card of another authority with the same name', async () => {
      const other = await createCountrySigner({ validity, keyKind: 'rsa-2048' });
      const card = await cardOf(holder, { authority: await other.issueDocumentSigner({ validity }) });
      expect(await judge(card)).to.deep.equal({ answer: 'no', reason: 'issuer-not-trusted' });
    });

    it('does not believe a card whose signer has expired', async () => {
      const card = await cardOf(holder, { authority: await authority.countrySigner.issueDocumentSigner({ validity }) });
      expect(await judge(card, new Date('2035-01-01T00:00:00Z'))).to.deep.equal({
        answer: 'no',
        reason: 'signer-expired',
      });
    });

    it('does not believe a card that gives another DG1 than the one that was signed', async () => {
      const forged: DocumentAuthority = {
        signSecurityObject(dataGroups, options) {
          const mrz = Buffer.from(dataGroups.get(1) ?? []);
          mrz.write('X', mrz.length - 1);
          return authority.signSecurityObject(new Map([...dataGroups, [1, mrz]]), options);
        },
      };
      const card = await cardOf(holder, { authority: forged });
      const { files } = await read(card, { password });
      const judged = authenticatePassively({ files, trust: await trustFolder(), at: NOW });
      expect(judged.genuine).to.deep.equal({ answer: 'no', reason: 'digest-mismatch' });
      expect(judged.covered).to.have.members(['dg2', 'dg11']);
    });
  });

  it('says that the card was removed, after whichever command it leaves', async () => {
    const holder = people[2] ?? expect.fail('nobody');
    const password = { kind: 'can', can: holder.card.can } as const;
    const whole = await read(await cardOf(holder, { family: 'nxp' }), { password, files: ['dg1', 'dg11'] });
    for (let removeAfterApdu = 0; removeAfterApdu < whole.counts.apdus; removeAfterApdu++) {
      const card = await cardOf(holder, { family: 'nxp', behaviour: { removeAfterApdu } });
      const error = await cardErrorOf(read(card, { password, files: ['dg1', 'dg11'] }));
      expect(error.code, `after ${removeAfterApdu} commands`).to.equal('card-removed');
    }
  });
});
