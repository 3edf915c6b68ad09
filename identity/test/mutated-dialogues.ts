/** Dialogues with a card, recorded to be run again over any port with the same random numbers, each through to what it establishes. */
import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { judgeNationalApplication } from '../src/cie/judge-national-application.ts';
import { readNationalApplication } from '../src/cie/read-national-application.ts';
import { modulusBytesOf } from '../src/cns/holder-certificate.ts';
import { judgeCns } from '../src/cns/judge-cns.ts';
import { verifyPin } from '../src/cns/pin.ts';
import { readCns } from '../src/cns/read-cns.ts';
import { signChallenge } from '../src/cns/sign-challenge.ts';
import { parseCardAccess } from '../src/emrtd/card-access.ts';
import { establishPace } from '../src/emrtd/pace/pace.ts';
import type { PacePassword } from '../src/emrtd/pace/pace.ts';
import { authenticatePassively } from '../src/emrtd/passive-authentication.ts';
import { readDocument } from '../src/emrtd/read-document.ts';
import type { MessageLengths } from '../src/emrtd/secure-messaging.ts';
import { createTrustStore } from '../src/emrtd/trust-store.ts';
import { plainChannel } from '../src/iso7816/transmit.ts';
import { guardPort } from '../src/port.ts';
import type { CardPort } from '../src/port.ts';
import { concat, fromHex, toHex } from '../src/primitives/bytes.ts';
import { deriveVerdict } from '../src/verdict/answers.ts';
import type { Answer } from '../src/verdict/answers.ts';
import { fileCard } from './file-card.ts';
import { makeCertificate, signSecurityObject } from './small-authority.ts';
import { TestCard } from './test-card.ts';
import type { TestCardOptions } from './test-card.ts';
import { diceBytes, recordingPort } from './transcript-mutations.ts';
import { loadVectors } from './vectors/load.ts';

/** What came of a dialogue: answers, and what is said of card and holder, by name. */
export interface Established {
  readonly answers: Readonly<Record<string, Answer['answer']>>;
  readonly claims: Readonly<Record<string, string>>;
}

/** A dialogue that can be run again. */
export interface Dialogue {
  readonly name: string;
  readonly run: (port: CardPort) => Promise<Established>;
  readonly responses: readonly Uint8Array[];
  /** The part of the responses in which nothing may change unnoticed: key agreement and session; empty in the clear. */
  readonly essential: (responses: readonly Uint8Array[]) => string;
}

const CAN = '123456';
const MRZ = { kind: 'mrz', documentNumber: 'CA00000AA', birthDate: '641230', expiryDate: '221230' } as const;
const MRZ_SEED = fromHex('EF84F4294B7FCFDA5EDDD57499E16155AF4FADD9');
const PASSWORDS = { 1: MRZ_SEED, 2: new TextEncoder().encode(CAN) };
const TAX_CODE = 'RSSMRA80A01H501U';
const CARD_ID = '6090123456789013';
const NIS = '123456789012';

/** What no error may tell of these cards, by text. */
export const SECRETS: readonly string[] = [CAN, MRZ.documentNumber, 'ROSSI', TAX_CODE, CARD_ID, NIS];

const { signal } = new AbortController();
const at = new Date('2026-05-01T10:00:00Z');
const base64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const groups = loadVectors<{ dg1: string; dg11: string }>('passive-authentication-synthetic');
const signed = loadVectors<{ cscaNext: string; sodWithChipKeys: string }>('passive-authentication-link-and-revocation');
const [chip] = loadVectors<{ cases: readonly [{ dg14: string; chipPrivateKey: string }] }>('chip-authentication').cases;
const [active] = loadVectors<{ cases: readonly [{ dg15: string; challenge: string; signature: string }] }>('active-authentication').cases;
const trust = createTrustStore([{ certificate: base64(signed.cscaNext) }]);

/** Files of a genuine document whose chip has both keys. */
const FILES = {
  0x01: fromHex(groups.dg1),
  0x0b: fromHex(groups.dg11),
  0x0e: fromHex(chip.dg14),
  0x0f: fromHex(active.dg15),
  0x1d: base64(signed.sodWithChipKeys),
};
/** DG14 without a key, so that the chip is asked with the one of DG15. It is not the one that was signed. */
const NO_CHIP_KEY = { 0x0e: fromHex('6E023100') };

