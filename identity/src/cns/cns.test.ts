import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { expect } from 'chai';
import { codeOf, failure } from '../../test/failure.ts';
import { fileCard } from '../../test/file-card.ts';
import { mutations } from '../../test/byte-mutations.ts';
import { recordedPort } from '../../test/recorded-port.ts';
import { makeCertificate } from '../../test/small-authority.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { createTrustStore } from '../emrtd/trust-store.ts';
import { plainChannel } from '../iso7816/transmit.ts';
import type { CardPort } from '../port.ts';
import { concat, fromHex, toHex } from '../primitives/bytes.ts';
import { readHolderCertificate } from './holder-certificate.ts';
import { judgeCns } from './judge-cns.ts';
import type { CnsReading } from './read-cns.ts';
import { askTriesLeft, EMPTY_PIN_BLOCK, reckonTries, verifyPin } from './pin.ts';
import type { PinOutcome } from './pin.ts';
import { readCns } from './read-cns.ts';
import { signatureBlock, signChallenge } from './sign-challenge.ts';

const { signal } = new AbortController();
const at = new Date('2026-11-22T20:00:00Z');
const text = Uint8Array.from(Buffer.from('Videosportello card challenge\nkiosk kiosk-17\n'));
const [sample] = loadVectors<{ samples: { hex: string; text: string }[] }>('cns-dati-personali').samples;
const personalData = fromHex(sample?.hex ?? '');
const CARD_ID = '6090123456789013';

const authority = makeCertificate({ commonName: 'SPECIMEN CNS CA' });
const holderKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const commonName = (file: Uint8Array): string =>
  `RSSMRA80A01H501U/${CARD_ID}.${createHash('sha1').update(file).digest('base64')}`;
const holder = makeCertificate({ commonName: commonName(personalData), issuer: authority, key: holderKey });
const trust = createTrustStore([{ certificate: authority.der, specimen: true }]);

/** What the chip does with a padded block: the bare RSA operation. */
const rawSign = (block: Uint8Array, key = holderKey): Uint8Array =>
  Uint8Array.from(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block));

describe('reading a CNS, AgID file system (cards.md section 4.2)', () => {
  const certificateFile = concat(holder.der, new Uint8Array(700));
  const read = (card: CardPort) => readCns(plainChannel(card, signal));

  it('takes two exchanges by path, and reads neither padding nor anything else', async () => {
    const card = fileCard({ selects: { '00A408000411001102': personalData, '00A408000411001101': certificateFile } });
    expect(await read(card)).to.deep.equal({ personalData, certificate: holder.der });
    expect(card.exchanges).to.have.length(2);
    expect(card.log.slice(0, 2)).to.deep.equal(['00A408000411001102', '00B0000000']);
  });

  it('goes one step at a time on cards that know no paths, with the commands of the vector', async () => {
    const selects = { '00A40000023F00': '9000', '00A40000021100': '9000', '00A40000021102': personalData, '00A40000021101': certificateFile };
    const card = fileCard({ selects });
    expect(await read(card)).to.deep.equal({ personalData, certificate: holder.der });
    const start = card.log.indexOf('00A40000023F00');
    const { stepByStep } = loadVectors<{ readSequence: { stepByStep: string[] } }>('cns-dati-personali').readSequence;
    expect(card.log.slice(start, start + 4)).to.deep.equal(stepByStep);
  });

  it('does without the personal data, never without the certificate', async () => {
    const card = fileCard({ selects: { '00A408000411001101': certificateFile } });
    expect(await read(card)).to.deep.equal({ personalData: undefined, certificate: holder.der });
    expect((await failure(read(fileCard({ selects: {} })))).code).to.equal('unsupported');
  });
});

