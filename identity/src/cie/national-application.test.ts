import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { expect } from 'chai';
import { failure } from '../../test/failure.ts';
import { fileCard } from '../../test/file-card.ts';
import { mutations } from '../../test/byte-mutations.ts';
import { makeCertificate, signRevocationList, signSecurityObject } from '../../test/small-authority.ts';
import { createTrustStore } from '../emrtd/trust-store.ts';
import { concat, fromHex, toHex } from '../primitives/bytes.ts';
import { judgeNationalApplication } from './judge-national-application.ts';
import { readNationalApplication } from './read-national-application.ts';
import type { NationalReading } from './read-national-application.ts';

const { signal } = new AbortController();
const at = new Date('2026-11-22T20:00:00Z');
const challenge = new Uint8Array(32).fill(0x5c);

/** One genuine card: its chip key, its files. */
function personalise() {
  const csca = makeCertificate({ commonName: 'SPECIMEN CSCA' });
  const signer = makeCertificate({ commonName: 'SPECIMEN DS', issuer: csca });
  const chip = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const nis = Uint8Array.from(Buffer.from('123456789012'));
  const serviceKey = Uint8Array.from(chip.publicKey.export({ type: 'pkcs1', format: 'der' }));
  const listed = new Map([
    [0xa1, nis],
    [0xa5, serviceKey],
  ]);
  const answer = (bytes: Uint8Array): Uint8Array =>
    Uint8Array.from(privateEncrypt({ key: chip.privateKey, padding: constants.RSA_PKCS1_PADDING }, bytes));
  return { csca, signer, nis, serviceKey, listed, securityObject: signSecurityObject(listed, signer), answer };
}

