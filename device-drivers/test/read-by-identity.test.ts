/** The library that reads citizens' cards, on virtual cards and without a reader between them. */
import { randomBytes } from 'node:crypto';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDg1 } from '@videosportello/identity/emrtd/lds/dg1.ts';
import { parseDg11 } from '@videosportello/identity/emrtd/lds/dg11.ts';
import { parseDg2 } from '@videosportello/identity/emrtd/lds/dg2.ts';
import { parseEfCom } from '@videosportello/identity/emrtd/lds/ef-com.ts';
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
import type { CardHolder } from '../virtual/cie/card-holder.ts';
import type { ChipFamily } from '../virtual/cie/chip-family.ts';
import { personalise } from '../virtual/cie/personalise.ts';
import { hasPortrait, readPortrait } from '../virtual/cie/portraits.ts';
import type { VirtualCard } from '../virtual/cie/virtual-card.ts';
import { createVirtualCie } from '../virtual/cie/virtual-cie.ts';
import type { CardBehaviour } from '../virtual/cie/virtual-cie.ts';
import { demoPeople } from '../virtual/cie/test/specimen.ts';
import { cardErrorOf, directPort } from './direct-port.ts';

const NOW = new Date('2026-03-04T00:00:00Z');
const FAMILIES = ['gemalto', 'nxp', 'actalis'] as const;

const people = await demoPeople();

describe('identity reading a virtual CIE', () => {
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
  }

  async function cardOf(holder: CardHolder, choices: CardChoices = {}) {
    const { family = 'gemalto', behaviour = {}, profile = 'rsa-pss-sha512' } = choices;
    const photo = hasPortrait(holder.id) ? await readPortrait(holder.id) : expect.fail('no portrait');
    const issueDate = new Date(`${Number(holder.card.expiryDate.slice(0, 4)) - 10}-01-15T00:00:00Z`);
    const by = choices.authority ?? authority;
    const image = personalise(holder, { authority: by, photo, issueDate, family, profile });
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

  it('reads with the machine readable zone as password', async () => {
    const holder = people[0] ?? expect.fail('nobody');
    const date = (text: string) => text.slice(2).replaceAll('-', '');
    const { documentNumber, expiryDate } = holder.card;
    const reading = await read(await cardOf(holder), {
      password: { kind: 'mrz', documentNumber, birthDate: date(holder.birthDate), expiryDate: date(expiryDate) },
    });
    expect(reading.files.has('dg1')).to.equal(true);
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
