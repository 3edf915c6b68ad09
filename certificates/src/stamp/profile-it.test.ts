import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { createDemoAuthority } from '../trust/demo-authority.ts';
import type { TrustBundle } from '../trust/trust-bundle.ts';
import { loadTrustFolder } from '../trust/trust-folder.ts';
import { decodeSeal } from './decode-seal.ts';
import { encodeSeal } from './encode-seal.ts';
import type { StampSigner } from './encode-seal.ts';
import { createKeyStampSigner } from './key-stamp-signer.ts';
import { buildStamps } from './build-stamps.ts';
import type { StampContent, StampedOriginal } from './build-stamps.ts';
import { SealFormatError } from './seal-error.ts';
import { verifySeal } from './verify-seal.ts';

const CONTENT: StampContent = {
  profile: 'residenza',
  issueDate: '2026-11-22',
  validFrom: '2026-11-22',
  validTo: '2027-02-22',
  certificateNumber: '2026/0012344',
  protocolNumber: '0098764/2026',
  protocolDate: '2026-11-22',
  municipality: 'COMUNE DI CASALMAGGIORE',
  istatCode: '019021',
  subjectName: 'BIANCHI NICOLÒ',
  address: 'VIA GIUSEPPE GARIBALDI 127/B INT. 4 - 26041 CASALMAGGIORE (CR)',
  duty: 'CARTA LIBERA - ART. 18 DPR 115/2002',
  statements: [],
  people: [
    {
      surname: 'BIANCHI',
      name: 'NICOLÒ',
      taxCode: 'BNCNCL90T04F205V',
      birthDate: '1990-12-04',
      birthPlace: 'MILANO (MI)',
    },
  ],
};
const ORIGINAL: StampedOriginal = {
  sha256: new Uint8Array(32).fill(0xa5),
  uri: 'https://v.example.it/7Q2K9XW4MA',
};
const HEADER = {
  issuingCountry: 'ITA',
  issueDate: '2026-11-22',
  signatureDate: '2026-11-22',
  featureDefinition: 1,
  documentCategory: 200,
} as const;
const AT = '2026-12-01';
const utf8 = (text: string) => new TextEncoder().encode(text);
const RESIDENCE_PROFILE = { tag: 0, value: Uint8Array.from(Buffer.from('6d1f0b7e4c2a4d7c9a3e5b8f01c2d3e4', 'hex')) };

