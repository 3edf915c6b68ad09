import { expect } from 'chai';
import { dice, diceBytes, mutate, recordingPort, replayPort } from '../../test/transcript-mutations.ts';
import { TestCard } from '../../test/test-card.ts';
import type { TestCardOptions } from '../../test/test-card.ts';
import { loadVectors } from '../../test/vectors/load.ts';
import { CARD_ERRORS, CardError } from '../card-error.ts';
import { plainChannel } from '../iso7816/transmit.ts';
import { encodeTlv } from '../iso7816/tlv.ts';
import type { CardPort } from '../port.ts';
import { fromHex, toHex } from '../primitives/bytes.ts';
import { parseCardAccess } from './card-access.ts';
import { establishPace } from './pace/pace.ts';
import type { PacePassword } from './pace/pace.ts';
import { readDocument } from './read-document.ts';
import type { MessageLengths } from './secure-messaging.ts';

const CAN = { kind: 'can', can: '123456' } as const;
const MRZ = { kind: 'mrz', documentNumber: 'CA00000AA', birthDate: '641230', expiryDate: '221230' } as const;
const MRZ_SEED = fromHex('EF84F4294B7FCFDA5EDDD57499E16155AF4FADD9');
const { signal } = new AbortController();

/** More exchanges than any card that answers in pieces can bring a reading to. */
const EXCHANGE_LIMIT = 1000;

const file = (tag: number, bytes: number): Uint8Array => encodeTlv(tag, new Uint8Array(bytes).map((_, i) => i + tag));
const FILES = { 0x01: file(0x61, 93), 0x0b: file(0x6b, 157), 0x1d: file(0x77, 400), 0x02: file(0x75, 500) };

/** A dialogue that can be run again over any port with the same random numbers; answers what it established. */
interface Dialogue {
  readonly name: string;
  readonly runs: number;
  readonly run: (port: CardPort) => Promise<string>;
  readonly responses: readonly Uint8Array[];
  /** The responses, counted from the end, in which no byte may change unnoticed: key agreement and session. */
  readonly essential: (responses: readonly Uint8Array[]) => string;
}

/** Place of the last PACE answer behind the nonce. It may hold more than the token, which the reader compares itself. */
const TOKEN = 3;

/** So many responses at the end, without the one at a place among them. */
function lastOf(responses: readonly Uint8Array[], count: number, without?: number): string {
  return responses
    .slice(responses.length - count)
    .filter((_, i) => i !== without)
    .map(toHex)
    .join();
}

async function reading(
  name: string,
  runs: number,
  options: Partial<TestCardOptions>,
  password: PacePassword,
  lengths: MessageLengths = 'short',
): Promise<Dialogue> {
  const run = async (port: CardPort): Promise<string> => {
    const files = ['dg1', 'dg11', 'dg2'] as const;
    const read = await readDocument(port, { password, files, random: diceBytes(name), signal, lengths });
    return [...read.files].map(([key, bytes]) => `${key} ${toHex(bytes)}`).toSorted().join();
  };
  const passwords = { 1: MRZ_SEED, 2: new TextEncoder().encode(CAN.can) };
  const recording = recordingPort(new TestCard({ passwords, files: FILES, ...options }));
  await run(recording);
  const { responses } = recording;
  // With PACE the first two are SELECT and EF.CardAccess, the third MSE:SET AT; with BAC alone, five look for the file.
  const [before, without] = options.noCardAccess === true ? [5, undefined] : [3, TOKEN];
  const count = responses.length - before;
  return { name, runs, run, responses, essential: (played) => lastOf(played, count, without) };
}

/** PACE of the published examples, with their keys instead of random numbers. */
function publishedPace(name: string, runs: number): Dialogue {
  const { efCardAccess, input, expected, apdus } = loadVectors<{
    efCardAccess: string;
    input: { documentNumber: string; dateOfBirth: string; dateOfExpiry: string };
    expected: { terminalMapPrivate: string; terminalEphemeralPrivate: string };
    apdus: { response: string }[];
  }>(name);
  const { documentNumber, dateOfBirth: birthDate, dateOfExpiry: expiryDate } = input;
  const infos = parseCardAccess(fromHex(efCardAccess));
  const run = async (port: CardPort): Promise<string> => {
    const keys = [expected.terminalMapPrivate, expected.terminalEphemeralPrivate].map(fromHex);
    const random = (length: number): Uint8Array => keys.shift() ?? new Uint8Array(length).fill(1);
    const mrz: PacePassword = { kind: 'mrz', documentNumber, birthDate, expiryDate };
    const { keys: session } = await establishPace(plainChannel(port, signal), infos, mrz, random);
    return toHex(session.encryption) + toHex(session.mac);
  };
  const responses = apdus.map(({ response }) => fromHex(response));
  return { name, runs, run, responses, essential: (played) => lastOf(played, 4, TOKEN) };
}

describe('10,000 mutations of valid transcripts', function () {
  this.timeout(600_000);
  let dialogues: readonly Dialogue[] = [];

  before(async () => {
    const aes = { cipher: 'aes-128', nonce: new Uint8Array(16).fill(0x5a) } as const;
    dialogues = [
      await reading('BAC, triple DES', 5000, { noCardAccess: true }, MRZ),
      await reading('BAC, extended length', 3000, { noCardAccess: true }, MRZ, 'extended'),
      await reading('PACE over MODP group 0, AES-128, CAN', 900, { parameterId: 0, ...aes }, CAN),
      await reading('PACE over secp256r1, AES-128, MRZ', 400, { parameterId: 12, ...aes }, MRZ),
      await reading('PACE over MODP group 2, triple DES, CAN', 100, { parameterId: 2 }, CAN),
      publishedPace('pace-ecdh-gm', 300),
      publishedPace('pace-dh-gm', 300),
    ];
    expect(dialogues.reduce((sum, { runs }) => sum + runs, 0)).to.equal(10_000);
  });

  it('are refused with a code of the closed list wherever they touch key agreement or session', async () => {
    const codes = new Map<string, number>();
    let harmless = 0;
    for (const [index, { name, runs, run, responses, essential }] of dialogues.entries()) {
      const truth = await run(replayPort(responses));
      const others = dialogues.filter((_, i) => i !== index).flatMap((dialogue) => dialogue.responses);
      for (let n = 0; n < runs; n += 1) {
        const label = `${name}, mutation ${n}`;
        const port = replayPort(mutate(responses, others, dice(label)));
        const outcome = await run(port).catch((error: unknown) => error);
        expect(port.exchanges(), label).to.be.at.most(EXCHANGE_LIMIT);
        if (typeof outcome === 'string') {
          expect(outcome, label).to.equal(truth);
          if (essential(port.played()) !== essential(responses)) throw new Error(`${label} went unnoticed`);
          harmless += 1;
        } else {
          if (!(outcome instanceof CardError)) throw new Error(label, { cause: outcome });
          expect(CARD_ERRORS, label).to.have.property(outcome.code);
          expect(outcome.message, label).not.to.match(/[0-9a-f]{8}|123456|CA00000AA/i);
          codes.set(outcome.code, (codes.get(outcome.code) ?? 0) + 1);
        }
      }
    }
    // What is left: other refusals of the same SELECT, bytes behind EF.CardAccess or the token, answers nobody asks for.
    expect(harmless).to.be.at.most(1000);
    expect([...codes.keys()]).to.include.members(['wrong-mac', 'session-lost', 'malformed', 'wrong-can', 'wrong-mrz']);
  });
});
