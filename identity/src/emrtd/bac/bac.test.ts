import { expect } from 'chai';
import { failure } from '../../../test/failure.ts';
import { recordedPort } from '../../../test/recorded-port.ts';
import type { RecordedExchange } from '../../../test/recorded-port.ts';
import { loadVectors } from '../../../test/vectors/load.ts';
import type { Command } from '../../iso7816/apdu.ts';
import { plainChannel } from '../../iso7816/transmit.ts';
import { fromHex, toHex } from '../../primitives/bytes.ts';
import { adjustDesParity, deriveKey } from '../../primitives/kdf.ts';
import { secureChannel, SecureMessaging } from '../secure-messaging.ts';
import { documentAccessKeys, establishBac } from './bac.ts';
import type { BacSession } from './bac.ts';

interface BacVectors {
  input: { documentNumber: string; dateOfBirth: string; dateOfExpiry: string };
  expected: Record<
    | 'Kenc'
    | 'Kmac'
    | 'KencParityAdjusted'
    | 'KmacParityAdjusted'
    | 'rndIFD'
    | 'kIFD'
    | 'KSenc'
    | 'KSmac'
    | 'KSencParityAdjusted'
    | 'KSmacParityAdjusted'
    | 'initialSSC',
    string
  >;
  apdus: RecordedExchange[];
  td1LongDocumentNumber: { documentNumber: string; keySeed: string; expectedFromDocument: string };
}
interface SecureMessagingVectors {
  exchanges: { label: string; protectedCommand: string; protectedResponse: string; plainData: string }[];
}

const { signal } = new AbortController();
const { input, expected, apdus, td1LongDocumentNumber } = loadVectors<BacVectors>('bac-worked-example');
const MRZ = { documentNumber: input.documentNumber, birthDate: input.dateOfBirth, expiryDate: input.dateOfExpiry };
const SELECT = { label: 'SELECT application', command: '00A4040C07A0000002471001', response: '9000' };

/** The random values of the worked example, in the order of their use. */
function published(): (length: number) => Uint8Array {
  const queue = [expected.rndIFD, expected.kIFD].map(fromHex);
  return (length) => {
    const next = queue.shift();
    if (next?.length !== length) throw new Error(`asked for ${length} random bytes`);
    return next;
  };
}

async function run(recording: readonly RecordedExchange[]): Promise<BacSession> {
  return establishBac(plainChannel(recordedPort(recording), signal), MRZ, published());
}

/** The worked example with another answer to one of the three commands. */
const codeWith = async (at: number, response: string): Promise<string> =>
  (await failure(run([SELECT, ...apdus].map((step, i) => (i === at ? { ...step, response } : step))))).code;

describe('basic access control, ICAO Doc 9303 part 11 clause 4.3', () => {
  it('derives the document access keys of appendix D.1 and D.2', () => {
    const keys = documentAccessKeys(MRZ);
    expect([toHex(keys.encryption), toHex(keys.mac)]).to.deep.equal([expected.Kenc, expected.Kmac]);
    expect(toHex(adjustDesParity(keys.encryption))).to.equal(expected.KencParityAdjusted);
    expect(toHex(adjustDesParity(keys.mac))).to.equal(expected.KmacParityAdjusted);
  });

  it('derives them from the long document number of a card in three lines, appendix D.2', () => {
    const { documentNumber, keySeed, expectedFromDocument } = td1LongDocumentNumber;
    const keys = documentAccessKeys({ documentNumber, birthDate: '340712', expiryDate: '950712' });
    expect(keySeed).to.equal(expectedFromDocument);
    expect(keys.encryption).to.deep.equal(deriveKey(fromHex(keySeed), 1, 'des-ede'));
  });

  it('runs appendix D.3 byte for byte, and goes on with the commands of D.4', async () => {
    const { exchanges } = loadVectors<SecureMessagingVectors>('secure-messaging-3des');
    const protectedSteps = exchanges.map(({ label, protectedCommand, protectedResponse }) => ({
      label,
      command: protectedCommand,
      response: protectedResponse,
    }));
    const port = recordedPort([SELECT, ...apdus, ...protectedSteps]);
    const { keys, counter } = await establishBac(plainChannel(port, signal), MRZ, published());
    expect([toHex(keys.encryption), toHex(keys.mac)]).to.deep.equal([expected.KSenc, expected.KSmac]);
    expect(toHex(adjustDesParity(keys.encryption))).to.equal(expected.KSencParityAdjusted);
    expect(toHex(adjustDesParity(keys.mac))).to.equal(expected.KSmacParityAdjusted);
    expect(toHex(counter)).to.equal(expected.initialSSC);

    const com: Command[] = [
      { ins: 0xa4, p1: 0x02, p2: 0x0c, data: fromHex('011E') },
      { ins: 0xb0, p1: 0, p2: 0, le: 4 },
      { ins: 0xb0, p1: 0, p2: 4, le: 18 },
    ];
    const responses = await secureChannel(port, new SecureMessaging(keys, counter), signal).run(com);
    expect(responses.map(({ data }) => toHex(data))).to.deep.equal(exchanges.map(({ plainData }) => plainData));
    expect(port.remaining()).to.equal(0);
  });

  it('takes two exchanges', async () => {
    const inner = recordedPort([SELECT, ...apdus]);
    const sizes: number[] = [];
    const channel = plainChannel(
      {
        exchange: async (commands, options) => {
          sizes.push(commands.length);
          return inner.exchange(commands, options);
        },
      },
      signal,
    );
    await establishBac(channel, MRZ, published());
    expect(sizes).to.deep.equal([2, 1]);
  });

  it('says wrong-mrz when the card does not accept the keys', async () => {
    for (const sw of ['6300', '63C2', '6982']) expect(await codeWith(2, sw), sw).to.equal('wrong-mrz');
  });

  it('says wrong-mac when the answer does not prove that the card has them', async () => {
    const answer = apdus[1]?.response ?? '';
    for (let byte = 0; byte < 40; byte += 1) {
      const bytes = fromHex(answer);
      bytes[byte] = (bytes[byte] ?? 0) ^ 0x10;
      expect(await codeWith(2, toHex(bytes)), `byte ${byte}`).to.equal('wrong-mac');
    }
  });

  it('says wrong-mac of an answer to another challenge, though its code is right', async () => {
    const steps = [SELECT, { ...apdus[0], response: '4608F919887022139000' }, apdus[1]];
    const answered = await failure(
      establishBac(
        plainChannel(
          {
            exchange: async (commands) => commands.map((command) => fromHex(responseTo(command))),
          },
          signal,
        ),
        MRZ,
        published(),
      ),
    );
    expect(answered.code).to.equal('wrong-mac');

    function responseTo(command: Uint8Array): string {
      const step = { 0xa4: steps[0], 0x84: steps[1], 0x82: steps[2] }[command[1] ?? 0];
      return step?.response ?? '6D00';
    }
  });

  it('says what else went wrong', async () => {
    expect(await codeWith(0, '6A82')).to.equal('not-a-travel-document');
    expect(await codeWith(0, '6982')).to.equal('unsupported');
    expect(await codeWith(1, '6D00')).to.equal('unsupported');
    for (const challenge of ['9000', '019000', '0102030405060708099000']) {
      expect(await codeWith(1, challenge), challenge).to.equal('malformed');
    }
    expect(await codeWith(2, '6700')).to.equal('unsupported');
    for (const answer of ['9000', `${'00'.repeat(39)}9000`, `${'00'.repeat(41)}9000`]) {
      expect(await codeWith(2, answer), answer).to.equal('malformed');
    }
  });
});