describe('Italian stamp profile', function () {
  this.timeout(30_000);
  let directory = '';
  let signer: StampSigner;
  let trust: TrustBundle;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stamp-profile-'));
    const authority = await createDemoAuthority(directory, { now: new Date('2026-11-22T10:00:00Z') });
    signer = createKeyStampSigner(authority.stampSigner);
    trust = await loadTrustFolder(authority.trustFolder);
  });
  after(async () => {
    await rm(directory, { recursive: true });
  });

  const stampsOf = (change: Partial<StampContent> = {}, original = ORIGINAL, by = signer) =>
    buildStamps({ ...CONTENT, ...change }, original, 'HTTPS://COMUNE.EXAMPLE.IT/S', by);
  const sealOf = async (change: Partial<StampContent> = {}, by = signer): Promise<Uint8Array> => {
    const [stamp, ...more] = await stampsOf(change, ORIGINAL, by);
    if (stamp === undefined || more.length > 0) throw new TypeError('not one stamp');
    return stamp.seal;
  };

  it('builds a residence seal that is valid and says what it was given', async () => {
    const check = await verifySeal(await sealOf(), trust, AT);
    expect(check).to.deep.include({ status: 'VALID', subStatus: null, documentValidity: 'current' });
    expect(check.trust.specimen).to.equal(true);
    expect(check.content).to.deep.include({ profile: 'residenza', validFrom: '2026-11-22', validTo: '2027-02-22' });
    expect(check.content?.people).to.deep.equal([
      ['BIANCHI', 'NICOLÒ', 'BNCNCL90T04F205V', '1990-12-04', 'MILANO (MI)'],
    ]);
    const named = Object.fromEntries(check.content?.fields.map(({ name, text }) => [name, text]) ?? []);
    expect(named).to.deep.include({
      certificateNumber: '2026/0012344',
      protocolDate: '2026-11-22',
      istatCode: '019021',
      subjectName: 'BIANCHI NICOLÒ',
      anprTypes: '8',
      originalSha256: 'a5'.repeat(32),
    });
  });

  it('needs the 439 bytes of the published example', async () => {
    expect((await sealOf()).length).to.equal(439);
  });

  it('writes fields in ascending order and text in NFC, whatever form it gets', async () => {
    const composed = decodeSeal(await sealOf());
    const decomposed = decodeSeal(
      await sealOf({ subjectName: CONTENT.subjectName.normalize('NFD') }),
    );
    expect(decomposed.signedBytes).to.deep.equal(composed.signedBytes);
    const tags = composed.messages.map(({ tag }) => tag);
    expect(tags).to.deep.equal(tags.toSorted((a, b) => a - b));
  });

  it('tells before and after the period of validity, and knows certificates without end', async () => {
    const seal = await sealOf();
    const validity = async (at: string) => (await verifySeal(seal, trust, at)).documentValidity;
    expect(await validity('2026-11-21')).to.equal('not-yet');
    expect(await validity('2026-11-22')).to.equal('current');
    expect(await validity('2027-02-22')).to.equal('current');
    expect(await validity('2027-02-23')).to.equal('over');
    const endless = await verifySeal(
      await sealOf({ validTo: null }),
      trust,
      '2030-01-01',
    );
    expect([endless.documentValidity, endless.content?.validTo]).to.deep.equal(['current', null]);
  });

  it('says the day asked for, the act, each line of the paper and the relation of who is named', async () => {
    const [person] = CONTENT.people;
    if (person === undefined) throw new TypeError('no person');
    const check = await verifySeal(
      await sealOf({
        profile: 'stato-famiglia-alla-data-del-decesso',
        onDay: '2025-12-01',
        act: 'n. 203, parte I, anno 2025, Casalmaggiore (CR)',
        statements: [{ label: 'Luogo della morte', value: 'Casalmaggiore (CR)' }],
        people: [{ ...person, relation: 'intestatario' }],
      }),
      trust,
      AT,
    );
    expect(check).to.deep.include({ status: 'VALID', subStatus: null });
    expect(check.content?.people).to.deep.equal([
      ['BIANCHI', 'NICOLÒ', 'BNCNCL90T04F205V', '1990-12-04', 'MILANO (MI)', 'intestatario'],
    ]);
    const lines = check.content?.fields.map(({ label, text }) => `${label}: ${text}`);
    expect(lines).to.include.members([
      'Alla data del: 2025-12-01',
      'Atto: n. 203, parte I, anno 2025, Casalmaggiore (CR)',
      'Luogo della morte: Casalmaggiore (CR)',
    ]);
    expect(lines?.filter((line) => line.startsWith('Tipo ANPR'))).to.deep.equal([]);
  });

  const wrongFields = [
    ['an ISTAT code of five digits', { istatCode: '19021' }, 'BAD_FIELD'],
    ['an empty number', { certificateNumber: ' ' }, 'BAD_FIELD'],
    ['a control sign', { subjectName: 'BIANCHI\u001b[2J' }, 'BAD_FIELD'],
    ['a mark of writing direction', { subjectName: 'BIANCHI\u202eÒLOCIN' }, 'BAD_FIELD'],
    ['a date that does not exist', { validTo: '2027-02-29' }, 'BAD_DATE'],
    ['a separator inside a name', { people: CONTENT.people.map((person) => ({ ...person, name: 'A\u001fB' })) }, 'BAD_FIELD'],
  ] as const;
  for (const [what, wrong, reason] of wrongFields) {
    it(`does not build a seal with ${what}`, async () => {
      const error = await sealOf({ ...wrong }).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(SealFormatError).with.property('reason', reason);
    });
  }

  it('does not build a seal with a digest of another length', async () => {
    const error = await stampsOf({}, { ...ORIGINAL, sha256: new Uint8Array(20) }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SealFormatError).with.property('reason', 'BAD_FIELD');
  });

  it('does not take a signature in DER from a signer', async () => {
    const der: StampSigner = { ...signer, sign: async () => new Uint8Array(71) };
    const error = await sealOf({}, der).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SealFormatError).with.property('reason', 'BAD_SIGNATURE_LENGTH');
  });

  it('does not sign a field twice', async () => {
    const error = await encodeSeal(HEADER, [RESIDENCE_PROFILE, RESIDENCE_PROFILE], signer).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(SealFormatError).with.property('reason', 'DOUBLED_TAG');
  });

  const wrongContents = [
    ['text that is not UTF-8', { tag: 9, value: Uint8Array.of(0xc3, 0x28) }],
    ['text that is not in NFC', { tag: 9, value: utf8('NICOLO\u0300') }],
    ['control signs', { tag: 9, value: utf8('A\u001b[2J') }],
    ['a separator outside persons', { tag: 9, value: utf8('A\u001fB') }],
    ['a malformed period', { tag: 1, value: utf8('20261122') }],
    ['a day that does not exist', { tag: 6, value: utf8('20260231') }],
  ] as const;
  for (const [what, message] of wrongContents) {
    it(`refuses a truly signed seal with ${what}`, async () => {
      const check = await verifySeal(await encodeSeal(HEADER, [RESIDENCE_PROFILE, message], signer), trust, AT);
      expect([check.status, check.reason, check.content]).to.deep.equal(['WRONG_FORMAT', 'BAD_FIELD', null]);
    });
  }

  it('refuses a truly signed seal whose fields are out of order', async () => {
    const { privateKey } = await createDemoAuthority(directory, { now: new Date('2026-11-22T10:00:00Z') }).then(
      (a) => a.stampSigner,
    );
    const ordered = await encodeSeal(HEADER, [RESIDENCE_PROFILE, { tag: 4, value: utf8('A') }], signer);
    // Same two fields, the other way round: 18 bytes of profile, 3 of number, then the signature of 66.
    const head = ordered.subarray(0, ordered.length - 66 - 18 - 3);
    const profile = ordered.subarray(head.length, head.length + 18);
    const number = ordered.subarray(head.length + 18, head.length + 21);
    const signed = new Uint8Array(Buffer.concat([head, number, profile]));
    const key = createKeyStampSigner({ ...signer, privateKey });
    const swapped = new Uint8Array(Buffer.concat([signed, Uint8Array.of(0xff, 64), await key.sign(signed)]));
    const check = await verifySeal(swapped, trust, AT);
    expect([check.status, check.reason]).to.deep.equal(['WRONG_FORMAT', 'TAG_ORDER']);
  });

  const foreignTypes = [
    ['an unknown profile', HEADER, { tag: 0, value: new Uint8Array(16) }],
    ['no profile', HEADER, { tag: 4, value: utf8('A') }],
    ['another category', { ...HEADER, documentCategory: 202 }, RESIDENCE_PROFILE],
    ['another layout', { ...HEADER, featureDefinition: 2 }, RESIDENCE_PROFILE],
    ['another country', { ...HEADER, issuingCountry: 'UTO' }, RESIDENCE_PROFILE],
  ] as const;
  for (const [what, header, message] of foreignTypes) {
    it(`does not take a truly signed seal with ${what} for a certificate`, async () => {
      const check = await verifySeal(await encodeSeal(header, [message], signer), trust, AT);
      expect([check.status, check.content]).to.deep.equal(['INVALID_DOCUMENTTYPE', null]);
    });
  }
});