describe('the PIN of a CNS, VERIFY with an empty block (ISO/IEC 7816-4 clause 11.6.6)', () => {
  const run = async (
    responses: readonly string[],
    lastTryConfirmed = false,
    { pinReference = 0x10, earlier }: { pinReference?: 0x10 | 0x90; earlier?: PinOutcome } = {},
  ) => {
    const p2 = pinReference.toString(16);
    const commands = [`002000${p2}`, `002000${p2}08FFFFFFFFFFFFFFFF`];
    const port = recordedPort(responses.map((response, i) => ({ label: `VERIFY ${i}`, command: commands[i] ?? '', response })));
    const outcome = await verifyPin(plainChannel(port, signal), { pinReference, lastTryConfirmed, earlier });
    expect(port.remaining()).to.equal(0);
    return outcome;
  };

  it('is asked for once, after the tries left', async () => {
    expect(await run(['63C3', '9000'])).to.deep.equal({ kind: 'verified' });
    expect(await run(['63C3', '63C2'], false, { pinReference: 0x90 })).to.deep.equal({ kind: 'wrong', triesLeft: 2 });
    expect(await run(['6D00', '6300'])).to.deep.equal({ kind: 'wrong', triesLeft: undefined });
    expect(await run(['63C2', '6983'])).to.deep.equal({ kind: 'blocked' });
    expect(await run(['63C2', '63C0'])).to.deep.equal({ kind: 'blocked' });
  });

  it('is not asked for with one try left unless the operator confirms, and never when blocked', async () => {
    expect(await run(['63C1'])).to.deep.equal({ kind: 'last-try' });
    expect(await run(['63C1', '9000'], true)).to.deep.equal({ kind: 'verified' });
    expect(await run(['63C0'], true)).to.deep.equal({ kind: 'blocked' });
    expect(await run(['6983'], true)).to.deep.equal({ kind: 'blocked' });
  });

  it('has one try left after a wrong one, when the card says so then and not when asked', async () => {
    const first = await run(['6D00', '63C1']);
    expect(first).to.deep.equal({ kind: 'wrong', triesLeft: 1 });
    expect(await run(['6D00'], false, { earlier: first })).to.deep.equal({ kind: 'last-try' });
    expect(await run(['6D00', '63C0'], true, { earlier: first })).to.deep.equal({ kind: 'blocked' });
    expect(await run(['6D00'], true, { earlier: { kind: 'blocked' } })).to.deep.equal({ kind: 'blocked' });
  });

  it('has one try left after a wrong one of which nothing more is known, and as many as the card says', () => {
    const wrong = (triesLeft?: number): PinOutcome => ({ kind: 'wrong', triesLeft });
    const table: [asked: number | undefined, earlier: PinOutcome | undefined, tries: number | undefined][] = [
      [undefined, undefined, undefined],
      [undefined, { kind: 'verified' }, undefined],
      [undefined, wrong(), 1],
      [undefined, wrong(2), 2],
      [undefined, wrong(1), 1],
      [undefined, { kind: 'last-try' }, 1],
      [undefined, { kind: 'blocked' }, 0],
      [3, wrong(1), 3],
      [0, { kind: 'verified' }, 0],
    ];
    for (const [asked, earlier, tries] of table) expect(reckonTries(asked, earlier), JSON.stringify({ asked, earlier })).to.equal(tries);
  });

  it('is an error when the card answers otherwise', async () => {
    const error = await failure(run(['63C3', '6700']));
    expect(error).to.include({ code: 'access-denied', statusWord: 0x6700, step: 'VERIFY' });
  });

  it('is never in a command of this side', async () => {
    expect(EMPTY_PIN_BLOCK).to.deep.equal(new Uint8Array(8).fill(0xff));
    const port = recordedPort([{ label: 'query', command: '00200010', response: '6A86' }]);
    expect(await askTriesLeft(plainChannel(port, signal), 0x10)).to.equal(undefined);
  });
});