describe('national application of the CIE, IAS ECC (cards.md section 3)', () => {
  const genuine = personalise();
  const trust = createTrustStore([{ certificate: genuine.csca.der, specimen: true }]);

  const cardOf = (card: typeof genuine, options: { readonly ias?: string; readonly dfOnlyAfterMasterFile?: boolean } = {}) => {
    const state = { masterFile: false };
    const selects = {
      '00A4040C0DA0000000308000000009816001': options.ias ?? new Uint8Array(0),
      '00A4020C021005': concat(card.serviceKey, new Uint8Array(40)),
      '00A4020C021006': concat(card.securityObject, new Uint8Array(500)),
      get '00A40000'() {
        state.masterFile = true;
        return new Uint8Array(0);
      },
      get '00A4040406A00000000039'() {
        return options.dfOnlyAfterMasterFile === true && !state.masterFile ? '6A82' : new Uint8Array(0);
      },
    };
    return fileCard({
      selects,
      shortIds: { 1: card.nis },
      other: (command) => {
        if (command === '002241A406800102840183') return '9000';
        const sent = /^0088000020([0-9A-F]{64})00$/.exec(command)?.[1];
        return sent === undefined ? '6D00' : `${toHex(card.answer(fromHex(sent)))}9000`;
      },
    });
  };
  const readingOf = async (card: typeof genuine): Promise<NationalReading> => {
    const reading = await readNationalApplication(cardOf(card), { challenge, signal });
    if (reading === undefined) throw new Error('no national application');
    return reading;
  };

  it('is read in three exchanges with the commands that the state publishes', async () => {
    const card = cardOf(genuine);
    const reading = await readNationalApplication(card, { challenge, signal });
    expect(card.log.slice(0, 5)).to.deep.equal([
      '00A4040C0DA0000000308000000009816001',
      '00A4040406A00000000039',
      '00B081000C',
      '002241A406800102840183',
      `0088000020${toHex(challenge)}00`,
    ]);
    expect(card.exchanges).to.have.length(3);
    expect(reading).to.deep.include({ nis: genuine.nis, serviceKey: genuine.serviceKey, securityObject: genuine.securityObject });
    expect(reading?.counts).to.include({ apdus: card.log.length, exchanges: 3 });
  });

  it('is found on chips that refuse IAS, and on those that want the master file first', async () => {
    for (const card of [cardOf(genuine, { ias: '6A82' }), cardOf(genuine, { ias: '6A82', dfOnlyAfterMasterFile: true })]) {
      const reading = await readNationalApplication(card, { challenge, signal });
      expect(judgeNationalApplication(reading, { challenge, trust, at }).answer).to.equal('yes');
    }
  });

  it('says that some genuine CIE is here, and nothing of a holder', async () => {
    const judged = judgeNationalApplication(await readingOf(genuine), { challenge, trust, at });
    expect(judged).to.deep.equal({ answer: 'yes', reason: 'challenge-answered', specimen: true });
  });

  it('is not asked of a card without it', async () => {
    const reading = await readNationalApplication(fileCard({ selects: {} }), { challenge, signal });
    expect(judgeNationalApplication(reading, { challenge, trust, at })).to.deep.equal({
      answer: 'not-asked',
      reason: 'no-national-application',
    });
  });

  const other = personalise();
  const late = new Date('2040-01-01');
  const badCases: [string, (reading: NationalReading) => NationalReading, string][] = [
    ['an answer to an earlier challenge', (r) => ({ ...r, response: genuine.answer(new Uint8Array(32).fill(1)) }), 'challenge-answer-wrong'],
    ['another chip’s answer', (r) => ({ ...r, response: other.answer(challenge) }), 'challenge-answer-wrong'],
    ['an answer of another length', (r) => ({ ...r, response: fromHex('00') }), 'challenge-answer-wrong'],
    ['no answer', (r) => ({ ...r, response: undefined }), 'challenge-not-answered'],
    ['the number of another card', (r) => ({ ...r, nis: Uint8Array.from(Buffer.from('999999999999')) }), 'number-not-listed'],
    [
      'a key of its own with its own answer',
      (r) => ({ ...r, serviceKey: other.serviceKey, response: other.answer(challenge) }),
      'key-not-listed',
    ],
    ['no key', (r) => ({ ...r, serviceKey: undefined }), 'key-missing'],
    ['bytes that are no key', (r) => ({ ...r, serviceKey: fromHex('3003020101') }), 'key-missing'],
    ['no security object', (r) => ({ ...r, securityObject: undefined }), 'security-object-missing'],
    ['a security object that is none', (r) => ({ ...r, securityObject: fromHex('77023000') }), 'security-object-malformed'],
    [
      'a whole card of another authority',
      (r) => ({ ...r, ...other, response: other.answer(challenge) }),
      'issuer-not-trusted',
    ],
  ];
  for (const [what, spoil, reason] of badCases) {
    it(`refuses ${what}`, async () => {
      const judged = judgeNationalApplication(spoil(await readingOf(genuine)), { challenge, trust, at });
      expect(judged).to.include({ answer: 'no', reason });
    });
  }

  it('refuses an expired signer, a foreign one and one that may not sign', async () => {
    const reading = await readingOf(genuine);
    expect(judgeNationalApplication(reading, { challenge, trust, at: late })).to.include({ reason: 'signer-not-valid' });
    const foreign = makeCertificate({ commonName: 'SPECIMEN DS', issuer: genuine.csca, country: 'XX' });
    const silent = makeCertificate({ commonName: 'SPECIMEN DS', issuer: genuine.csca, maySign: false });
    for (const [signer, reason] of [[foreign, 'country-mismatch'], [silent, 'signer-not-allowed']] as const) {
      const securityObject = signSecurityObject(genuine.listed, signer);
      expect(judgeNationalApplication({ ...reading, securityObject }, { challenge, trust, at })).to.include({ reason });
    }
  });

  it('refuses a signer that its country took back, and no other one', async () => {
    const reading = await readingOf(genuine);
    const anchors = [{ certificate: genuine.csca.der, specimen: true }];
    const unknown = makeCertificate({ commonName: 'SPECIMEN DS', issuer: genuine.csca });
    for (const [revoked, expected] of [
      [[unknown, genuine.signer], { answer: 'no', reason: 'signer-revoked' }],
      [[unknown], { answer: 'yes', reason: 'challenge-answered' }],
    ] as const) {
      const withList = createTrustStore(anchors, { revocationLists: [signRevocationList(genuine.csca, revoked)] });
      expect(judgeNationalApplication(reading, { challenge, trust: withList, at })).to.include(expected);
    }
  });

  it('refuses a security object altered in a digest or in its signature, and crashes at no other byte', async () => {
    const reading = await readingOf(genuine);
    const { securityObject: whole } = genuine;
    const judgeAltered = (position: number) => {
      const securityObject = whole.map((byte, i) => (i === position ? byte ^ 0x01 : byte));
      return judgeNationalApplication({ ...reading, securityObject }, { challenge, trust, at }).answer;
    };
    const digests = Buffer.from(whole).indexOf(createHash('sha256').update(genuine.nis).digest());
    expect(digests).to.be.greaterThan(0);
    for (const position of [digests, digests + 31, digests + 45, whole.length - 1]) {
      expect(judgeAltered(position), `byte ${position}`).to.equal('no');
    }
    for (let position = 0; position < whole.length; position += 11) {
      expect(judgeAltered(position), `byte ${position}`).to.be.oneOf(['yes', 'no']);
    }
  });

  it('wants 32 bytes of challenge and twelve digits of number', async () => {
    const short = readNationalApplication(cardOf(genuine), { challenge: new Uint8Array(8), signal });
    expect(await short.catch((error: unknown) => error)).to.be.instanceOf(RangeError);
    const odd = { ...genuine, nis: new Uint8Array(5) };
    const reading = readNationalApplication(cardOf(odd), { challenge, signal });
    expect(await reading.catch(() => 'refused'), 'a file that ends early').to.equal(undefined);
    expect((await failure(readNationalApplication({ exchange: async () => [] }, { challenge, signal }))).code).to.equal(
      'reader-unavailable',
    );
  });

  it('answers for 2,000 mutations of what the card gave', async () => {
    const reading = await readingOf(genuine);
    for (const field of ['securityObject', 'serviceKey', 'response', 'nis'] as const) {
      for (const bytes of mutations(reading[field] ?? new Uint8Array(0), { seed: 3, count: 500 })) {
        const { answer } = judgeNationalApplication({ ...reading, [field]: bytes }, { challenge, trust, at });
        // Of a security object some bytes are signed by nobody, as the names of algorithms around the signature.
        const isChanged = toHex(bytes) !== toHex(reading[field] ?? new Uint8Array(0));
        if (isChanged && field !== 'securityObject') expect(answer, field).to.equal('no');
        expect(answer).to.be.oneOf(['yes', 'no']);
      }
    }
  }).timeout(20_000);
});
