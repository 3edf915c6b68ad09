import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { deflateSync } from 'fflate';
import { createDemoAuthority } from '../trust/demo-authority.ts';
import type { TrustBundle } from '../trust/trust-bundle.ts';
import { loadTrustFolder } from '../trust/trust-folder.ts';
import { assureStampsFit, buildStamps } from './build-stamps.ts';
import type { Stamp, StampContent, StampPerson } from './build-stamps.ts';
import { decodeSeal } from './decode-seal.ts';
import type { SealMessage } from './decode-seal.ts';
import { encodeDerLength } from './der-length.ts';
import { encodeSeal } from './encode-seal.ts';
import type { StampSigner } from './encode-seal.ts';
import { createKeyStampSigner } from './key-stamp-signer.ts';
import { SealFormatError } from './seal-error.ts';
import { verifySeal } from './verify-seal.ts';

const AT = '2026-12-01';
const CHECKER = 'HTTPS://VERIFICA.COMUNE.VALFIORITA.EXAMPLE/S';
const ORIGINAL = {
  sha256: createHash('sha256').update('original').digest(),
  uri: 'https://verifica.comune.valfiorita.example/o/ABCDEFGHJKLM',
};

/** A name as different from the next as real ones are, so that compression has real work. */
const scrambled = (index: number, length: number): string =>
  createHash('sha512')
    .update(String(index))
    .digest('base64')
    .replaceAll(/[^A-Z]/gi, '')
    .toUpperCase()
    .slice(0, length);
const household = (count: number): StampPerson[] =>
  Array.from({ length: count }, (_, index) => ({
    surname: index % 3 === 0 ? scrambled(index, 9) : 'KOVAČEVIĆ',
    name: scrambled(index + 500, 10),
    taxCode: `${scrambled(index + 900, 6)}85C54X000O`,
    birthDate: `19${String(40 + index).slice(0, 2)}-03-14`,
    birthPlace: 'Valfiorita (VF)',
  }));
const contentFor = (people: readonly StampPerson[]): StampContent => ({
  profile: 'stato-famiglia',
  issueDate: '2026-11-22',
  validFrom: '2026-11-22',
  validTo: '2027-02-22',
  certificateNumber: '2026/0012344',
  protocolNumber: '0098764/2026',
  protocolDate: '2026-11-22',
  municipality: 'Comune di Valfiorita',
  istatCode: '099999',
  subjectName: 'KOVAČEVIĆ MARKO',
  address: 'Via dei Tigli 12 – 00099 Valfiorita (VF)',
  duty: '01 2345 6789 0123 del 20/11/2026',
  statements: [{ label: 'Cittadinanza', value: 'cittadino italiano' }],
  people,
});