describe('signature of a CNS, PSO: COMPUTE DIGITAL SIGNATURE (cards.md section 4.5)', () => {
  const block = toHex(signatureBlock({ text, modulusBytes: 256 }));
  const signature = toHex(rawSign(fromHex(block)));
  const restore = { label: 'restore', command: '0022F30300', response: '9000' };
  const setKey = { label: 'set key', command: '0022F1B603830101', response: '9000' };
  const extended = `002A9E9A000100${block}0000`;
  const sign = async (recording: Parameters<typeof recordedPort>[0]) => {
    const port = recordedPort(recording);
    const signed = await signChallenge(plainChannel(port, signal), { text, modulusBytes: 256 });
    expect(port.remaining()).to.equal(0);
    return toHex(signed);
  };

  it('is over the SHA-256 of the readable text, padded as RFC 8017 says', async () => {
    expect(block.startsWith(`0001${'FF'.repeat(202)}003031300D060960864801650304020105000420`)).to.equal(true);
    expect(block.endsWith(createHash('sha256').update(text).digest('hex').toUpperCase())).to.equal(true);
    expect(await sign([restore, setKey, { label: 'sign', command: extended, response: `${signature}9000` }])).to.equal(signature);
  });

  it('goes in two chained commands to a card that refuses the length', async () => {
    const signed = await sign([
      restore,
      setKey,
      { label: 'sign', command: extended, response: '6700' },
      restore,
      setKey,
      { label: 'first piece', command: `102A9E9AFF${block.slice(0, 510)}`, response: '9000' },
      { label: 'last piece', command: `002A9E9A01${block.slice(510)}00`, response: `${signature}9000` },
    ]);
    expect(signed).to.equal(signature);
  });

  it('fits a short command with a key of 1024 bits', () => {
    expect(signatureBlock({ text, modulusBytes: 128 })).to.have.length(128);
    expect(() => signatureBlock({ text, modulusBytes: 61 })).to.throw(RangeError);
  });

  it('is refused without the PIN, and when it has another length than the key', async () => {
    const denied = sign([restore, setKey, { label: 'sign', command: extended, response: '6982' }]);
    expect((await failure(denied)).code).to.equal('access-denied');
    const short = sign([restore, setKey, { label: 'sign', command: extended, response: `${signature.slice(2)}9000` }]);
    expect((await failure(short)).code).to.equal('malformed');
  });
});

