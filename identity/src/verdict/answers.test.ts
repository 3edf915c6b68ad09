import { expect } from 'chai';
import { codeOf } from '../../test/failure.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import type { ChipProof } from '../emrtd/chip-authentication/prove-chip.ts';
import type { FileName } from '../emrtd/elementary-files.ts';
import { authenticatePassively } from '../emrtd/passive-authentication.ts';
import { createTrustStore } from '../emrtd/trust-store.ts';
import { encodeTlv } from '../iso7816/tlv.ts';
import { concat, fromHex } from '../primitives/bytes.ts';
import type { Answer, ReadingVerdict } from './answers.ts';
import { deriveVerdict } from './answers.ts';

interface Vectors {
  dg1: string;
  dg11: string;
  csca: string;
  sodPssSha512: { base64: string };
}
const vectors = loadVectors<Vectors>('passive-authentication-synthetic');
const ec = loadVectors<{ csca: string; sodEcdsaSha256: string }>('passive-authentication-ecdsa');
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const DG1 = fromHex(vectors.dg1);
const DG11 = fromHex(vectors.dg11);
const SOD = base64(vectors.sodPssSha512.base64);

function verdict(
  options: { dg1?: Uint8Array; dg11?: Uint8Array | undefined; sod?: Uint8Array; csca?: string; today?: string } = {},
): ReadingVerdict {
  const files = new Map<FileName, Uint8Array>([
    ['dg1', options.dg1 ?? DG1],
    ['sod', options.sod ?? SOD],
  ]);
  const dg11 = 'dg11' in options ? options.dg11 : DG11;
  if (dg11 !== undefined) files.set('dg11', dg11);
  const trust = createTrustStore([{ certificate: base64(options.csca ?? vectors.csca), issuingState: 'ITA' }]);
  const passiveAuthentication = authenticatePassively({ files, trust, at: new Date('2026-05-01T10:00:00Z') });
  return deriveVerdict({ files, passiveAuthentication, today: options.today ?? '2022-06-01' });
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('the five answers', () => {
  it('of a genuine card read with its access number: two asked, three not, each with its reason', () => {
    expect(verdict().answers).to.deep.equal({
      genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
      notCloned: { answer: 'not-asked', reason: 'chip-authentication-not-offered' },
      notExpired: { answer: 'yes', reason: 'within-validity' },
      notRevoked: { answer: 'not-asked', reason: 'no-public-look-up' },
      holder: { answer: 'not-asked', reason: 'operator-decides' },
    });
  });

  it('count the last day of validity, and no day more', () => {
    const on = (today: string): unknown => verdict({ today }).answers.notExpired;
    expect(on('2022-12-30')).to.deep.equal({ answer: 'yes', reason: 'within-validity' });
    expect(on('2022-12-31')).to.deep.equal({ answer: 'no', reason: 'expired' });
  });

  it('say that chip authentication was not asked where the security object lists its key', () => {
    const { answers } = verdict({ sod: base64(ec.sodEcdsaSha256), csca: ec.csca });
    expect(answers.genuine.answer).to.equal('yes');
    expect(answers.notCloned).to.deep.equal({ answer: 'not-asked', reason: 'chip-authentication-not-asked' });
  });

  it('of a changed card: not genuine, nothing proved, every claim merely read', () => {
    const { answers, claims } = verdict({ dg1: DG1.with(65, 0x53) });
    expect(answers.genuine).to.deep.equal({ answer: 'no', reason: 'digest-mismatch' });
    expect(answers.notExpired).to.deep.equal({ answer: 'not-asked', reason: 'data-not-proved' });
    for (const claim of Object.values(claims)) expect(claim).to.include({ source: 'card-read' });
  });
});

describe('the answer notCloned: only by a key that the same security object covers', () => {
  const chained = loadVectors<{ cscaNext: string; sodWithChipKeys: string }>('passive-authentication-link-and-revocation');
  const [chip] = loadVectors<{ cases: readonly [{ dg14: string }] }>('chip-authentication').cases;
  const [active] = loadVectors<{ cases: readonly [{ dg15: string }] }>('active-authentication').cases;
  const DG14 = fromHex(chip.dg14);
  const DG15 = fromHex(active.dg15);
  const byChip: ChipProof = {
    outcome: 'proved',
    mechanism: 'chip-authentication',
    protocol: 'CA-DH-3DES',
    keyFile: DG14,
  };
  const actively: ChipProof = { outcome: 'proved', mechanism: 'active-authentication', protocol: 'AA-RSA', keyFile: DG15 };

  function notCloned(
    chipProof: ChipProof | undefined,
    options: { dg1?: Uint8Array; dg14?: Uint8Array; sod?: string; csca?: string } = {},
  ): Answer {
    const files = new Map<FileName, Uint8Array>([
      ['dg1', options.dg1 ?? DG1],
      ['dg14', options.dg14 ?? DG14],
      ['dg15', DG15],
      ['sod', base64(options.sod ?? chained.sodWithChipKeys)],
    ]);
    const trust = createTrustStore([{ certificate: base64(options.csca ?? chained.cscaNext) }]);
    const passiveAuthentication = authenticatePassively({ files, trust, at: new Date('2026-05-01T10:00:00Z') });
    return deriveVerdict({ files, passiveAuthentication, chipProof, today: '2022-06-01' }).answers.notCloned;
  }

  it('is yes with either proof, and not asked without one', () => {
    expect(notCloned(byChip)).to.deep.equal({ answer: 'yes', reason: 'chip-authenticated' });
    expect(notCloned(actively)).to.deep.equal({ answer: 'yes', reason: 'actively-authenticated' });
    expect(notCloned(undefined)).to.deep.equal({ answer: 'not-asked', reason: 'chip-authentication-not-asked' });
  });

  it('is no when the chip of a genuine document fails, refuses, or keeps its key back', () => {
    const reasonOf = (proof: ChipProof): unknown => notCloned(proof);
    expect(reasonOf({ ...byChip, outcome: 'failed' })).to.deep.equal({
      answer: 'no',
      reason: 'chip-authentication-failed',
    });
    expect(reasonOf({ ...actively, outcome: 'failed' })).to.deep.equal({
      answer: 'no',
      reason: 'active-authentication-failed',
    });
    for (const proof of [byChip, actively]) {
      expect(reasonOf({ ...proof, outcome: 'refused' })).to.deep.equal({
        answer: 'no',
        reason: 'chip-authentication-refused',
      });
      expect(reasonOf({ ...proof, outcome: 'withheld', keyFile: undefined })).to.deep.equal({
        answer: 'no',
        reason: 'chip-key-withheld',
      });
    }
  });

  it('is never yes for a cloner\'s own key: beside copied files, in a document of another, or under a list of its own', () => {
    const own = DG14.with(DG14.length - 1, (DG14.at(-1) ?? 0) ^ 1);
    const unproved = { answer: 'not-asked', reason: 'data-not-proved' };
    // The clone's key in place of the genuine one: the files are no longer genuine.
    expect(notCloned({ ...byChip, keyFile: own }, { dg14: own })).to.deep.equal(unproved);
    // The clone's key in the dialogue, the genuine file in the judgement.
    const spliced = { answer: 'not-asked', reason: 'chip-key-not-covered' };
    expect(notCloned({ ...byChip, keyFile: own })).to.deep.equal(spliced);
    expect(notCloned({ ...byChip, keyFile: DG15 })).to.deep.equal(spliced);
    expect(notCloned({ ...byChip, keyFile: undefined })).to.deep.equal(spliced);
    // A genuine key beside another person's data, or under a security object that does not list it.
    expect(notCloned(byChip, { dg1: DG1.with(65, 0x53) })).to.deep.equal(unproved);
    expect(notCloned(byChip, { sod: vectors.sodPssSha512.base64, csca: vectors.csca })).to.deep.equal(unproved);
    // A signer that nobody trusts.
    expect(notCloned(byChip, { csca: ec.csca })).to.deep.equal(unproved);
  });

  it('is not asked where there was nothing that could be asked', () => {
    const nothing: ChipProof = { outcome: 'not-offered', mechanism: undefined, protocol: undefined, keyFile: undefined };
    expect(notCloned(nothing)).to.deep.equal({ answer: 'not-asked', reason: 'chip-authentication-not-offered' });
    expect(notCloned({ ...byChip, outcome: 'not-possible' })).to.deep.equal({
      answer: 'not-asked',
      reason: 'chip-authentication-not-possible',
    });
  });
});

describe('the claims', () => {
  it('come from the signed files', () => {
    const { claims, document, warnings } = verdict();
    expect(document).to.equal('it-electronic-identity-card');
    expect(warnings).to.deep.equal([]);
    const values = Object.fromEntries(Object.entries(claims).map(([name, claim]) => [name, claim?.value]));
    expect(values).to.deep.equal({
      surname: 'ROSSI',
      givenNames: 'BIANCA',
      birthDate: '1964-12-30',
      sex: 'F',
      nationality: 'ITA',
      issuingState: 'ITA',
      documentNumber: 'CA00000AA',
      expiryDate: '2022-12-30',
      taxCode: 'RSSBNC64T70H501S',
      birthPlace: 'ROMA, RM',
      address: 'VIA SALARIA 712, ROMA, RM',
    });
    for (const claim of Object.values(claims)) expect(claim).to.include({ source: 'chip-signed' });
  });

  it('come from the machine readable zone alone where DG11 is missing', () => {
    const { claims } = verdict({ dg11: undefined });
    expect(claims.surname).to.deep.equal({ value: 'ROSSI', source: 'chip-signed' });
    expect(claims.birthDate?.value).to.equal('1964-12-30');
    expect(claims.taxCode).to.equal(undefined);
  });

  it('come with warnings where they do not agree with each other', () => {
    const dg11 = (taxCode: string, birth: string): Uint8Array =>
      encodeTlv(0x6b, concat(encodeTlv(0x5f10, text(taxCode)), encodeTlv(0x5f2b, text(birth))));
    expect(verdict({ dg11: dg11('RSSMRA80A01H501U', '19641230') }).warnings).to.deep.equal([
      'tax-code-disagrees-givenNames',
      'tax-code-disagrees-birthDate',
      'tax-code-disagrees-sex',
    ]);
    expect(verdict({ dg11: dg11('RSSBNC64T70H501X', '19641231') }).warnings).to.deep.equal([
      'birth-dates-differ',
      'tax-code-invalid',
    ]);
    expect(verdict({ dg1: DG1.with(19, 0x35) }).warnings).to.deep.equal(['mrz-check-digit-wrong']);
  });

  it('cannot be made without DG1', () => {
    const files = new Map<FileName, Uint8Array>([['sod', SOD]]);
    const trust = createTrustStore([]);
    const passiveAuthentication = authenticatePassively({ files, trust, at: new Date(0) });
    expect(codeOf(() => deriveVerdict({ files, passiveAuthentication, today: '2026-01-01' }))).to.equal('malformed');
  });
});
