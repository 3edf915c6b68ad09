import { expect } from 'chai';
import { failure } from '../../../test/failure.ts';
import type { RecordedExchange } from '../../../test/recorded-port.ts';
import { recordedPort } from '../../../test/recorded-port.ts';
import { loadVectors } from '../../../test/vectors/load.ts';
import { CardError } from '../../card-error.ts';
import type { CardPort, CommandChannel } from '../../port.ts';
import { fromHex } from '../../primitives/bytes.ts';
import type { KeyAlgorithm } from '../../primitives/kdf.ts';
import type { FileName } from '../elementary-files.ts';
import { secureChannel, SecureMessaging } from '../secure-messaging.ts';
import type { ChipProof } from './prove-chip.ts';
import { listedKeyFiles, proveChip } from './prove-chip.ts';

interface ChipCase {
  readonly dg14: string;
  readonly terminalPrivateKey: string;
  readonly session: {
    readonly cipher: KeyAlgorithm;
    readonly encryption: string;
    readonly mac: string;
    readonly counter: string;
  };
  readonly exchanges: readonly RecordedExchange[];
}
interface ActiveCase {
  readonly dg14?: string;
  readonly dg15: string;
  readonly challenge: string;
  readonly signature: string;
}

const [chip] = loadVectors<{ cases: readonly [ChipCase] }>('chip-authentication').cases;
const [active] = loadVectors<{ cases: readonly [ActiveCase] }>('active-authentication').cases;
/** Lists data groups 1, 11 and 14. */
const { sodEcdsaSha256 } = loadVectors<{ sodEcdsaSha256: string }>('passive-authentication-ecdsa');
const SOD = Uint8Array.from(Buffer.from(sodEcdsaSha256, 'base64'));
const DG14 = fromHex(chip.dg14);
const DG15 = fromHex(active.dg15);
const signal = new AbortController().signal;

const nowhere: CardPort = {
  exchange: async () => {
    throw new CardError('reader-unavailable', 'nothing may be sent here');
  },
};

/** Plays the chip's part of the vector, with its last answer replaced where one is given. */
async function askChip(lastAnswer?: string, port?: CardPort): Promise<ChipProof> {
  const { cipher, encryption, mac, counter } = chip.session;
  const recording = chip.exchanges.map((exchange, i) =>
    lastAnswer !== undefined && i === chip.exchanges.length - 1 ? { ...exchange, response: lastAnswer } : exchange,
  );
  const used = port ?? recordedPort(recording);
  const keys = { cipher, encryption: fromHex(encryption), mac: fromHex(mac) };
  return proveChip({
    port: used,
    channel: secureChannel(used, new SecureMessaging(keys, fromHex(counter)), signal),
    files: new Map<FileName, Uint8Array>([['sod', SOD], ['dg14', DG14]]),
    challenge: new Uint8Array(8),
    random: () => fromHex(chip.terminalPrivateKey),
    signal,
  });
}

const askActively = async (
  channel: CommandChannel,
  files: readonly (readonly [FileName, Uint8Array])[] = [['dg15', DG15]],
): Promise<ChipProof> =>
  proveChip({
    port: nowhere,
    channel,
    files: new Map(files),
    challenge: fromHex(active.challenge),
    random: (length) => new Uint8Array(length).fill(7),
    signal,
  });

const answering = (data: Uint8Array, sw = 0x9000): CommandChannel => ({ run: async () => [{ data, sw }] });
const silent: CommandChannel = {
  run: async () => {
    throw new CardError('card-removed', 'the card left the field');
  },
};