describe('what a CNS proves', () => {
  const reading: CnsReading = { personalData, certificate: holder.der };
  const signed = { text, signature: rawSign(signatureBlock({ text, modulusBytes: 256 })) };
  const judge = (change: Partial<Parameters<typeof judgeCns>[0]> = {}) => judgeCns({ reading, signed, trust, at, ...change });

  it('is genuine by its issuer and not cloned by the signature; the file stays a claim', () => {
    expect(judge()).to.deep.equal({
      genuine: { answer: 'yes', reason: 'signed-by-trusted-issuer' },
      notCloned: { answer: 'yes', reason: 'challenge-signed' },
      notExpired: { answer: 'yes', reason: 'within-validity' },
      notRevoked: { answer: 'not-asked', reason: 'no-look-up' },
      certificateUntil: '2034-01-01',
      taxCode: 'RSSMRA80A01H501U',
      claims: {
        surname: 'ROSSI',
        givenNames: 'MARIO',
        birthDate: '1980-01-01',
        sex: 'M',
        taxCode: 'RSSMRA80A01H501U',
        expiryDate: '2030-01-14',
        source: 'card-read',
      },
      warnings: [],
      specimen: true,
    });
  });

  it('without the PIN is not asked whether it is the card or a copy', () => {
    expect(judge({ signed: undefined }).notCloned).to.deep.equal({ answer: 'not-asked', reason: 'no-signature' });
  });

  it('refuses a signature over another text, by another key, or altered', () => {
    const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const earlier = Uint8Array.from(Buffer.from('an earlier visit'));
    const bad = [
      { text: earlier, signature: signed.signature },
      { text, signature: rawSign(signatureBlock({ text, modulusBytes: 256 }), otherKey) },
      { text, signature: signed.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) },
      { text, signature: new Uint8Array(0) },
    ];
    for (const spoilt of bad) {
      expect(judge({ signed: spoilt }).notCloned).to.deep.equal({ answer: 'no', reason: 'signature-wrong' });
    }
  });

  it('believes no certificate of another authority, and then no signature of its key', () => {
    const elsewhere = makeCertificate({ commonName: 'SPECIMEN CNS CA' });
    const forged = makeCertificate({ commonName: commonName(personalData), issuer: elsewhere, key: holderKey });
    const judged = judge({ reading: { personalData, certificate: forged.der } });
    expect(judged.genuine).to.deep.equal({ answer: 'no', reason: 'issuer-not-trusted' });
    expect(judged.notCloned).to.deep.equal({ answer: 'no', reason: 'certificate-not-genuine' });
    expect(judged.notExpired).to.deep.equal({ answer: 'not-asked', reason: 'certificate-not-genuine' });
  });

  it('says of dates what they are', () => {
    expect(judge({ at: new Date('2035-01-01') }).genuine).to.deep.equal({ answer: 'no', reason: 'issuer-not-valid' });
    const issue = (notBefore: string, notAfter: string) => {
      const dates = { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
      const { der } = makeCertificate({ commonName: commonName(personalData), issuer: authority, key: holderKey, ...dates });
      return judge({ reading: { personalData, certificate: der } }).notExpired;
    };
    expect(issue('2025-01-01', '2026-01-01')).to.deep.equal({ answer: 'no', reason: 'expired' });
    expect(issue('2027-01-01', '2028-01-01')).to.deep.equal({ answer: 'no', reason: 'not-yet-valid' });
  });

  it('refuses a certificate that may not sign', () => {
    const { der } = makeCertificate({ commonName: commonName(personalData), issuer: authority, key: holderKey, maySign: false });
    expect(judge({ reading: { personalData, certificate: der } }).genuine).to.include({ reason: 'signer-not-allowed' });
  });

  it('warns where file and certificate do not belong together, whichever part of the file was digested', () => {
    const used = personalData.subarray(0, sample?.text.length);
    const overUsed = makeCertificate({ commonName: commonName(used), issuer: authority, key: holderKey });
    expect(judge({ reading: { personalData, certificate: overUsed.der } }).warnings).to.deep.equal([]);
    const another = fromHex(loadVectors<{ samples: { hex: string }[] }>('cns-dati-personali').samples[1]?.hex ?? '');
    const spliced = judge({ reading: { personalData: another, certificate: holder.der } });
    expect(spliced.warnings).to.deep.equal(['personal-data-not-the-certificates', 'tax-codes-differ']);
    expect(spliced.taxCode).to.equal('RSSMRA80A01H501U');
    expect(spliced.claims, 'nobody is named by a file that is not the certificate’s').to.equal(undefined);
    expect(judge({ reading: { personalData: undefined, certificate: holder.der } }).warnings).to.deep.equal(['personal-data-unreadable']);
  });

  it('claims nothing from a file with one letter of the surname changed, and warns of a certificate that names no digest', () => {
    const altered = Uint8Array.from(personalData);
    const at = Buffer.from(altered).indexOf('ROSSI');
    altered[at] = 'C'.charCodeAt(0);
    const judged = judge({ reading: { personalData: altered, certificate: holder.der } });
    expect(judged).to.deep.include({ claims: undefined, warnings: ['personal-data-not-the-certificates'], taxCode: 'RSSMRA80A01H501U' });
    expect(judged.genuine.answer).to.equal('yes');
    const bare = makeCertificate({ commonName: `RSSMRA80A01H501U/${CARD_ID}`, issuer: authority, key: holderKey });
    const unattested = judge({ reading: { personalData: altered, certificate: bare.der } });
    expect(unattested.warnings).to.deep.equal(['personal-data-unattested']);
    expect(unattested.claims?.source).to.equal('card-read');
  });

  it('reads no certificate with another common name, a wrong check digit or other bytes', () => {
    for (const name of ['ROSSI MARIO', `RSSMRA80A01H501U/${CARD_ID.slice(0, 15)}4`, `RSSMRA80A01H501U/${CARD_ID}.AAAA`]) {
      const { der } = makeCertificate({ commonName: name, issuer: authority, key: holderKey });
      expect(codeOf(() => readHolderCertificate(der)), name).to.equal('malformed');
    }
    const judged = judge({ reading: { personalData, certificate: fromHex('3000') } });
    expect(judged.genuine).to.deep.equal({ answer: 'no', reason: 'certificate-malformed' });
    expect(judged.notCloned).to.deep.equal({ answer: 'no', reason: 'certificate-not-genuine' });
  });

  it('answers for 2,000 mutations of file and certificate, and believes no certificate that was changed', () => {
    for (const file of mutations(personalData, { seed: 1, count: 1_000 })) {
      const judged = judge({ reading: { personalData: file, certificate: holder.der } });
      expect(judged.taxCode).to.equal('RSSMRA80A01H501U');
      if (toHex(file) === toHex(personalData)) continue;
      expect(judged.warnings).not.to.deep.equal([]);
      expect(judged.claims).to.equal(undefined);
    }
    for (const certificate of mutations(holder.der, { seed: 2, count: 1_000 })) {
      const { genuine } = judge({ reading: { personalData, certificate } });
      if (toHex(certificate) !== toHex(holder.der)) expect(genuine.answer, toHex(certificate)).to.equal('no');
    }
  }).timeout(20_000);
});