/** Place of the last PACE answer behind the nonce. It may hold more than the token, which the reader compares itself. */
const TOKEN = 3;

/** So many responses at the end, without the one at a place among them. */
function lastOf(responses: readonly Uint8Array[], count: number, without?: number): string {
  const kept = responses.slice(responses.length - count).filter((_, i) => i !== without);
  return kept.map(toHex).join();
}

async function record(name: string, card: CardPort, run: Dialogue['run'], essential: (recorded: readonly Uint8Array[]) => Dialogue['essential']): Promise<Dialogue> {
  const recording = recordingPort(card);
  await run(recording);
  const { responses } = recording;
  return { name, run, responses, essential: essential(responses) };
}

/** A document read, asked to prove its chip where it has keys, and judged. */
export function reading(
  name: string,
  options: Partial<TestCardOptions>,
  { password = MRZ, lengths = 'short', asksChip = false }: { password?: PacePassword | 'can'; lengths?: MessageLengths; asksChip?: boolean } = {},
): Promise<Dialogue> {
  const run = async (port: CardPort): Promise<Established> => {
    const { files, chipProof } = await readDocument(port, {
      password: password === 'can' ? { kind: 'can', can: CAN } : password,
      files: ['dg1', 'dg11'],
      random: diceBytes(name),
      signal,
      lengths,
      ...(asksChip ? { chipChallenge: fromHex(active.challenge) } : {}),
    });
    const passiveAuthentication = authenticatePassively({ files, trust, at });
    const { answers } = deriveVerdict({ files, passiveAuthentication, chipProof, today: '2022-06-01' });
    const { genuine, notCloned, notExpired } = answers;
    const proved = chipProof?.outcome === 'proved' ? 'yes' : 'no';
    return {
      answers: { genuine: genuine.answer, notCloned: notCloned.answer, notExpired: notExpired.answer, proved },
      claims: Object.fromEntries([...files].map(([file, bytes]) => [file, toHex(bytes)])),
    };
  };
  const card = new TestCard({ passwords: PASSWORDS, files: FILES, ...options });
  // With PACE the first two are SELECT and EF.CardAccess, the third MSE:SET AT; with BAC alone, five look for the file.
  const [before, without] = options.noCardAccess === true ? [5, undefined] : [3, TOKEN];
  return record(name, card, run, ({ length }) => (played) => lastOf(played, length - before, without));
}

/** A document opened by BAC whose chip proves itself by chip or active authentication. */
export function chipProof(name: string, by: 'dg14' | 'dg15'): Promise<Dialogue> {
  const options: Partial<TestCardOptions> =
    by === 'dg14' ? { chipKey: fromHex(chip.chipPrivateKey) } : { files: { ...FILES, ...NO_CHIP_KEY }, signs: () => fromHex(active.signature) };
  return reading(name, { noCardAccess: true, ...options }, { asksChip: true });
}

/** What a CIE announces, whose chip proves itself: PACE over MODP group 2 with triple DES by the number on the card. */
export function italianCard(name: string): Promise<Dialogue> {
  return reading(name, { parameterId: 2, chipKey: fromHex(chip.chipPrivateKey) }, { password: 'can', asksChip: true });
}

/** PACE of the published examples, with their keys instead of random numbers. */
export function publishedPace(name: string): Dialogue {
  const { efCardAccess, input, expected, apdus } = loadVectors<{
    efCardAccess: string;
    input: { documentNumber: string; dateOfBirth: string; dateOfExpiry: string };
    expected: { terminalMapPrivate: string; terminalEphemeralPrivate: string };
    apdus: { response: string }[];
  }>(name);
  const { documentNumber, dateOfBirth: birthDate, dateOfExpiry: expiryDate } = input;
  const infos = parseCardAccess(fromHex(efCardAccess));
  const run = async (port: CardPort): Promise<Established> => {
    const keys = [expected.terminalMapPrivate, expected.terminalEphemeralPrivate].map(fromHex);
    const random = (length: number): Uint8Array => keys.shift() ?? new Uint8Array(length).fill(1);
    const mrz: PacePassword = { kind: 'mrz', documentNumber, birthDate, expiryDate };
    const { keys: session } = await establishPace(plainChannel(port, signal), infos, mrz, random);
    return { answers: {}, claims: { keys: toHex(session.encryption) + toHex(session.mac) } };
  };
  const responses = apdus.map(({ response }) => fromHex(response));
  return { name, run, responses, essential: (played) => lastOf(played, 4, TOKEN) };
}