describe('asking a chip to prove itself, ICAO Doc 9303 part 11 clause 6', () => {
  it('proves the chip that answers under the new keys, and keeps the file whose key it was', async () => {
    const proof = await askChip();
    expect(proof).to.include({ outcome: 'proved', mechanism: 'chip-authentication', protocol: 'CA-DH-3DES' });
    expect(proof.keyFile).to.deep.equal(DG14);
  });

  it('fails a clone: a plain status word, a made-up code, or the answer of another session', async () => {
    const good = chip.exchanges.at(-1)?.response ?? '';
    const otherCode = `${good.slice(0, -6)}00${good.slice(-4)}`;
    expect(otherCode).to.not.equal(good);
    for (const answer of ['6988', '9000', otherCode, chip.exchanges[0]?.response ?? '']) {
      expect(await askChip(answer)).to.include({ outcome: 'failed', mechanism: 'chip-authentication' });
    }
  });

  it('says that a chip refused, and throws what happens on the way', async () => {
    const files = [['dg14', DG14]] as const;
    expect(await askActively(answering(new Uint8Array(0), 0x6a88), files)).to.include({ outcome: 'refused' });
    expect(await failure(askActively(silent, files))).to.include({ code: 'card-removed' });
    expect(await askChip(undefined, nowhere), 'a reader that gives up on a long command').to.include({ outcome: 'not-possible' });
  });

  it('goes on with active authentication where DG14 has no key, or none that can be used', async () => {
    const signature = fromHex(active.signature);
    const proof = await askActively(answering(signature));
    expect(proof).to.include({ outcome: 'proved', mechanism: 'active-authentication', protocol: 'AA-RSA' });
    expect(proof.keyFile).to.deep.equal(DG15);
    for (const dg14 of ['6E023100', '6E0130']) {
      const both = [['dg14', fromHex(dg14)], ['dg15', DG15]] as const;
      const outcome = dg14 === '6E023100' ? 'proved' : 'not-possible';
      expect(await askActively(answering(signature), both)).to.include({ outcome, mechanism: 'active-authentication' });
    }
  });

  it('fails a wrong signature, and says that a chip refused to sign', async () => {
    const wrong = fromHex(active.signature).fill(1, 20, 30);
    expect(await askActively(answering(wrong))).to.include({ outcome: 'failed', mechanism: 'active-authentication' });
    expect(await askActively(answering(wrong, 0x6982))).to.include({ outcome: 'refused' });
    expect(await failure(askActively(silent))).to.include({ code: 'card-removed' });
  });

  it('proves nothing, and accuses nobody, where a length is refused; the session, where there is one, goes on with the other key', async () => {
    const refused = answering(new Uint8Array(0), 0x6700);
    expect(await askActively(refused, [['dg14', DG14]])).to.include({ outcome: 'not-possible', mechanism: 'chip-authentication' });
    expect(await askActively(refused)).to.include({ outcome: 'not-possible', mechanism: 'active-authentication' });
    const both = [['dg14', DG14], ['dg15', DG15]] as const;
    expect(await askActively(refused, both)).to.include({ mechanism: 'active-authentication' });
    const over: CommandChannel = { run: () => Promise.reject(new CardError('session-lost', 'of the test', { statusWord: 0x6700 })) };
    expect(await askActively(over, both)).to.include({ outcome: 'not-possible', mechanism: 'chip-authentication' });
  });

  it('says so when there is no key, a key of no use, or a listed file that the chip keeps back', async () => {
    expect(await askActively(silent, [])).to.include({ outcome: 'not-offered', mechanism: undefined });
    expect(await askActively(silent, [['dg14', fromHex('6E023100')]])).to.include({ outcome: 'not-offered' });
    expect(await askActively(silent, [['dg14', fromHex('6E0130')]])).to.include({ outcome: 'not-possible' });
    expect(await askActively(silent, [['dg15', fromHex('6F0130')]])).to.include({ outcome: 'not-possible' });
    expect(await askActively(silent, [['sod', SOD]])).to.include({ outcome: 'withheld' });
  });

  it('reads which files with keys the security object lists', () => {
    expect(listedKeyFiles(SOD)).to.deep.equal(['dg14']);
    expect(listedKeyFiles(undefined)).to.deep.equal([]);
    expect(listedKeyFiles(SOD.subarray(0, 100))).to.deep.equal([]);
  });
});