describe('buildStamps', function () {
  this.timeout(30_000);
  let directory: string;
  let signer: StampSigner;
  let trust: TrustBundle;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stamps-'));
    const authority = await createDemoAuthority(directory, { now: new Date('2026-11-22T10:00:00Z') });
    signer = createKeyStampSigner(authority.stampSigner);
    trust = await loadTrustFolder(authority.trustFolder);
  });
  after(() => rm(directory, { recursive: true }));

  const stampsFor = (count: number): Promise<readonly Stamp[]> =>
    buildStamps(contentFor(household(count)), ORIGINAL, CHECKER, signer);
  const tagsOf = ({ seal }: Stamp): number[] => decodeSeal(seal).messages.map(({ tag }) => tag);

  it('leaves what fits the standard area as it is, and deflates what does not', async () => {
    const [one] = await stampsFor(1);
    const [fifteen, ...more] = await stampsFor(15);
    expect(one && tagsOf(one)).to.include(32).and.to.not.include(31);
    expect(fifteen && tagsOf(fifteen)).to.deep.equal([0, 1, 13, 14, 31]);
    expect(more).to.deep.equal([]);
    expect(fifteen?.version).to.be.at.most(25);
  });

  it('gives the same content back from a compressed seal as from one that is not', async () => {
    const people = household(15);
    const [stamp] = await buildStamps(contentFor(people), ORIGINAL, CHECKER, signer);
    if (stamp === undefined) throw new TypeError('no stamp');
    const { status, subStatus, content } = await verifySeal(stamp.seal, trust, AT);
    expect([status, subStatus, content?.unknownTags]).to.deep.equal(['VALID', null, []]);
    expect(content?.people.map(([surname, name]) => [surname, name])).to.deep.equal(
      people.map(({ surname, name }) => [surname, name]),
    );
    const named = Object.fromEntries(content?.fields.map(({ name, text }) => [name, text]) ?? []);
    expect(named).to.deep.include({
      certificateNumber: '2026/0012344',
      statement: 'cittadino italiano',
      originalUri: ORIGINAL.uri,
    });
    const tags = content?.fields.map(({ tag }) => tag) ?? [];
    expect(tags).to.deep.equal(tags.toSorted((a, b) => a - b));
  });

  it('shares a large institution over several seals, each valid alone and numbered, nobody left out', async () => {
    const people = household(40);
    const stamps = await buildStamps(contentFor(people), ORIGINAL, CHECKER, signer);
    expect(stamps).to.have.length(2);
    const checks = await Promise.all(stamps.map(({ seal }) => verifySeal(seal, trust, AT)));
    expect(checks.map(({ status }) => status)).to.deep.equal(['VALID', 'VALID']);
    const partOf = (index: number) => checks[index]?.content?.fields.find(({ name }) => name === 'part')?.text;
    expect([partOf(0), partOf(1)]).to.deep.equal(['1/2', '2/2']);
    expect(checks.flatMap(({ content }) => content?.people.map((parts) => parts[1]) ?? [])).to.deep.equal(
      people.map(({ name }) => name),
    );
  });

  it('needs room that depends neither on the digest nor on the signature', async () => {
    for (const count of [1, 6, 15, 40]) {
      const other = { ...ORIGINAL, sha256: createHash('sha256').update('another').digest() };
      const again = await buildStamps(contentFor(household(count)), other, CHECKER, {
        ...signer,
        sign: async () => new Uint8Array(64),
      });
      expect(again.map(({ version }) => version)).to.deep.equal((await stampsFor(count)).map(({ version }) => version));
    }
  });

  it('refuses what does not fit the stamps of a page', async () => {
    const outcome: unknown = await stampsFor(128).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(SealFormatError).with.property('reason', 'TOO_LONG');
  });

  it('says beforehand what will fit, whatever the numbers turn out to be, and hardly less', async () => {
    const isFit = (count: number): boolean => {
      try {
        assureStampsFit({ ...contentFor(household(count)), certificateNumber: '', protocolNumber: '' }, ORIGINAL.uri, CHECKER, signer);
        return true;
      } catch (error) {
        expect(error).to.be.instanceOf(SealFormatError).with.property('reason', 'TOO_LONG');
        return false;
      }
    };
    const most = Array.from({ length: 128 }, (_, index) => 128 - index).find(isFit) ?? 0;
    expect(most).to.be.within(60, 127);
    for (const numbers of ['1', '7', '4819263', '9035718']) {
      const numbered = { certificateNumber: `2026/${numbers.padStart(7, '0')}`, protocolNumber: `${numbers.padStart(7, '6')}/2026` };
      const stamps = await buildStamps({ ...contentFor(household(most)), ...numbered }, ORIGINAL, CHECKER, signer);
      expect(stamps).to.have.length(4);
    }
    const outcome: unknown = await stampsFor(most + 12).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(SealFormatError).with.property('reason', 'TOO_LONG');
  });

  it('divides what one reader would not inflate at once', async () => {
    const alike = household(1).flatMap((person) => Array.from({ length: 110 }, () => ({ ...person, birthPlace: 'Valfiorita di Sotto e di Sopra (VF)' })));
    const stamps = await buildStamps(contentFor(alike), ORIGINAL, CHECKER, signer);
    expect(stamps).to.have.length(2);
  });

  const PROFILE = { tag: 0, value: Buffer.from('0f9e8d7c6b5a49382716a5b4c3d2e1f0', 'hex') };
  const text = (tag: number, value: string): SealMessage => ({ tag, value: Buffer.from(value) });
  const packed = (...messages: readonly SealMessage[]): SealMessage => ({
    tag: 31,
    value: deflateSync(
      Uint8Array.from(messages.flatMap(({ tag, value }) => [tag, ...encodeDerLength(value.length), ...value])),
    ),
  });
  const wrong: readonly [what: string, messages: readonly SealMessage[], reason: string][] = [
    ['a bomb', [{ tag: 31, value: deflateSync(new Uint8Array(2_000_000), { level: 9 }) }], 'TOO_LONG'],
    ['bytes that are not deflated', [{ tag: 31, value: Buffer.from('ffffffff', 'hex') }], 'BAD_FIELD'],
    ['a deflated stream cut short', [{ tag: 31, value: packed(text(9, 'BIANCHI NICOLÒ')).value.slice(0, -3) }], 'BAD_FIELD'],
    ['a field cut short inside', [{ tag: 31, value: deflateSync(Uint8Array.of(9, 20, 65)) }], 'TRUNCATED'],
    ['a field inside and outside', [text(9, 'A'), packed(text(9, 'B'))], 'DOUBLED_TAG'],
    ['a field doubled inside', [packed(text(9, 'A'), text(9, 'B'))], 'DOUBLED_TAG'],
    ['fields out of order inside', [packed(text(11, 'A'), text(9, 'B'))], 'TAG_ORDER'],
    ['a profile inside', [packed(PROFILE)], 'BAD_FIELD'],
    ['compressed content inside', [packed(packed(text(9, 'A')))], 'BAD_FIELD'],
    ['a line without a value', [text(160, 'Cittadinanza')], 'BAD_FIELD'],
  ];
  for (const [what, messages, reason] of wrong) {
    it(`refuses a truly signed seal with ${what}`, async () => {
      const header = {
        issuingCountry: 'ITA',
        issueDate: '2026-11-22',
        signatureDate: '2026-11-22',
        featureDefinition: 1,
        documentCategory: 200,
      };
      const seal = await encodeSeal(header, [PROFILE, ...messages], signer);
      const check = await verifySeal(seal, trust, AT);
      expect([check.status, check.reason, check.content]).to.deep.equal(['WRONG_FORMAT', reason, null]);
    });
  }
});