/** A CNS read, its PIN verified, a text signed by it, and all of it judged. Everything in the clear. */
export function serviceCard(name: string): Promise<Dialogue> {
  const [sample] = loadVectors<{ samples: { hex: string }[] }>('cns-dati-personali').samples;
  const personalData = fromHex(sample?.hex ?? '');
  const digest = createHash('sha1').update(personalData).digest('base64');
  const issuer = makeCertificate({ commonName: 'SPECIMEN CNS CA' });
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const holder = makeCertificate({ commonName: `${TAX_CODE}/${CARD_ID}.${digest}`, issuer, key });
  const card = fileCard({
    selects: { '00A408000411001102': personalData, '00A408000411001101': concat(holder.der, new Uint8Array(300)) },
    other: (command) => {
      if (command === '00200010') return '63C3';
      const block = /^002A9E9A000100([0-9A-F]{512})0000$/.exec(command)?.[1];
      if (block === undefined) return '9000';
      return `${toHex(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, fromHex(block)))}9000`;
    },
  });
  const text = new TextEncoder().encode('of this visit');
  const issuers = createTrustStore([{ certificate: issuer.der }]);
  const run = async (port: CardPort): Promise<Established> => {
    const channel = plainChannel(guardPort(port, { apdus: 0, exchanges: 0, bytes: 0 }), signal);
    const read = await readCns(channel);
    const modulusBytes = modulusBytesOf(read.certificate);
    const pin = await verifyPin(channel, { pinReference: 0x10, lastTryConfirmed: false, earlier: undefined });
    if (pin.kind !== 'verified') return { answers: { genuine: 'not-asked' }, claims: {} };
    const signature = await signChallenge(channel, { text, modulusBytes });
    const { genuine, notCloned, notExpired, taxCode = '', claims } = judgeCns({ reading: read, signed: { text, signature }, trust: issuers, at });
    return {
      answers: { genuine: genuine.answer, notCloned: notCloned.answer, notExpired: notExpired.answer },
      claims: { taxCode, ...(claims === undefined ? {} : { person: JSON.stringify(claims) }) },
    };
  };
  return record(name, card, run, () => () => '');
}

/** The national application of a CIE, asked for its answer to a challenge, and judged. Everything in the clear. */
export function nationalApplication(name: string): Promise<Dialogue> {
  const csca = makeCertificate({ commonName: 'SPECIMEN CSCA' });
  const signer = makeCertificate({ commonName: 'SPECIMEN DS', issuer: csca });
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const nis = Uint8Array.from(Buffer.from(NIS));
  const serviceKey = Uint8Array.from(key.publicKey.export({ type: 'pkcs1', format: 'der' }));
  const securityObject = signSecurityObject(new Map([[0xa1, nis], [0xa5, serviceKey]]), signer);
  const none = new Uint8Array(0);
  const card = fileCard({
    selects: {
      '00A4040C0DA0000000308000000009816001': none,
      '00A4040406A00000000039': none,
      '00A4020C021005': serviceKey,
      '00A4020C021006': securityObject,
    },
    shortIds: { 1: nis },
    other: (command) => {
      const sent = /^0088000020([0-9A-F]{64})00$/.exec(command)?.[1];
      if (sent === undefined) return '9000';
      return `${toHex(privateEncrypt({ key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }, fromHex(sent)))}9000`;
    },
  });
  const challenge = diceBytes(name)(32);
  const signers = createTrustStore([{ certificate: csca.der }]);
  const run = async (port: CardPort): Promise<Established> => {
    const read = await readNationalApplication(port, { challenge, signal });
    return { answers: { someGenuineCie: judgeNationalApplication(read, { challenge, trust: signers, at }).answer }, claims: {} };
  };
  return record(name, card, run, () => () => '');
}
